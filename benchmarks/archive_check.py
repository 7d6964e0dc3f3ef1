"""One archive, asked in every way there is, has one answer: `python -m benchmarks.archive_check [--kills 10] [--write]`.

Made on the spot: two cameras, files that follow one another; who stands at the end of a file stands there in the next.
One worker, two workers, two machines of a Ray cluster, killed (-9) and begun again ten times, other rules from the
tables of another run with the footage moved away: the same events, byte for byte. Then `matthan replay` of the stored
detections, and a live run over RTSP of the same footage: the same events, live within a frame period. Ends with one
JSON line.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import av
import numpy as np
import yaml

from benchmarks import machine
from pipeline import build, config, replay
from pipeline.archive.plan import saved
from pipeline.archive.store import Store
from pipeline.recording import Writer, read_detections
from pipeline.sinks.outbox import Outbox
from pipeline.wire import Data, decode, parse_timestamp
from tests.cluster.machines import Machines
from tests.live.rig import walk
from tests.rtsp import H264, Rtsp, free_port

START = 1_772_348_400.0
"""2026-03-01 14:00:00 in Hà Tĩnh."""
FILE_S, FILES = 15, 4
LENGTH_S = FILE_S * FILES
EMPTY_S = 8
"""At the end nobody is there: a live run can be stopped in it."""
PERIOD_S = 0.2


def stands(t: float) -> int | None:
    """Comes, stands from 8 s to 34 s, over the ends of two files, and goes."""
    return None if t < 6 or t > 36 else int(50 * (t - 6)) if t < 8 else 100 if t < 34 else int(100 + 90 * (t - 34))


def passes(t: float) -> int | None:
    """Goes through the picture every ten seconds, to and fro."""
    turn, since = divmod(t, 10)
    if t >= LENGTH_S - EMPTY_S or not 1 <= since <= 7:
        return None
    return int(45 * (since - 1)) if turn % 2 == 0 else int(280 - 45 * (since - 1))


SCENES = {"gate": stands, "yard": passes}


def footage(folder: Path) -> tuple[Path, dict[str, Path]]:
    """The archive, and all of each camera in one file."""
    archive, whole = folder / "archive", {}
    archive.mkdir()
    for camera, where in SCENES.items():
        for number in range(FILES):
            begun = number * FILE_S
            stamp = time.strftime("%Y%m%d_%H%M%S", time.gmtime(START + 7 * 3600 + begun))
            walk(archive / f"{camera}_{stamp}.mp4", FILE_S, where=lambda t, w=where, b=begun: w(b + t))  # type: ignore[misc]
        whole[camera] = joined(sorted(archive.glob(f"{camera}_*")), folder / f"{camera}.mp4")
    return archive, whole


def joined(files: Sequence[Path], path: Path) -> Path:
    """The packets of files, one after another."""
    with av.open(str(path), "w") as out:
        stream, offset = None, 0.0
        for file in files:
            with av.open(str(file)) as source:
                video = source.streams.video[0]
                stream = stream or out.add_stream_from_template(video)
                for packet in source.demux(video):
                    if packet.dts is None or packet.pts is None:
                        continue
                    shift = round(offset / packet.time_base)
                    packet.pts, packet.dts, packet.stream = packet.pts + shift, packet.dts + shift, stream
                    out.mux(packet)
            offset += FILE_S
    return path


def city(folder: Path, sources: dict[str, str] | None = None, **stay: Any) -> Path:
    """A city file; `sources` for a live run, `stay` for another rule."""
    model = folder / "none.onnx"
    model.write_bytes(b"this detector needs no weights: everything white is a person")
    square = [[0, 0], [1, 0], [1, 1], [0, 1]]
    zones = {"all": {"polygon": square, "rules": ["stay"]}}
    lines = {"middle": {"points": [[0.5, 1], [0.5, 0]], "rules": ["count"]}}
    raw = {
        "city": "check", "wards": {"w": {}}, "model": {"name": str(model), "runtime": "tests.cluster.detector:White"},
        "rules": {"stay": {"kind": "loitering", "seconds": 12, **stay},
                  "count": {"kind": "line_crossing", "classes": ["person"]}},
        "cameras": [{"id": name, "ward": "w", "zones": zones, "lines": lines,
                     **({"source": sources[name]} if sources else {})} for name in SCENES],
    }  # fmt: skip
    path = folder / f"city-{len(list(folder.glob('city-*')))}.yaml"
    path.write_text(yaml.safe_dump(raw))
    return path


def command(*words: str | Path) -> list[str]:
    return [sys.executable, "-m", "pipeline", *map(str, words)]


def archive(*words: str | Path) -> None:
    done = subprocess.run(command("archive", *words, "--json"), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"archive {' '.join(map(str, words))}: {done.stderr[-2000:]}")


def killed(words: Sequence[str | Path], kills: int) -> int:
    """Kill the same command again and again, whatever it is doing, and then let it end; how often it was killed."""
    chance, count = np.random.default_rng(3), 0
    slow = Path(words[2]).with_name("slow")
    slow.touch()  # the detector takes its time: else it would be done before it is killed
    for _ in range(5 * kills):
        process = subprocess.Popen(command("archive", *words), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(float(chance.uniform(3.0, 8.0)))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            count += 1
        if count == kills:
            break
    slow.unlink()
    archive(*words)
    return count


def lines(out: Path) -> list[bytes]:
    """Every event of a run, sorted."""
    return sorted((out / "events.jsonl").read_bytes().splitlines())


def told(messages: Iterator[Any]) -> list[Data]:
    return [decode(message.body).data for message in messages]


def plain(events: Sequence[Data]) -> list[str]:
    """What is told, whoever tells it: without evidence and what is known of the run."""
    kept = [e for e in events if not e.evidence]
    return sorted(
        json.dumps(e.model_dump(mode="json", exclude={"provenance", "revision"}), sort_keys=True) for e in kept
    )


def replayed(run: Path, path: Path, folder: Path) -> list[Data]:
    """`matthan replay` of the stored detections, the files of a camera as one recording."""
    settings, events = config.load(path), list[Data]()
    plan = json.loads((run / "plan.json").read_text())
    for camera in settings.cameras:
        merged = folder / f"{camera.id}.parquet"
        rows = [row for row in plan if row["footage"]["camera"] == camera.id]
        with Writer(merged) as writer:
            for row, table in zip(rows, in_order(run, settings, camera.id), strict=True):
                recording = read_detections(table)
                for since, found in recording:
                    writer.write(row["footage"]["start"] + since, found, recording.names, camera.id)
        sized = camera.model_copy(update={"frame_size": tuple(rows[0]["footage"]["size"])})
        events += told(iter(replay.replay(settings, sized, read_detections(merged))))
    return events


def in_order(run: Path, settings: config.City, camera: str) -> list[Path]:
    """The tables of a camera's files, as planned."""
    detector, file = build.detector(settings.model)
    store = Store(run, file.sha256, detector.precision, detector.names, settings)
    return [store.path(settings.camera(camera), p.footage.digest) for p in saved(run / "plan.json").parts[camera]]


