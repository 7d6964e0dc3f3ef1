"""`report.html`: a timeline of the events, their stills, and what was analysed."""

from __future__ import annotations

import dataclasses
import html
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import plotly.io
import plotly.offline

from pipeline.analyse import Summary
from pipeline.config import City
from pipeline.errors import OutboxError
from pipeline.sinks.outbox import Outbox
from pipeline.wire import CloudEvent, Data, Provenance, decode

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; color: #222 }
table { border-collapse: collapse; width: 100% } td, th { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #ddd }
article { display: grid; grid-template-columns: 24rem 1fr; gap: 1rem; margin: 1rem 0; border-top: 1px solid #ddd; padding-top: 1rem }
article img { width: 100% } .note { background: #fff4d6; padding: .5rem 1rem } small { color: #666 }
@media (max-width: 50rem) { article { grid-template-columns: 1fr } }
"""


def write(out: Path, city: City, provenance: Provenance, summary: Summary) -> Path:
    """Write the report of a run beside its results; returns its path. Needs no network to look at."""
    with Outbox(out / "outbox.sqlite") as outbox:
        events = [decode(message.body) for message in outbox.messages(provenance.run)]
    path = out / "report.html"
    try:
        path.write_text(_page(out, city, provenance, summary, events), encoding="utf-8")
    except OSError as exc:
        raise OutboxError(f"{path}: cannot be written: {exc.strerror}") from exc
    return path


def as_dict(summary: Summary, out: Path) -> dict[str, Any]:
    """The summary for scripts."""
    return {**dataclasses.asdict(summary), "out": str(out)}


def _page(out: Path, city: City, provenance: Provenance, summary: Summary, events: list[CloudEvent]) -> str:
    findings = _findings(events)
    notes = "".join(f'<p class="note">{html.escape(note)}</p>' for note in summary.notes)
    videos = "".join(
        f"<tr><td>{html.escape(label)}</td><td>{summary.seconds[label]:.1f} s</td><td>{summary.decoded[label]}</td>"
        f"<td>{frames}</td><td>{summary.tracks.get(label, 0)}</td></tr>"
        for label, frames in summary.frames.items()
    )
    cards = "".join(_card(finding) for finding in findings if finding.severity != "info")
    counts = "".join(
        f"<tr><td>{html.escape(f.camera)}</td><td>{html.escape(f.zone or '')}</td>"
        f"<td>{html.escape(f.summary.get('vi', ''))}<br><small>{html.escape(f.summary.get('en', ''))}</small></td></tr>"
        for f in findings
        if f.kind == "count"
    )
    return f"""<!doctype html><html lang="vi"><meta charset="utf-8"><title>Mắt Thần: {html.escape(city.city)}</title>
<style>{_STYLE}</style><h1>Mắt Thần</h1>
<p>Thành phố {html.escape(city.city)} · mô hình {html.escape(provenance.model)} · lần chạy {provenance.run} · phiên bản {provenance.version}</p>
{notes}
<table><tr><th>Video</th><th>Thời lượng</th><th>Khung hình giải mã</th><th>Khung hình phân tích</th><th>Đối tượng theo dõi</th></tr>{videos}</table>
<h2>Dòng thời gian</h2>{_timeline(out, findings)}
<h2>Sự kiện cần người xem xét</h2>
<p><small>Mỗi cảnh báo nêu hành vi đã đo được, không kết luận về con người; quyết định thuộc về cán bộ.
Each alert states conduct that was measured, and concludes nothing about a person; an officer decides.</small></p>
{cards or "<p>Không có. / None.</p>"}
<h2>Lưu lượng</h2><table>{counts}</table></html>"""


def _findings(events: list[CloudEvent]) -> list[Data]:
    """The last word on each event, with all its evidence."""
    latest: dict[str, Data] = {}
    for event in events:
        data = event.data
        before = latest.get(data.event_id)
        evidence = data.evidence or (before.evidence if before else ())
        tracks = before.tracks if before and not data.tracks else data.tracks
        latest[data.event_id] = data.model_copy(update={"evidence": evidence, "tracks": tracks})
    return sorted(latest.values(), key=lambda data: (data.started_at, data.event_id))


def _card(data: Data) -> str:
    shown = next((e for e in data.evidence if e.uri.endswith(".annotated.jpg")), None)
    picture = f'<img src="{html.escape(shown.uri)}" alt="">' if shown else "<span></span>"
    clean = next((e for e in data.evidence if not e.uri.endswith(".annotated.jpg")), None)
    link = f'<a href="{html.escape(clean.uri)}">ảnh gốc</a> <small>sha256 {clean.sha256[:16]}…</small>' if clean else ""
    measures = ", ".join(f"{html.escape(k)} = {html.escape(str(v))}" for k, v in data.measures.items())
    return f"""<article>{picture}<div><h3>{html.escape(data.kind)} · {html.escape(data.camera)} · {html.escape(data.zone or "")}</h3>
<p>{html.escape(data.summary.get("vi", ""))}<br>{html.escape(data.summary.get("en", ""))}</p>
<p>{data.started_at} → {data.ended_at or "…"} {html.escape(data.reason or "")}</p>
<p><small>{measures}<br>{data.event_id} · {html.escape(data.rule)} · {data.severity}</small></p><p>{link}</p></div></article>"""


def _timeline(out: Path, findings: list[Data]) -> str:
    shown = [data for data in findings if data.kind != "count"]
    if not shown:
        return "<p>Không có sự kiện. / No events.</p>"
    figure = go.Figure()
    for kind in sorted({data.kind for data in shown}):
        own = [data for data in shown if data.kind == kind]
        xs: list[str | None] = []
        ys: list[str | None] = []
        for data in own:
            xs += [data.started_at, data.ended_at or data.started_at, None]
            ys += [f"{data.camera} · {data.zone}", f"{data.camera} · {data.zone}", None]
        figure.add_scatter(x=xs, y=ys, mode="lines+markers", name=kind, line={"width": 8}, marker={"size": 9})
    figure.update_layout(
        height=160 + 40 * len({data.zone for data in shown}), margin={"l": 20, "r": 20, "t": 20, "b": 20}
    )
    script = out / "plotly.min.js"
    if not script.exists():
        script.write_text(plotly.offline.get_plotlyjs(), encoding="utf-8")
    return str(plotly.io.to_html(figure, include_plotlyjs="plotly.min.js", full_html=False, div_id="timeline"))
