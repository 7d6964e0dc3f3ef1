"""A ward under load: `python -m benchmarks.soak --cameras 16 --seconds 1800 [--activity 0.1] [--write NAME]`.

Real footage, encoded once to 640×360 H.264 (25 fps, 600 kb/s, a key frame every 2 s), comes paced over RTSP from
GStreamer's server on the same machine, a connection per camera. `matthan run` reads it as it would a ward. Activity is
the part of each minute in which something moves: the rest is footage of the same scene in which nothing does, played to
and fro. Activity 1 is busy streets, all the time. Ends with one JSON line.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from benchmarks import machine
from pipeline.cluster.cost import cpu_s
from pipeline.streams.decode import VideoFile
from tests.rtsp import H264, Rtsp, free_port

SIZE, FPS, CYCLE_S, KBPS = (640, 360), 25, 60.0, 600
SCENE = "room-one-by-one"
CALM = [(0.2, 5.6), (45.2, 50.0), (87.2, 92.0), (70.2, 74.0)]
"""Stretches of the scene in which the detector finds nothing, seconds."""
MOVING = [(6, 19), (23, 44), (51, 69), (93, 119)]
"""… and in which people walk about. The other shared clips have no stretch in which nothing moves."""
BUSY = ("motorbikes-at-lights", "shopping-street-1080p", "motorway-720p")
WARM_S = 20.0
EVERY_S = 5.0


def pictures(clip: Path, start: float, end: float) -> list[np.ndarray]:
    """The pictures of a stretch, in the size of the streams."""
    video = VideoFile(clip)
    made = [p.pixels(*SIZE) for p in video if p.pts_s is not None and start <= p.pts_s < end]
    pace = (end - start) * FPS / max(1, len(made))
    return [made[min(len(made) - 1, int(i / pace))] for i in range(round((end - start) * FPS))]


def timeline(clips: Path, number: int, activity: float) -> Iterator[np.ndarray]:
    """One minute of camera `number`; busy in one stretch of it, somewhere."""
    if activity >= 1:
        shots = pictures(clips / f"{BUSY[number % len(BUSY)]}.mp4", 0, 30)
        yield from (shots[(i + number * 97) % len(shots)] for i in range(round(CYCLE_S * FPS)))
        return
    still, moving = (pictures(clips / f"{SCENE}.mp4", *part[number % 4]) for part in (CALM, MOVING))
    if number >= 4:  # the mirror image is another stream to decoder, gate and detector
        still, moving = ([np.ascontiguousarray(shot[:, ::-1]) for shot in part] for part in (still, moving))
    count, active = round(CYCLE_S * FPS), round(CYCLE_S * FPS * activity)
    begin = (number * 397) % max(1, count - active)
    there_and_back = still + still[::-1]
    for i in range(count):
        inside = begin <= i < begin + active
        yield moving[(i - begin) % len(moving)] if inside else there_and_back[i % len(there_and_back)]


def encode(path: Path, shots: Iterator[np.ndarray], cycles: int) -> None:
    """Encode one cycle, and repeat its packets."""
    packets: list[tuple[bytes, int, bool]] = []
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        stream.bit_rate = KBPS * 1000
        stream.options = {
            "preset": "veryfast",
            "g": str(2 * FPS),
            "bf": "0",
            "sc_threshold": "0",
            "maxrate": "900k",
            "bufsize": "1M",
        }
        base, count = Fraction(1, FPS), 0
        for count, shot in enumerate(shots, 1):
            frame = av.VideoFrame.from_ndarray(shot, format="bgr24")
            frame.pts, frame.time_base = count - 1, base
            packets += [(bytes(p), round(p.pts * p.time_base / base), p.is_keyframe) for p in stream.encode(frame)]
        packets += [(bytes(p), round(p.pts * p.time_base / base), p.is_keyframe) for p in stream.encode(None)]
        for cycle in range(cycles):
            for data, pts, key in packets:
                packet = av.Packet(data)
                packet.stream, packet.time_base, packet.is_keyframe = stream, base, key
                packet.pts = packet.dts = pts + cycle * count
                packet.duration = 1
                out.mux_one(packet)


def footage(folder: Path, activity: float, seconds: float) -> list[Path]:
    """Eight different streams, long enough."""
    made = []
    for number in range(8 if activity < 1 else len(BUSY)):
        path = folder / f"activity-{activity:g}-{number}.mp4"
        encode(path, timeline(machine.data() / "clips", number, activity), int(seconds / CYCLE_S) + 2)
        made.append(path)
    return made


def city(folder: Path, server: Rtsp, cameras: int, gate: bool) -> Path:
    """A city file; each camera with two rules on the whole picture."""
    zone = "{polygon: [[0, 0], [1, 0], [1, 1], [0, 1]], rules: [stay, crowd]}"
    lines = [
        "city: soak", "wards: {w: {}}", "model: {name: yolo11n, runtime: openvino, precision: bf16}",
        f"gate: {{enabled: {str(gate).lower()}}}",
        "rules: {stay: {kind: loitering, seconds: 8}, crowd: {kind: crowding, count: 6, seconds: 5}}", "cameras:",
    ]  # fmt: skip
    for n in range(cameras):
        lines.append(f'  - {{id: c{n}, ward: w, source: "{server.url(f"/c{n}")}", zones: {{all: {zone}}}}}')
    path = folder / "city.yaml"
    path.write_text("\n".join(lines) + "\n")
    return path


class Samples:
    """What the ward's metrics and the system said, over time."""

    def __init__(self, port: int, ward: int, server: int) -> None:
        self._port, self._ward, self._server = port, ward, server
        self.rows: list[dict[str, Any]] = []

    def take(self) -> None:
        with urllib.request.urlopen(f"http://127.0.0.1:{self._port}/metrics", timeout=10) as page:
            text = page.read().decode()
        family = family_of(self._ward)
        self.rows.append({
            "at": time.monotonic(), "ward_cpu_s": sum(cpu_s(pid) or 0.0 for pid in family), "server_cpu_s": cpu_s(self._server) or 0.0,
            "pss_mb": sum(map(pss_mb, family)), "buckets": buckets(text), "lag": max([0.0, *values(text, "matthan_camera_lag_seconds")]),
            **{name: sum(values(text, f"matthan_camera_{name}")) for name in (
                "pictures_total", "sampled_total", "sent_total", "analysed_total", "dropped", "open", "restarts_total")},
            "by_camera": dict(zip(names(text, "matthan_camera_analysed_total"), values(text, "matthan_camera_analysed_total"), strict=True)),
            "events": sum(values(text, "matthan_events_total")),
        })  # fmt: skip

    def summary(self, cameras: int) -> dict[str, Any]:
        first, last = self.rows[0], self.rows[-1]
        wall = last["at"] - first["at"]
        rate = {
            name: (last[name] - first[name]) / wall
            for name in ("pictures_total", "sampled_total", "sent_total", "analysed_total")
        }
        delta = {edge: count - first["buckets"].get(edge, 0.0) for edge, count in last["buckets"].items()}
        shares = [last["by_camera"][c] - first["by_camera"].get(c, 0.0) for c in last["by_camera"]]
        third = max(1, len(self.rows) // 3)
        lags, memory = ([row[what] for row in self.rows] for what in ("lag", "pss_mb"))
        dropped = last["dropped"] - first["dropped"]
        sent = max(1.0, last["sent_total"] - first["sent_total"])
        return {
            "cameras": cameras, "seconds": round(wall), "open": int(last["open"]), "restarts": int(last["restarts_total"]),
            "ingested_fps": round(rate["pictures_total"], 1), "analysed_fps": round(rate["sampled_total"], 1),
            "let_through": round(rate["sent_total"] / max(1e-9, rate["sampled_total"]), 3),
            "detected_fps": round(rate["analysed_total"], 1), "p50_s": quantile(delta, 0.5), "p99_s": quantile(delta, 0.99),
            "lag_growth_s": round(float(np.mean(lags[-third:]) - np.mean(lags[:third])), 3), "lag_max_s": round(max(lags), 3),
            "dropped": int(dropped), "dropped_share": round(dropped / sent, 4),
            "least_to_mean": round(min(shares) / max(1e-9, float(np.mean(shares))), 3),
            "most_to_mean": round(max(shares) / max(1e-9, float(np.mean(shares))), 3),
            "rss_growth_pct": round(100 * (float(np.mean(memory[-third:])) / float(np.mean(memory[:third])) - 1), 1),
            "pss_mb": round(memory[-1]), "ward_cores": round((last["ward_cpu_s"] - first["ward_cpu_s"]) / wall, 2),
            "server_cores": round((last["server_cpu_s"] - first["server_cpu_s"]) / wall, 2),
            "events": int(last["events"] - first["events"]),
        }  # fmt: skip


def values(text: str, name: str) -> list[float]:
    return [float(v) for v in re.findall(rf"^{name}(?:{{[^}}]*}})? (\S+)$", text, re.M)]


def names(text: str, name: str) -> list[str]:
    return re.findall(rf'^{name}{{camera="([^"]*)"}} \S+$', text, re.M)


def buckets(text: str) -> dict[float, float]:
    return {
        float(edge): float(n)
        for edge, n in re.findall(r'^matthan_latency_seconds_bucket{le="([^"]+)"} (\S+)$', text, re.M)
    }


def quantile(counts: dict[float, float], share: float) -> float:
    """From a histogram, linear within a bucket, seconds."""
    total, below, edge_below = counts.get(float("inf"), 0.0) * share, 0.0, 0.0
    for edge, count in sorted(counts.items()):
        if count >= total and edge != float("inf"):
            return round(edge_below + (edge - edge_below) * (total - below) / max(1e-9, count - below), 3)
        below, edge_below = count, edge
    return float("inf")


def family_of(pid: int) -> list[int]:
    """A process and all its descendants."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents.setdefault(int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1]), []).append(
                    int(entry.name)
                )
            except (OSError, IndexError):
                continue
    found, todo = [], [pid]
    while todo:
        found.append(todo.pop())
        todo += parents.get(found[-1], [])
    return found


def pss_mb(pid: int) -> float:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    found = re.search(r"^Pss:\s+(\d+)", rollup, re.M)
    return int(found[1]) / 1024 if found else 0.0


def soak(folder: Path, streams: list[Path], cameras: int, seconds: float, gate: bool) -> dict[str, Any]:
    """Run so many cameras for so long, and say how that went."""
    server = Rtsp({f"/c{n}": H264.format(file=streams[n % len(streams)]) for n in range(cameras)})
    port, out = free_port(), folder / f"out-{cameras}"
    env = {**os.environ, "OMP_NUM_THREADS": "1", "MATTHAN_MODELS": str(machine.data() / "weights")}
    log = (folder / "ward.log").open("w")
    command = [sys.executable, "-m", "pipeline", "run", str(city(folder, server, cameras, gate)), "--out", str(out),
               "--listen", f"127.0.0.1:{port}"]  # fmt: skip
    ward = subprocess.Popen(command, env=env, stdout=log, stderr=log)
    samples = Samples(port, ward.pid, server.pid)
    try:
        time.sleep(WARM_S + cameras * 0.25)
        end = time.monotonic() + seconds
        while time.monotonic() < end and ward.poll() is None:
            samples.take()
            time.sleep(EVERY_S)
        if ward.poll() is not None:
            raise SystemExit(f"the ward ended: {(folder / 'ward.log').read_text()[-2000:]}")
        samples.take()
    finally:
        begun = time.monotonic()
        ward.send_signal(signal.SIGTERM)
        ward.wait(30)
        server.kill()
        log.close()
    return {**samples.summary(cameras), "stop_s": round(time.monotonic() - begun, 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cameras", type=int, nargs="+", default=[16])
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--activity", type=float, default=0.1)
    parser.add_argument("--no-gate", action="store_true")
    parser.add_argument(
        "--write", metavar="NAME", help="Add the results to benchmarks/results/soak.json under this name."
    )
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="matthan-soak-") as name:
        folder = Path(name)
        streams = footage(folder, args.activity, args.seconds + 60)
        runs = []
        for cameras in args.cameras:
            runs.append({"activity": args.activity, "gate": not args.no_gate,
                         **soak(folder, streams, cameras, args.seconds, not args.no_gate)})  # fmt: skip
            print(json.dumps(runs[-1]), flush=True)
    if args.write:
        path = machine.RESULTS / "soak.json"
        told = json.loads(path.read_text()) if path.exists() else {}
        told |= {"machine": machine.describe(), "command": "python -m benchmarks.soak"}
        told[args.write] = runs
        path.write_text(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    main()
