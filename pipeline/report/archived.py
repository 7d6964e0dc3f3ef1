"""`report.html` of `matthan archive`: what was watched when, what was found, what could not be read, how fast it went."""

from __future__ import annotations

import html
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path

import plotly.graph_objects as go

from pipeline import build
from pipeline.archive.plan import Plan
from pipeline.archive.run import Summary
from pipeline.config import City
from pipeline.report import page
from pipeline.sinks.outbox import Outbox
from pipeline.types import COUNTED
from pipeline.wire import Data, decode

CARDS = 500
"""Events shown with their stills; all are in events.jsonl."""


def write(out: Path, city: City, plan: Plan, summary: Summary) -> Path:
    """Write the report beside the results; returns its path. Raises `OutboxError` where it cannot be written."""
    with Outbox(out / "outbox.sqlite") as outbox:
        found = page.findings(decode(message.body) for message in outbox.messages(summary.run))
    shown = [data for data in found if data.severity != "info"]
    cards = "".join(map(page.card, shown[:CARDS])) or "<p>Không có. / None.</p>"
    more = f"<p>{len(shown) - CARDS} sự kiện nữa / more: events.jsonl</p>" if len(shown) > CARDS else ""
    counts = [(data.camera, data.zone or "", data.summary.get("vi", "")) for data in found if data.kind in COUNTED]
    bad = [(str(broken.path), broken.why) for broken in summary.quarantined]
    odd = [(f.kind, str(f.path), f.text) for f in plan.findings] + [("note", "", note) for note in summary.notes]
    body = f"""<h1>Mắt Thần</h1>
<p>Thành phố {html.escape(city.city)} · lần chạy {summary.run} · {_long(plan.seconds)} ghi hình / of footage</p>
{page.table(("", "Ghi hình / footage", "Thời gian / took", "× thời gian thực / real time"), _speed(summary))}
<h2>Dòng thời gian / Timeline</h2>{page.draw(out, _timeline(plan, city, found), "timeline")}
<h2>Sự kiện cần người xem xét / Events for a person to look at ({len(shown)})</h2>{page.NOTICE}{cards}{more}
<h2>Lưu lượng / Counts</h2>{page.table(("Camera", "", ""), counts)}
<h2>Đã xem / Watched</h2>
<p><small>Giờ ghi hình đã phân tích, theo camera và ngày: mẫu số của mọi thống kê. Hours of footage analysed, by camera and
day: what every statistic is out of.</small></p>
{page.table(("Camera", "Ngày / day", "Giờ / hours"), coverage(plan, city, summary))}
<h2>Không đọc được / Could not be read ({len(bad)})</h2>{page.table(("Tệp / file", "Vì sao / why"), bad)}
<h2>Cần biết / To know ({len(odd)})</h2>{page.table(("", "Tệp / file", ""), odd)}"""
    return page.save(out / "report.html", page.whole(f"Mắt Thần: {city.city}", body))


def coverage(plan: Plan, city: City, summary: Summary) -> list[tuple[str, str, str]]:
    """Hours analysed of each camera and day of the city; what could not be read is not among them."""
    bad = {broken.path for broken in summary.quarantined}
    seconds: dict[tuple[str, date | None], float] = defaultdict(float)
    for camera, parts in plan.parts.items():
        for part in parts:
            one = part.footage
            if one.path in bad:
                continue
            if not one.known:
                seconds[camera, None] += one.seconds - part.skip_s
                continue
            for day, share in _days(one.start + part.skip_s, one.start + one.seconds, city):
                seconds[camera, day] += share
    rows = sorted(seconds.items(), key=lambda item: (item[0][0], item[0][1] or date.min))
    return [(camera, "?" if day is None else day.isoformat(), f"{s / 3600:.2f}") for (camera, day), s in rows]


def _days(begun: float, ended: float, city: City) -> Iterable[tuple[date, float]]:
    """How much of a stretch lies in each day of the city."""
    while begun < ended:
        day = datetime.fromtimestamp(begun, city.zone).date()
        following = day + timedelta(days=1)
        midnight = datetime(following.year, following.month, following.day, tzinfo=city.zone).timestamp()
        yield day, min(ended, midnight) - begun
        begun = midnight


def _timeline(plan: Plan, city: City, found: list[Data]) -> go.Figure:
    """A line for each camera: what was watched, and the events on it."""
    figure = go.Figure()
    xs: list[str | None] = []
    ys: list[str | None] = []
    for camera, parts in plan.parts.items():
        for begun, ended in _stretches((p.footage.start + p.skip_s, p.footage.end) for p in parts if p.footage.known):
            xs += [build.local(begun, city.zone), build.local(ended, city.zone), None]
            ys += [camera, camera, None]
    figure.add_scatter(x=xs, y=ys, mode="lines", name="đã xem / watched", line={"width": 14, "color": "#cfe3d4"})
    for kind in sorted({data.kind for data in found if data.severity != "info"}):
        own = [data for data in found if data.kind == kind]
        times = [build.local(datetime.fromisoformat(data.started_at).timestamp(), city.zone) for data in own]
        texts = [data.summary.get("vi", kind) for data in own]
        figure.add_scatter(x=times, y=[data.camera for data in own], text=texts, mode="markers", name=kind,
                           marker={"size": 9})  # fmt: skip
    figure.update_layout(height=160 + 26 * len(plan.parts), margin={"l": 20, "r": 20, "t": 20, "b": 20})
    return figure


def _stretches(parts: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """What follows one another closely is one stretch: thousands of files need not be thousands of lines."""
    joined: list[tuple[float, float]] = []
    for begun, ended in parts:
        if joined and begun - joined[-1][1] < 60:
            joined[-1] = joined[-1][0], max(ended, joined[-1][1])
        else:
            joined.append((begun, ended))
    return joined


def _speed(summary: Summary) -> list[tuple[str, str, str, str]]:
    rows = (("phát hiện / detected", summary.detected_s, summary.detect_s),
            ("đánh giá / judged", summary.judged_s, summary.judge_s))  # fmt: skip
    return [(what, _long(done), f"{took:.1f} s", f"{done / took:.0f}") for what, done, took in rows if done and took]


def _long(seconds: float) -> str:
    return f"{seconds / 3600:.1f} h" if seconds >= 3600 else f"{seconds / 60:.1f} min"