def live(folder: Path, whole: dict[str, Path]) -> list[Data]:
    """A live run over RTSP of the same footage, stopped while nobody is there at its end."""
    server = Rtsp({f"/{name}": H264.format(file=path) for name, path in whole.items()})
    out, port = folder / "live", free_port()
    path = city(folder, {name: server.url(f"/{name}") for name in whole})
    with (folder / "live.log").open("wb") as log:
        process = subprocess.Popen(
            command("run", path, "--out", out, "--listen", f"127.0.0.1:{port}"), stdout=log, stderr=log
        )
    try:
        end = time.monotonic() + LENGTH_S + 60
        while time.monotonic() < end and process.poll() is None:
            time.sleep(0.2)
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/status", timeout=5) as page:
                    pictures = [camera["pictures"] for camera in json.load(page)["cameras"]]
            except OSError:
                continue
            if pictures and min(pictures) > (LENGTH_S - EMPTY_S + 3) * 25:
                break
        process.send_signal(signal.SIGTERM)
        process.wait(30)
    finally:
        process.kill()
        server.kill()
    with Outbox(out / "outbox.sqlite") as outbox:
        return told(outbox.messages())


def compare(one: Sequence[Data], other: Sequence[Data]) -> dict[str, Any]:
    """Kinds, zones and counts of two runs, and how far their times are apart once both begin together."""
    found: dict[str, Any] = {"same": True, "events": 0, "apart_s": 0.0}
    for camera in SCENES:
        first, second = (spans(events, camera) for events in (one, other))
        counted = [counts(events, camera) for events in (one, other)]
        found["events"] += len(first)
        if Counter(kind for *_, kind in first) != Counter(kind for *_, kind in second) or counted[0] != counted[1]:
            return {**found, "same": False, "first": str((first, counted[0])), "second": str((second, counted[1]))}
        times = np.array([[f[0] - s[0], f[1] - s[1]] for f, s in zip(first, second, strict=True)])
        apart = float(np.abs(times - np.median(times)).max()) if len(times) else 0.0
        found["apart_s"] = max(found["apart_s"], round(apart, 3))
    return found


