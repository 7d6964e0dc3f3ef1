"""What is told over HTTP while it runs: Prometheus metrics, whether it lives and is ready, and every camera's state."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CollectorRegistry, make_wsgi_app

from pipeline.errors import ConfigError
from pipeline.live.ward import Ward

STUCK_S = 10.0
"""A ward that has not looked after its cameras for so long does not live."""


Answer = Callable[[], tuple[bool, Any]]
"""Whether all is well, and what to tell as JSON."""


class Page:
    """`/metrics` and what else there is, on one address, from a thread of its own."""

    def __init__(self, registry: CollectorRegistry, answers: Mapping[str, Answer], host: str, port: int) -> None:
        """`answers` by path. Raises `ConfigError` where the address cannot be had. Port 0 takes a free one."""
        self._metrics = make_wsgi_app(registry)
        self._answers = answers
        try:
            self._server = make_server(host, port, self._answer, _Threads, _Silent)
        except OSError as exc:
            raise ConfigError(f"--listen: {host}:{port} cannot be had: {exc.strerror or exc}") from exc
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, name="page", daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "/")
        if path == "/metrics":
            told: Iterable[bytes] = self._metrics(environ, start)
            return told
        if path in self._answers:
            good, content = self._answers[path]()
            code = "200 OK" if good else "503 Service Unavailable"
        else:
            code, content = (
                "404 Not Found",
                {"error": f"no page {path}; there are /metrics, {', '.join(self._answers)}"},
            )
        start(code, [("Content-Type", "application/json; charset=utf-8")])
        return [json.dumps(content, ensure_ascii=False).encode() + b"\n"]


def answers(ward: Ward) -> dict[str, Answer]:
    """The pages of a ward."""
    return {"/healthz": lambda: _lives(ward), "/readyz": lambda: _ready(ward), "/status": lambda: (True, status(ward))}


def _lives(ward: Ward) -> tuple[bool, Any]:
    ago = time.monotonic() - ward.tended
    return ago < STUCK_S, {"alive": ago < STUCK_S, "last_look_s": round(ago, 1)}


def _ready(ward: Ward) -> tuple[bool, Any]:
    """Ready once any camera sends pictures, and events can be stored."""
    posts = list(ward.posts.values())
    opened = sum(post.state == "open" for post in posts)
    full = ward.waiting_in_memory > 0
    return bool(opened) and not full, {"cameras": len(posts), "open": opened, "disk_full": full}


def status(ward: Ward) -> dict[str, Any]:
    """Every camera in figures, for `matthan top`."""
    now = time.monotonic()
    cameras = []
    for name, post in list(ward.posts.items()):
        counts = post.beat.get("counts", {})
        cameras.append({
            "camera": name, "state": post.state, "why": post.why, "epoch": post.epoch,
            "problems": list(post.problems), "notices": list(post.notices.open),
            "silent_s": round(now - post.pictured, 1),
            **{what: counts.get(what, 0) for what in ("pictures", "sampled", "sent", "damaged")},
            "analysed": post.counts["analysed"], "same": post.counts["same"], "dropped": post.dropped,
            "lag_s": post.beat.get("lag_s"), "latency_s": round(post.latency_s, 3), "tracks": post.tracks,
            "events": post.counts["events"], "clips_due": ward.clips_due(name),
        })  # fmt: skip
    return {"time": time.time(), "cameras": cameras, "waiting": ward.waiting(), "refused_city_file": ward.refused}


class _Threads(WSGIServer):
    """A slow reader of one page holds up nobody."""

    def process_request(self, request: Any, client_address: Any) -> None:
        threading.Thread(target=self._one, args=(request, client_address), daemon=True).start()

    def _one(self, request: Any, client_address: Any) -> None:
        try:
            self.finish_request(request, client_address)
        except OSError:
            pass
        finally:
            self.shutdown_request(request)


class _Silent(WSGIRequestHandler):
    timeout = 10
    """Seconds; who connects and says nothing is let go."""

    def log_message(self, format: str, *args: Any) -> None:
        pass
