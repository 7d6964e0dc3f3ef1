"""Checkpoints that say nothing of the machine they were made on: no paths, no repository."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

PATHS = ("model", "data", "project", "save_dir", "resume", "pretrained")
NUMBERS = ("epochs", "imgsz", "batch", "optimizer", "lr0", "seed")


def portable(source: Path, to: Path) -> None:
    """The same checkpoint, from which a training goes on elsewhere."""
    kept = torch.load(source, map_location="cpu", weights_only=False)
    told = kept["train_args"]
    kept |= {"git": None, "train_args": {key: None if key in PATHS else value for key, value in told.items()}}
    _forget(kept["ema"], kept["train_args"])
    torch.save(kept, to)


def bare(source: Path, to: Path) -> None:
    """The smoothed weights alone, in halves, with the recipe's numbers."""
    kept = torch.load(source, map_location="cpu", weights_only=False)
    network = (kept["ema"] or kept["model"]).half()
    told = {key: kept["train_args"][key] for key in NUMBERS}
    _forget(network, {**told, "task": "detect", "model": "net.yaml", "data": "data.yaml"})
    for parameter in network.parameters():
        parameter.requires_grad = False
    torch.save({"model": network, "train_args": network.args, "license": "AGPL-3.0", "version": kept["version"]}, to)


def _forget(network: Any, args: dict[str, Any]) -> None:
    network.args = args
    network.yaml = {**network.yaml, "yaml_file": "net.yaml"}
    network.criterion = network.pt_path = None
