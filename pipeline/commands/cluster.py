"""The Ray cluster that an option names."""

from __future__ import annotations

import os
import socket

from pipeline.errors import ConfigError, InputError

REACH_S = 5.0


def join(address: str) -> None:
    """Connect this process to the cluster. Raises `ConfigError` without Ray, `InputError` where none answers."""
    os.environ.setdefault("RAY_DEDUP_LOGS", "0")  # each process's warnings count
    try:
        import ray
    except ImportError as exc:
        raise ConfigError(
            "--ray: needs the package ray; install matthan with its extra: pip install 'matthan[ray]'"
        ) from exc
    try:
        _reach(address)
        ray.init(address=address, namespace="matthan", logging_level="warning")
    except (OSError, ValueError, RuntimeError, ray.exceptions.RayError) as exc:
        reason = str(exc).strip().splitlines()[0]
        raise InputError(
            f"--ray {address}: no Ray cluster answers there: {reason}; ray start --head begins one"
        ) from exc


def _reach(address: str) -> None:
    """Ray itself tries for minutes. Raises `OSError` where nobody listens at host:port; "auto" is left to Ray."""
    host, colon, port = address.rpartition(":")
    if colon and port.isdigit() and "/" not in address:
        socket.create_connection((host, int(port)), REACH_S).close()
