"""`matthan doctor`: what this machine has, what is missing, and what would help."""

from __future__ import annotations

import importlib.metadata
import platform
import socket
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline import registry
from pipeline.config import load
from pipeline.errors import ModelError
from pipeline.version import VERSION

_PACKAGES = ("av", "openvino", "opencv-python", "numpy", "supervision", "confluent-kafka", "pyarrow")
_OPTIONAL = {"ultralytics": "ultralytics", "torch": "ultralytics", "nncf": "quantize", "trackers": "trackers"}


def doctor(
    city: Annotated[Path | None, typer.Option("--city", help="Check its brokers and model too.")] = None,
) -> None:
    """Say what is installed, which runtimes and precisions work here, which models are at hand, what is reachable."""
    typer.echo(f"matthan {VERSION}, Python {sys.version.split()[0]}, {platform.machine()}")
    for name in _PACKAGES:
        typer.echo(f"  {name} {_installed(name) or 'MISSING: reinstall matthan'}")
    for name, extra in _OPTIONAL.items():
        typer.echo(f"  {name} {_installed(name) or f'not installed (pip install matthan[{extra}])'}")
    typer.echo("runtimes:")
    for line in [*_openvino(), *_torch()]:
        typer.echo(f"  {line}")
    typer.echo("models:")
    for line in _models():
        typer.echo(f"  {line}")
    if city is not None:
        typer.echo(f"{city}:")
        for line in _city(city):
            typer.echo(f"  {line}")


def _installed(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _openvino() -> list[str]:
    import openvino as ov

    core = ov.Core()
    lines = []
    for device in core.available_devices:
        can = set(core.get_property(device, "OPTIMIZATION_CAPABILITIES"))
        precisions = [ours for ours, theirs in (("f32", "FP32"), ("bf16", "BF16"), ("int8", "INT8")) if theirs in can]
        name = core.get_property(device, "FULL_DEVICE_NAME")
        lines.append(f"openvino {device}: {name}; {', '.join(precisions)}")
        if device == "CPU" and "bf16" not in precisions:
            lines.append("  precision bf16 runs as f32 on this CPU; int8 would be faster")
    return lines


def _torch() -> list[str]:
    if _installed("torch") is None:
        return ["ultralytics: not installed"]
    import torch

    if not torch.cuda.is_available():
        return [f"ultralytics: cpu, {torch.get_num_threads()} threads; no CUDA device"]
    return [f"ultralytics: cuda:{i} {torch.cuda.get_device_name(i)}" for i in range(torch.cuda.device_count())]


def _models() -> list[str]:
    lines = []
    for folder in registry.search_path():
        found = (
            [*folder.glob("*.pt"), *folder.glob("*_openvino_model"), *folder.glob("*.onnx")] if folder.is_dir() else []
        )
        lines.append(f"{folder}: {', '.join(sorted(path.name for path in found)) or 'none'}")
    try:
        used = registry.resolve(registry.AUTO, "openvino", "bf16")
    except ModelError as exc:
        return [*lines, str(exc)]
    lines.append(f"a city file that names none gets {used.name}: {used.path}")
    if used.name == registry.SHIPPED:
        lines.append(f"  `matthan models fetch {registry.OFFICIAL}` finds more, and dogs and bags too")
    return lines


def _city(path: Path) -> list[str]:
    settings = load(path)
    lines = []
    kafka: Any = settings.sinks.get("kafka")
    for server in kafka.bootstrap_servers if kafka else ():
        host, _, port = server.rpartition(":")
        try:
            socket.create_connection((host, int(port)), timeout=3).close()
            lines.append(f"kafka {server}: reachable")
        except (OSError, ValueError) as exc:
            lines.append(f"kafka {server}: not reachable ({exc}); events would wait in the outbox")
    model = registry.resolve(settings.model.name, settings.model.runtime, settings.model.precision)
    return [*lines, f"model {settings.model.name}: {model.path}"]
