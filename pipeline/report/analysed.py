"""`report.html` of `matthan analyse`: a timeline of the events, their stills, and what was analysed."""

from __future__ import annotations

import dataclasses
import html
from pathlib import Path
from typing import Any

from pipeline.analyse import Summary
from pipeline.config import City
from pipeline.report import page
from pipeline.sinks.outbox import Outbox
from pipeline.types import COUNTED
from pipeline.wire import CloudEvent, Provenance, decode


def write(out: Path, city: City, provenance: Provenance, summary: Summary) -> Path:
    """Write the report of a run beside its results; returns its path. Needs no network to look at."""
    with Outbox(out / "outbox.sqlite") as outbox:
        events = [decode(message.body) for message in outbox.messages(provenance.run)]
    return page.save(out / "report.html", _page(out, city, provenance, summary, events))


def as_dict(summary: Summary, out: Path) -> dict[str, Any]:
    """The summary for scripts."""
    return {**dataclasses.asdict(summary), "out": str(out)}


def _page(out: Path, city: City, provenance: Provenance, summary: Summary, events: list[CloudEvent]) -> str:
    findings = page.findings(events)
    notes = "".join(f'<p class="note">{html.escape(note)}</p>' for note in summary.notes)
    videos = "".join(
        f"<tr><td>{html.escape(label)}</td><td>{summary.seconds[label]:.1f} s</td><td>{summary.decoded[label]}</td>"
        f"<td>{frames}</td><td>{summary.tracks.get(label, 0)}</td></tr>"
        for label, frames in summary.frames.items()
    )
    cards = "".join(page.card(finding) for finding in findings if finding.severity != "info")
    counts = "".join(
        f"<tr><td>{html.escape(f.camera)}</td><td>{html.escape(f.zone or '')}</td>"
        f"<td>{html.escape(f.summary.get('vi', ''))}<br><small>{html.escape(f.summary.get('en', ''))}</small></td></tr>"
        for f in findings
        if f.kind in COUNTED
    )
    body = f"""<h1>Mắt Thần</h1>
<p>Thành phố {html.escape(city.city)} · mô hình {html.escape(provenance.model)} · lần chạy {provenance.run} · phiên bản {provenance.version}</p>
{notes}
<table><tr><th>Video</th><th>Thời lượng</th><th>Khung hình giải mã</th><th>Khung hình phân tích</th><th>Đối tượng theo dõi</th></tr>{videos}</table>
<h2>Dòng thời gian</h2>{page.timeline(out, findings)}
<h2>Sự kiện cần người xem xét</h2>
{page.NOTICE}
{cards or "<p>Không có. / None.</p>"}
<h2>Lưu lượng</h2><table>{counts}</table>"""
    return page.whole(f"Mắt Thần: {city.city}", body)
