"""`matthan blackspots` from files to a report, and the report in a real browser without a network."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import threading
from base64 import b64decode
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipeline.cli import app
from pipeline.errors import MatthanError
from tests.blackspots.city import BEGUN, cameras, conflict, lines
from tests.conftest import unmet

PIXEL = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


def run(*options: object) -> Result:
    return CliRunner().invoke(app, ["blackspots", *map(str, options)])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report on twenty cameras, one of them much worse than the others; after two weeks something was done there."""
    folder = tmp_path_factory.mktemp("city")
    events, counts = cameras(1)
    done = (BEGUN + timedelta(days=14)).isoformat()
    kept = [
        e
        for n, e in enumerate(events)
        if e["data"]["camera"] != "cam-03" or e["data"]["started_at"] < done or n % 5 == 0
    ]
    files = lines(folder / "events.jsonl", kept), "--counts", lines(folder / "counts.jsonl", counts)
    ran = run(*files, "--out", folder / "out", "--changed-at", done[:10], "--treated", "cam-03", "--json")
    assert ran.exit_code == 0, ran.output
    (folder / "told.json").write_text(ran.output)
    return folder


def test_the_worst_leads_though_others_have_more_conflicts(made: Path) -> None:
    told = json.loads((made / "told.json").read_text())
    first, *others = told["places"]
    assert first["place"] == "cam-03"
    assert max(row["incidents"] for row in others) > first["incidents"]
    assert first["low"] > others[0]["rate"]
    assert first["in_top_10"] == 1.0


def test_what_was_done_there_helped(made: Path) -> None:
    (told,) = json.loads((made / "told.json").read_text())["change"]
    assert told["place"] == "cam-03"
    assert told["high"] < 1
    assert told["after"] < told["expected"]


def test_tables_agree(made: Path) -> None:
    with (made / "out" / "places.csv").open() as file:
        rows = list(csv.DictReader(file))
    spots = json.loads((made / "out" / "places.geojson").read_text())["features"]
    assert [row["place"] for row in rows] == [spot["properties"]["place"] for spot in spots]
    assert [int(row["rank"]) for row in rows] == list(range(1, 21))
    assert spots[0]["geometry"]["coordinates"] == [
        pytest.approx(float(rows[0]["lon"])),
        pytest.approx(float(rows[0]["lat"])),
    ]


def test_the_same_files_give_the_same_bytes(made: Path, tmp_path: Path) -> None:
    again = run(made / "events.jsonl", "--counts", made / "counts.jsonl", "--out", tmp_path)
    assert again.exit_code == 0, again.output
    for name in ("places.csv", "cells.geojson"):
        assert (tmp_path / name).read_bytes() == (made / "out" / name).read_bytes()


def test_the_report_says_conflicts_and_never_crashes(made: Path) -> None:
    text = re.sub(r"<script.*?</script>", "", (made / "out" / "report.html").read_text(), flags=re.S)
    assert "xung đột" in text
    assert "not a crash" in text
    assert "tai nạn" in text.split("không phải")[1][:12]
    for word in ("crashes concentrate", "criminal", "kẻ"):
        assert word not in text


def test_records_are_told_as_records(tmp_path: Path) -> None:
    rows = "".join(f"{18.3 + i % 7 * 0.01},{105.9 + i % 7 * 0.01},2026-03-{1 + i % 28:02d}T08:00\n" for i in range(140))
    (tmp_path / "crashes.csv").write_text("lat,lon,time\n" + rows)
    ran = run(tmp_path / "crashes.csv", "--out", tmp_path / "out")
    assert ran.exit_code == 0, ran.output
    assert "recorded incidents" in (tmp_path / "out" / "report.html").read_text()
    assert "140 incidents at 7 places" in ran.output


