"""Train matthan-n from nothing: `python -m models.train.train --data OUT/data.yaml --teacher YOLO11N [--resume CKPT]`.

The recipe is `recipe.yaml`. A run may be stopped at any time, or by `--minutes`, and goes on from `resume.pt`, which is
written anew after every epoch; `results.csv` beside it has the curves.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path
from typing import Any

import torch
import yaml

os.environ.update(YOLO_OFFLINE="true", YOLO_AUTOINSTALL="false")

from ultralytics.models.yolo.detect import DetectionTrainer
from ultralytics.utils.torch_utils import unwrap_model

from models.train.checkpoint import portable
from models.train.loss import CLEAN, TaughtLoss, Teacher
from models.train.wall_camera import wall_camera
from pipeline import registry

HERE = Path(__file__).parent
RESUME = "resume.pt"


class Training(DetectionTrainer):  # type: ignore[misc]
    """Ultralytics' trainer with a teacher, on all cores of a CPU, that stops after so many minutes."""

    def __init__(self, overrides: dict[str, Any], teacher: Teacher, share: float, minutes: float | None) -> None:
        super().__init__(overrides=overrides)
        self._teacher, self._share = teacher, share
        self._spoil = wall_camera()
        self._until = None if minutes is None else time.monotonic() + 60 * minutes
        self.add_callback("on_train_start", Training._begin)
        self.add_callback("on_model_save", Training._saved)

    def get_dataloader(self, dataset_path: str, batch_size: int = 16, rank: int = 0, mode: str = "train") -> Any:
        """A process of its own prepares the next batch; Ultralytics has none on a CPU."""
        self.args.workers = int(mode == "train")
        return super().get_dataloader(dataset_path, batch_size, rank, mode)

    def preprocess_batch(self, batch: dict[str, Any]) -> dict[str, Any]:
        """The network sees what a wall camera makes of the pictures; its teacher sees them as they are."""
        clean = batch["img"]
        spoiled = super().preprocess_batch({**batch, "img": torch.stack([self._spoil(image) for image in clean])})
        return {**spoiled, CLEAN: clean.float() / 255}

    def _begin(self) -> None:
        torch.set_num_threads(os.cpu_count() or 1)
        self.amp |= self.device.type == "cpu" and torch.ops.mkldnn._is_mkldnn_bf16_supported()
        model = unwrap_model(self.model)
        model.criterion = TaughtLoss(model, self._teacher, self._share)

    def _saved(self) -> None:
        part = Path(self.save_dir) / f"{RESUME}.part"
        portable(self.last, part)
        part.replace(part.with_suffix(""))
        if self._until is not None and time.monotonic() > self._until and self.epoch + 1 < self.epochs:
            raise SystemExit(f"stopped after epoch {self.epoch + 1} of {self.epochs}; go on with --resume")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="The data.yaml that models.train.dataset wrote.")
    parser.add_argument("--teacher", type=Path, required=True, help="yolo11n.pt")
    parser.add_argument("--out", type=Path, default=Path("build/train"))
    parser.add_argument("--resume", type=Path, help="Go on from this checkpoint.")
    parser.add_argument("--minutes", type=float, help="Stop at the end of the epoch in which so many have passed.")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--set", nargs="*", default=[], metavar="KEY=VALUE", help="Overrides of the recipe.")
    args = parser.parse_args()
    recipe = yaml.safe_load((HERE / "recipe.yaml").read_text())
    changed = {key: yaml.safe_load(value) for key, value in (pair.split("=", 1) for pair in args.set)}
    share = (recipe | changed)["teacher_share"]
    images = sorted((args.data.parent / "images" / "train").glob("*.jpg"))
    teacher = Teacher(registry.export(args.teacher, "int8", images[:: max(1, len(images) // 200)]), os.cpu_count() or 1)
    begins = {**recipe, "model": str(HERE / "net.yaml"), "pretrained": False, "project": str(args.out.resolve()),
              "name": "run", "exist_ok": True}  # fmt: skip
    goes_on = {"resume": str(args.resume), "save_dir": str(args.out.resolve() / "run")}
    overrides = {**(goes_on if args.resume else begins), **changed, "data": str(args.data), "device": args.device}
    overrides.pop("teacher_share", None)
    Training(overrides, teacher, share, args.minutes).train()


if __name__ == "__main__":
    main()
