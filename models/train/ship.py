"""A checkpoint → the files that the wheel carries: `python -m models.train.ship CKPT --out models`.

`matthan-n.pt` (fp16, for Ultralytics and CUDA) and `matthan-n_openvino_model/` (fp16 weights, any input shape), and
their sha256 in `manifest.json`.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from pathlib import Path

import openvino as ov

from models.train.checkpoint import bare
from pipeline import registry

NAME = "matthan-n"
ABOUT = "Trained by this project (models/README.md); person, bicycle, motorcycle, car, bus, truck; shipped"

IOU = 0.5
"""Above this overlap one of two of its boxes is dropped; `models/README.md` has what others would give."""


def ship(checkpoint: Path, out: Path) -> dict[str, int]:
    """Write the files; their sizes in bytes, by name."""
    out.mkdir(parents=True, exist_ok=True)
    weights, folder = out / f"{NAME}.pt", out / f"{NAME}_openvino_model"
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / weights.name
        bare(checkpoint, copy)
        shutil.copy(copy, weights)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        exported = registry.ultralytics_export(copy, weights)
        shutil.copy(exported / "metadata.yaml", folder)
        ov.save_model(ov.Core().read_model(exported / f"{NAME}.xml"), folder / f"{NAME}.xml", compress_to_fp16=True)
    _note(out, weights, folder / f"{NAME}.bin")
    return {path.name: path.stat().st_size for path in (weights, *sorted(folder.iterdir()))}


def _note(out: Path, weights: Path, graph: Path) -> None:
    path = out / "manifest.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    known[NAME] = {"file": weights.name, "url": None, "sha256": registry.sha256(weights), "licence": "AGPL-3.0",
                   "about": ABOUT, "openvino_sha256": registry.sha256(graph), "iou": IOU}  # fmt: skip
    path.write_text(json.dumps(known, indent=2) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--out", type=Path, default=Path("models"))
    args = parser.parse_args()
    print(json.dumps(ship(args.checkpoint, args.out)))


if __name__ == "__main__":
    main()