def spans(events: Sequence[Data], camera: str) -> list[tuple[float, float, tuple[str, str | None]]]:
    """From when to when each event of a camera's rules held, and its kind and zone, in order."""
    mine: dict[str, Data] = {}
    for e in events:
        if e.camera == camera and e.rule in ("stay", "count") and e.kind != "count" and not e.evidence:
            mine[e.event_id] = e
    return sorted((parse_timestamp(e.started_at), parse_timestamp(e.ended_at or e.started_at), (e.kind, e.zone))
                  for e in mine.values())  # fmt: skip


def counts(events: Sequence[Data], camera: str) -> dict[str, int]:
    """What was counted at a camera's lines in all."""
    total = Counter[str]()
    for e in events:
        if e.camera == camera and e.kind == "count":
            total.update({f"{e.measures['class']} {way}": int(e.measures[way]) for way in ("forward", "backward")})
    return dict(total)


def check(folder: Path, kills: int) -> dict[str, Any]:
    files, whole = footage(folder)
    path = city(folder)
    runs = {name: folder / name for name in ("one", "two", "ray", "killed")}
    common = (files, "--city", path, "--out")
    archive(*common, runs["one"], "--workers", "1")
    archive(*common, runs["two"], "--workers", "2")
    times = killed([*common, runs["killed"]], kills)
    machines = Machines()
    try:
        for _ in range(2):
            machines.start(1)
        archive(*common, runs["ray"], "--ray", machines.address)
    finally:
        machines.close()
    other = city(folder, seconds=20)
    archive(files, "--city", other, "--out", folder / "asked")
    shutil.move(files, folder / "elsewhere")
    archive("--from", runs["one"], "--city", other, "--out", folder / "question")
    with Outbox(runs["one"] / "outbox.sqlite") as outbox:
        first = told(outbox.messages())
    same = {name: lines(out) == lines(runs["one"]) for name, out in runs.items()}
    with Outbox(folder / "asked" / "outbox.sqlite") as a, Outbox(folder / "question" / "outbox.sqlite") as b:
        same["other rule without footage"] = plain(told(a.messages())) == plain(told(b.messages()))
    again = replayed(runs["one"], path, folder)
    same["replay"] = plain(first) == plain(again)
    streamed = compare(first, live(folder, whole))
    events = Counter(f"{e.kind} {e.phase}" for e in first if not e.evidence)
    return {
        "runs": len(same) + 1, "equal": all(same.values()) and streamed["same"] and streamed["apart_s"] <= PERIOD_S,
        **same, "killed_times": times, "live": streamed, "events": dict(sorted(events.items())),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--write", action="store_true", help="Write benchmarks/results/archive_check.json.")
    args = parser.parse_args()
    os.environ["PYTHONPATH"] = os.pathsep.join([os.getcwd(), os.environ.get("PYTHONPATH", "")])
    with tempfile.TemporaryDirectory(prefix="matthan-archive-", dir="/tmp") as name:
        result = check(Path(name), args.kills)
    print(json.dumps(result))
    if args.write:
        told = {"machine": machine.describe(), "command": " ".join(["python -m benchmarks.archive_check", *sys.argv[1:]]),
                **result}  # fmt: skip
        (machine.RESULTS / "archive_check.json").write_text(json.dumps(told, indent=1) + "\n")
    raise SystemExit(not result["equal"])


if __name__ == "__main__":
    main()
