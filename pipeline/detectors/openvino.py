"""YOLO on OpenVINO: requests in flight all the time, colours and scaling inside the graph."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import openvino as ov
import supervision as sv
import yaml
from openvino.preprocess import ColorFormat, PrePostProcessor

from pipeline.detectors import heads
from pipeline.detectors.letterbox import GREY, Letterbox, fit
from pipeline.detectors.settings import DetectorSettings
from pipeline.errors import ConfigError, ModelError
from pipeline.types import Frame, Image

PRECISE = re.compile(r"model\.([2-4]|\d+\.(one2one_)?cv3\.\d+)\.")
"""Layers kept in f32 when the rest runs in bf16: the early ones, whose errors every later one inherits, and the class
branch of the head. Chosen on YOLO11n: 98 % of the boxes agree with f32 (benchmarks/results/agreement.json); with all
layers in bf16, which is faster, too few do."""


@dataclass(slots=True)
class _Slot:
    """An infer request, the canvas that is its input, and how the last picture lay in it."""

    request: Any
    canvas: Image
    box: Letterbox | None = None

    def start(self, frame: Frame, box: Letterbox) -> None:
        if box != self.box:  # pictures of other sizes leave traces in the grey border
            self.canvas[:] = GREY
            self.box = box
        box.place(frame, self.canvas)
        self.request.start_async()


class OpenVino:
    """Runs an OpenVINO IR of a YOLO detector; one compiled network per input shape, compiled when first needed."""

    def __init__(self, path: Path, settings: DetectorSettings) -> None:
        """`path` is the `.xml` file; `metadata.yaml` beside it names the classes.

        Raises:
            ModelError: the model cannot be read, or is not a YOLO detector.
            ConfigError: `classes` names one that the model does not have.
        """
        self._settings = settings
        self._core = ov.Core()
        self._device = "CPU" if settings.device == "auto" else settings.device
        self.precision = self._precision()
        self._model = self._read(path)
        metadata = _metadata(path)
        self.names = tuple(str(name) for _, name in sorted(metadata["names"].items()))
        self._stride = int(metadata.get("stride", 32))
        self._wanted = wanted_classes(self.names, settings.classes)
        self._fixed = _fixed_side(self._model)
        self._pools: dict[tuple[int, int], list[_Slot]] = {}

    def detect(self, frames: Iterable[Frame | None]) -> Iterator[tuple[Frame, sv.Detections]]:
        pending: deque[tuple[Frame, Letterbox, _Slot]] = deque()
        for frame in frames:
            if frame is None:
                if pending:
                    yield self._finish(pending)
                continue
            box = self._letterbox(frame.size)
            pool = self._pool(box)
            while not pool:
                yield self._finish(pending)
            slot = pool.pop()
            slot.start(frame, box)
            pending.append((frame, box, slot))
        while pending:
            yield self._finish(pending)

    def close(self) -> None:
        self._pools = {}

    def _read(self, path: Path) -> Any:
        """The network; for bf16 with its sensitive layers marked to stay in f32."""
        try:
            if self.precision != "bf16":
                return self._core.read_model(path)
            return self._core.read_model(
                _mark_precise(path.read_bytes()), ov.Tensor(np.fromfile(path.with_suffix(".bin"), np.uint8))
            )
        except (RuntimeError, OSError, ElementTree.ParseError) as exc:
            raise ModelError(f"{path}: OpenVINO cannot read it: {str(exc).splitlines()[0]}") from exc

    def _finish(self, pending: deque[tuple[Frame, Letterbox, _Slot]]) -> tuple[Frame, sv.Detections]:
        frame, box, slot = pending.popleft()
        try:
            slot.request.wait()
        except RuntimeError as exc:
            raise ModelError(f"OpenVINO failed on a frame of {frame.camera}: {str(exc).splitlines()[0]}") from exc
        output = slot.request.get_output_tensor(0).data[0]
        detections = self._decode(output, box)
        self._pools[box.canvas].append(slot)
        return frame, detections

    def _decode(self, output: heads.Raw, box: Letterbox) -> sv.Detections:
        settings = self._settings
        if heads.is_end_to_end(output.shape):
            xyxy, confidence, class_id = heads.decode_end_to_end(output, settings.confidence)
        else:
            xyxy, confidence, class_id = heads.decode_anchors(output, settings.confidence, settings.overlap)
        if self._wanted is not None:
            rows = self._wanted[class_id]
            xyxy, confidence, class_id = xyxy[rows], confidence[rows], class_id[rows]
        return sv.Detections(xyxy=box.restore(xyxy), confidence=confidence, class_id=class_id)

    def _letterbox(self, size: tuple[int, int]) -> Letterbox:
        if self._fixed is not None:
            return fit(size, self._fixed, self._stride, square=True)
        return fit(size, self._settings.input, self._stride)

    def _pool(self, box: Letterbox) -> list[_Slot]:
        if box.canvas not in self._pools:
            self._pools[box.canvas] = self._compile(box)
        return self._pools[box.canvas]

    def _compile(self, box: Letterbox) -> list[_Slot]:
        width, height = box.canvas
        try:
            model = self._model.clone()
            if self._fixed is None:
                model.reshape([1, 3, height, width])
            steps = PrePostProcessor(model)
            steps.input().tensor().set_element_type(ov.Type.u8).set_layout(ov.Layout("NHWC")).set_color_format(
                ColorFormat.BGR
            )
            steps.input().model().set_layout(ov.Layout("NCHW"))
            steps.input().preprocess().convert_element_type(ov.Type.f32).convert_color(ColorFormat.RGB).scale(255.0)
            compiled = self._core.compile_model(steps.build(), self._device, self._options())
        except RuntimeError as exc:
            raise ModelError(f"OpenVINO cannot run the model at {width}×{height}: {str(exc).splitlines()[0]}") from exc
        # One request more than run at a time: the next frame is ready when one is done.
        count = int(compiled.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS")) + 1
        requests = [compiled.create_infer_request() for _ in range(count)]
        return [_Slot(request, request.get_input_tensor(0).data[0]) for request in requests]

    def _options(self) -> dict[str, Any]:
        options: dict[str, Any] = {"PERFORMANCE_HINT": "THROUGHPUT"}
        if self._device == "CPU":
            options["INFERENCE_PRECISION_HINT"] = "f32" if self.precision == "f32" else self._cpu_type()
            if self._settings.threads:
                options["INFERENCE_NUM_THREADS"] = self._settings.threads
                options["ENABLE_CPU_PINNING"] = False  # else all processes of a machine share its first cores
        return options

    def _cpu_type(self) -> str:
        return "bf16" if "BF16" in self._core.get_property("CPU", "OPTIMIZATION_CAPABILITIES") else "f32"

    def _precision(self) -> str:
        """The precision in force: what was asked for, or f32 where the CPU has no bf16."""
        asked = self._settings.precision
        return self._cpu_type() if asked == "bf16" and self._device == "CPU" else asked


def _mark_precise(graph: bytes) -> bytes:
    """An IR in which the layers that bf16 harms most are marked `precise`, which the CPU plug-in honours."""
    root = ElementTree.fromstring(graph)
    for layer in root.iterfind("layers/layer"):
        if PRECISE.search(layer.get("name", "")):
            info = layer.find("rt_info")
            info = ElementTree.SubElement(layer, "rt_info") if info is None else info
            ElementTree.SubElement(info, "attribute", {"name": "precise", "version": "0"})
    return ElementTree.tostring(root)


def wanted_classes(names: tuple[str, ...], classes: tuple[str, ...] | None) -> Any:
    """Which class ids to keep, (names,) bool, or None for all. Raises `ConfigError` for a class no one knows."""
    if classes is None:
        return None
    unknown = [name for name in classes if name not in names]
    if unknown:
        raise ConfigError(f"model.classes: the model has no {', '.join(unknown)}; it has {', '.join(names)}")
    return np.isin(names, classes)


def _metadata(path: Path) -> dict[str, Any]:
    beside = path.parent / "metadata.yaml"
    try:
        metadata = yaml.safe_load(beside.read_text(encoding="utf-8"))
        if isinstance(metadata["names"], dict):
            return dict(metadata)
    except (OSError, yaml.YAMLError, KeyError, TypeError):
        pass
    raise ModelError(f"{beside}: needed beside {path.name}, with the class names under `names`; Ultralytics writes it")


def _fixed_side(model: Any) -> int | None:
    """The side of a network exported for one square input; None if it can be reshaped."""
    shape = model.input(0).get_partial_shape()
    if shape.is_dynamic:
        return None
    height, width = shape[2].get_length(), shape[3].get_length()
    if height != width:
        raise ModelError(f"exported for {width}×{height} only; export it with a dynamic input, or a square one")
    return int(height)
