"""Model name → file: where models are looked for, fetched with a checksum, and exported to a runtime."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import logging
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
import structlog

from pipeline.errors import ModelError

AUTO = "auto"
OFFICIAL, SHIPPED = "yolo11n", "matthan-n"
"""What `AUTO` takes: the first where it is at hand, else the second, which this package carries."""
CONNECT_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 30.0
log = structlog.get_logger()
Progress = Callable[[int, int | None], None]
"""Called with the bytes that have arrived and the bytes expected, if known."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A model in the manifest; one without `url` comes with this package."""

    name: str
    file: str
    url: str | None
    sha256: str
    licence: str
    about: str
    openvino_sha256: str | None = None
    """Of the weights on OpenVINO, which an event names, where they come with this package."""
    iou: float | None = None
    """Overlap above which one of two of its boxes of a class is to be dropped, where it is not the usual 0.7."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """The file a detector loads, and the hash that stands for it in every event."""

    name: str
    path: Path
    sha256: str


def manifest() -> dict[str, Entry]:
    """The models this version knows, by name."""
    for folder in _shipped():
        path = folder / "manifest.json"
        if path.exists():
            raw: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            return {name: Entry(name=name, **fields) for name, fields in raw.items()}
    raise ModelError(f"manifest.json is in none of {', '.join(map(str, _shipped()))}; reinstall matthan")


def cache() -> Path:
    """Where fetched and exported models of this user are kept."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "matthan" / "models"


def search_path() -> list[Path]:
    """Folders that may hold models, first match wins: `$MATTHAN_MODELS`, the user's cache, what is shipped."""
    given = [Path(part) for part in os.environ.get("MATTHAN_MODELS", "").split(os.pathsep) if part]
    return [*given, cache(), *_shipped()]


def resolve(name: str, runtime: str, precision: str) -> ModelFile:
    """The file to load for a model on a runtime; exports it to the cache when only the weights are at hand.

    `AUTO` is the official model where it is at hand and can be loaded, else the one that is shipped.

    Raises:
        ModelError: it is nowhere; the text says what to copy where.
    """
    path = Path(name)
    if path.suffix or path.is_dir() or len(path.parts) > 1:
        return _given(path, runtime, precision)
    found = _chosen(runtime, precision) if name == AUTO else _at_hand(name, runtime, precision)
    if found is None:
        raise ModelError(_advice(OFFICIAL if name == AUTO else name, runtime, precision))
    return found


def _chosen(runtime: str, precision: str) -> ModelFile | None:
    try:
        found, why = _at_hand(OFFICIAL, runtime, precision), f"{OFFICIAL} is not at hand"
    except ModelError as exc:
        found, why = None, str(exc)
    if found is None:
        found = _at_hand(SHIPPED, runtime, precision)
        if found is not None:
            log.info("the model that matthan carries is used", model=SHIPPED, because=why,
                     finds_more=f"matthan models fetch {OFFICIAL}")  # fmt: skip
    return found


def _at_hand(name: str, runtime: str, precision: str) -> ModelFile | None:
    if runtime == "openvino":
        found = _find(f"{name}{_suffix(precision)}/{name}.xml")
        if found is None and precision != "int8":
            weights = _find(f"{name}.pt")
            found = None if weights is None else export(weights)
        return None if found is None else ModelFile(name, found, sha256(found.with_suffix(".bin")))
    found = next((hit for end in (".pt", ".onnx", ".engine") if (hit := _find(name + end))), None)
    return None if found is None else ModelFile(name, found, sha256(found))


def _given(path: Path, runtime: str, precision: str) -> ModelFile:
    if not path.exists():
        raise ModelError(f"{path}: no such model file or folder")
    if path.is_dir():
        graphs = sorted(path.glob("*.xml"))
        if len(graphs) != 1:
            raise ModelError(f"{path}: expected one OpenVINO .xml in the folder, found {len(graphs)}")
        path = graphs[0]
    if runtime == "openvino" and path.suffix == ".pt":
        if precision == "int8":
            raise ModelError(f"{path}: int8 needs calibration: matthan models export {path} --precision int8")
        path = export(path)
    if runtime == "openvino" and path.suffix != ".xml":
        raise ModelError(f"{path}: runtime openvino takes .xml or .pt; for {path.suffix} use runtime ultralytics")
    return ModelFile(path.stem, path, sha256(path.with_suffix(".bin") if path.suffix == ".xml" else path))