def opened(path: Path, profile: Path) -> tuple[str, list[str]]:
    """The page as a browser without a network shows it, and what its console says."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        unmet("there is no Chromium here")
    shown = subprocess.run(
        [browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--enable-unsafe-swiftshader",
         "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", f"--user-data-dir={profile}",
         "--enable-logging=stderr", "--v=0", "--virtual-time-budget=20000", "--window-size=1200,2400", "--dump-dom",
         path.as_uri()],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    said = [line for line in shown.stderr.splitlines() if "CONSOLE" in line or "net::ERR" in line]
    return shown.stdout, [line for line in said if "GL Driver Message" not in line]


def test_it_opens_in_a_browser_without_a_network(made: Path, tmp_path: Path) -> None:
    """No request, no error on the console, and charts that are drawn."""
    page, said = opened(made / "out" / "report.html", tmp_path)
    assert said == []
    assert page.count("main-svg") >= 3
    assert re.findall(r"<(?:script|img|link|iframe)[^>]+(?:src|href)=\"(?:https?:)?//[^\"]+", page) == []


def test_tiles_are_asked_for_where_they_are_wanted(made: Path, tmp_path: Path) -> None:
    asked: list[str] = []

    class Tiles(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            self.wfile.write(PIXEL)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Tiles) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/{{z}}/{{x}}/{{y}}.png"
        ran = run(made / "events.jsonl", "--counts", made / "counts.jsonl", "--out", tmp_path, "--tiles", url)
        assert ran.exit_code == 0, ran.output
        _, said = opened(tmp_path / "report.html", tmp_path / "profile")
        server.shutdown()
    assert [line for line in said if "worker script" not in line] == []  # file:// has none; the map does without
    assert asked


def test_where_no_traffic_was_counted_there_is_no_rank(made: Path, tmp_path: Path) -> None:
    rated = [f"cam-{i:02d}" for i in range(1, 13)]
    (tmp_path / "counts.csv").write_text("source,road_users\n" + "".join(f"{name},20000\n" for name in rated))
    ran = run(made / "events.jsonl", "--counts", tmp_path / "counts.csv", "--out", tmp_path)
    assert "8 places have no traffic counts, and no rank" in ran.output
    with (tmp_path / "places.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["place"] for row in rows[12:]] == ["cam-00", *(f"cam-{i}" for i in range(13, 20))]
    assert {(row["rank"], row["rank_low"], row["in_top_10"]) for row in rows[12:]} == {("", "", "")}
    assert [int(row["rank"]) for row in rows[:12]] == list(range(1, 13))


def test_what_lies_at_no_place_is_not_counted_among_places(tmp_path: Path) -> None:
    rows = [f"{10.77 + 0.004 * (i % 6)},106.7" for i in range(48)] + ["10.9,106.9", "10.95,106.95"]
    (tmp_path / "crashes.csv").write_text("lat,lon\n" + "\n".join(rows) + "\n")
    ran = run(tmp_path / "crashes.csv", "--out", tmp_path / "out")
    assert "48 of 50 incidents at 6 places" in ran.output
    assert "note: 50 rows had no time that can be read" in ran.output
    assert "48 of 50 incidents" in (tmp_path / "out" / "report.html").read_text()


MISTAKES = {
    "counts of others": (["{events}", "--counts", "{others}"], "counted were elsewhere, incidents have cam-00, cam-01"),
    "no file": (["none.jsonl"], "none.jsonl: no such file"),
    "half a change": (["{events}", "--changed-at", "2026-03-10"], "--changed-at and --treated belong together"),
    "no date": (["{events}", "--changed-at", "soon", "--treated", "cam-03"], "like 2026-03-01, got 'soon'"),
    "nobody": (["{events}", "--changed-at", "2026-03-10", "--treated", "cam-99"], "no incidents of cam-99"),
    "no zone": (["{events}", "--timezone", "Mars/Base"], "no such time zone"),
    "no kind": (["{events}", "--kind", "loitering"], "no incidents with coordinates"),
}  # fmt: skip


@pytest.mark.parametrize(("options", "says"), MISTAKES.values(), ids=MISTAKES.keys())
def test_mistakes_are_told(made: Path, tmp_path: Path, options: list[str], says: str) -> None:
    (tmp_path / "others.csv").write_text("source,road_users\nelsewhere,900\n")
    files = {"{events}": str(made / "events.jsonl"), "{others}": str(tmp_path / "others.csv")}
    ran = run(*(files.get(option, option) for option in options), "--out", tmp_path)
    assert isinstance(ran.exception, MatthanError)
    assert says in str(ran.exception)


def test_too_few_places_cannot_be_ranked(tmp_path: Path) -> None:
    path = lines(tmp_path / "e.jsonl", [conflict(n, "only", 18.3, 105.9, BEGUN) for n in range(9)])
    ran = run(path, "--out", tmp_path / "out")
    assert "needs at least 5 places to know what is usual, got 1" in str(ran.exception)