def export(weights: Path, precision: str = "f32", images: list[Path] | None = None) -> Path:
    """Export Ultralytics weights to OpenVINO once; the result is cached by the weights' hash.

    The network takes any input shape. `int8` quantises it on `images` (see `quantize`). Returns the `.xml`.

    Raises:
        ModelError: Ultralytics is not installed, cannot load the weights, or the disk is full.
    """
    home = cache() / "exports" / sha256(weights)[:16]
    target = home / f"{weights.stem}{_suffix(precision)}" / f"{weights.stem}.xml"
    if target.exists():
        return target
    if precision == "int8":
        from pipeline.quantize import quantize

        source = export(weights)
        with _publish(target.parent) as folder:
            quantize(source, folder / target.name, images or [])
            shutil.copy(source.parent / "metadata.yaml", folder)
        return target
    log.info("exporting weights to OpenVINO, once", weights=str(weights), to=str(target.parent))
    with tempfile.TemporaryDirectory() as scratch, _publish(target.parent) as folder:
        copy = Path(shutil.copy(weights, Path(scratch) / weights.name))
        for file in ultralytics_export(copy, weights).iterdir():
            shutil.copy(file, folder / file.name)
    return target


def ultralytics_export(copy: Path, weights: Path) -> Path:
    """Export beside `copy`; what the exporter prints is kept from the user's screen and pipes."""
    # No calls to the network, no packages installed behind the user's back.
    os.environ.update(YOLO_OFFLINE="true", YOLO_AUTOINSTALL="false")
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        try:
            import ultralytics
            from ultralytics.utils import LOGGER
        except ImportError as exc:
            raise ModelError(f"{weights}: exporting it needs: pip install 'matthan[ultralytics]'") from exc
        level = LOGGER.level
        LOGGER.setLevel(logging.ERROR)
        try:
            return Path(ultralytics.YOLO(str(copy)).export(format="openvino", dynamic=True, verbose=False))
        except Exception as exc:
            raise ModelError(f"{weights}: Ultralytics cannot export it: {str(exc).splitlines()[0]}") from exc
        finally:
            LOGGER.setLevel(level)


def fetch(name: str, progress: Progress = lambda done, total: None) -> Path:
    """Download an official model into the cache: resumed where it stopped, kept only if its sha256 is right.

    Raises:
        ModelError: unknown name, one that is shipped, no network (says what to copy where), or a wrong checksum.
    """
    known = manifest()
    if name not in known:
        raise ModelError(f"models fetch: no model {name!r} in the manifest; it has {', '.join(sorted(known))}")
    entry = known[name]
    if entry.url is None:
        raise ModelError(f"models fetch: {name} comes with matthan; there is nothing to fetch")
    target = cache() / entry.file
    if target.exists() and sha256(target) == entry.sha256:
        return target
    part = target.with_suffix(".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _download(entry.url, part, progress)
    except requests.RequestException as exc:
        raise ModelError(
            f"{entry.url}: cannot be downloaded ({type(exc).__name__}). "
            f"Without a network, copy {entry.file} (sha256 {entry.sha256}) to {target.parent}"
        ) from exc
    except OSError as exc:
        raise ModelError(f"{part}: cannot be written: {exc.strerror}") from exc
    got = sha256(part)
    if got != entry.sha256:
        part.unlink()
        raise ModelError(f"{entry.url}: sha256 is {got}, expected {entry.sha256}; the download was thrown away")
    part.replace(target)
    return target


def _download(url: str, part: Path, progress: Progress) -> None:
    have = part.stat().st_size if part.exists() else 0
    headers = {"Range": f"bytes={have}-"} if have else {}
    with requests.get(url, headers=headers, stream=True, timeout=(CONNECT_TIMEOUT_S, READ_TIMEOUT_S)) as response:
        if response.status_code == requests.codes.requested_range_not_satisfiable:
            return
        response.raise_for_status()
        resumed = response.status_code == requests.codes.partial_content
        have = have if resumed else 0
        length = response.headers.get("Content-Length")
        total = have + int(length) if length else None
        with part.open("ab" if resumed else "wb") as file:
            for chunk in response.iter_content(1 << 16):
                file.write(chunk)
                have += len(chunk)
                progress(have, total)


@contextlib.contextmanager
def _publish(folder: Path) -> Iterator[Path]:
    """A folder to fill, which appears under its real name only when it is complete."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(dir=folder.parent))
    except OSError as exc:
        raise ModelError(f"{folder}: cannot be written: {exc.strerror}") from exc
    try:
        yield scratch
        with contextlib.suppress(OSError):  # another process was faster
            scratch.rename(folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def sha256(path: Path) -> str:
    """The sha256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _find(relative: str) -> Path | None:
    return next((path for folder in search_path() if (path := folder / relative).exists()), None)


def _suffix(precision: str) -> str:
    return "_int8_openvino_model" if precision == "int8" else "_openvino_model"


def _shipped() -> list[Path]:
    here = Path(__file__).resolve().parent
    return [here / "models", here.parent / "models"]


def _advice(name: str, runtime: str, precision: str) -> str:
    searched = ", ".join(str(folder) for folder in search_path())
    wanted = f"{name}.pt"
    if runtime == "openvino":
        wanted = f"the folder {name}{_suffix(precision)}" + ("" if precision == "int8" else f" or {name}.pt")
    hint = f"run `matthan models fetch {name}`, or copy" if name in manifest() else "copy"
    return f"model {name} is not at hand: {hint} {wanted} to {cache()}. Searched: {searched}"
