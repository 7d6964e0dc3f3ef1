"""What all reports have in common: the look, the events with their stills, the timeline."""

from __future__ import annotations

import html
from collections.abc import Iterable
from pathlib import Path

import plotly.graph_objects as go
import plotly.io
import plotly.offline

from pipeline.errors import OutboxError
from pipeline.types import COUNTED
from pipeline.wire import CloudEvent, Data

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; color: #222 }
table { border-collapse: collapse; width: 100% } td, th { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #ddd }
article { display: grid; grid-template-columns: 24rem 1fr; gap: 1rem; margin: 1rem 0; border-top: 1px solid #ddd; padding-top: 1rem }
article img { width: 100% } .note { background: #fff4d6; padding: .5rem 1rem } small { color: #666 }
@media (max-width: 50rem) { article { grid-template-columns: 1fr } }
"""


SCRIPT = "plotly.min.js"
NOTICE = """<p><small>Mỗi cảnh báo nêu hành vi đã đo được, không kết luận về con người; quyết định thuộc về cán bộ.
Each alert states conduct that was measured, and concludes nothing about a person; an officer decides.</small></p>"""


def save(path: Path, text: str) -> Path:
    """Write a page. Raises `OutboxError` where that cannot be."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as exc:
        raise OutboxError(f"{path}: cannot be written: {exc.strerror}") from exc
    return path


def whole(title: str, body: str) -> str:
    """A page that needs no network to look at."""
    return (
        f'<!doctype html><html lang="vi"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(title)}</title>\n<style>{STYLE}</style>{body}</html>\n"
    )


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Cells are escaped here."""
    top = "".join(f"<th>{html.escape(head)}</th>" for head in heads)
    lines = ("".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in rows)
    return f"<table><tr>{top}</tr>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def findings(events: Iterable[CloudEvent]) -> list[Data]:
    """The last word on each event, with all its evidence."""
    latest: dict[str, Data] = {}
    for event in events:
        data = event.data
        before = latest.get(data.event_id)
        evidence = data.evidence or (before.evidence if before else ())
        tracks = before.tracks if before and not data.tracks else data.tracks
        latest[data.event_id] = data.model_copy(update={"evidence": evidence, "tracks": tracks})
    return sorted(latest.values(), key=lambda data: (data.started_at, data.event_id))


def card(data: Data) -> str:
    shown = next((e for e in data.evidence if e.uri.endswith(".annotated.jpg")), None)
    picture = f'<img src="{html.escape(shown.uri)}" alt="">' if shown else "<span></span>"
    clean = next((e for e in data.evidence if not e.uri.endswith(".annotated.jpg")), None)
    link = f'<a href="{html.escape(clean.uri)}">ảnh gốc</a> <small>sha256 {clean.sha256[:16]}…</small>' if clean else ""
    measures = ", ".join(f"{html.escape(k)} = {html.escape(str(v))}" for k, v in data.measures.items())
    return f"""<article>{picture}<div><h3>{html.escape(data.kind)} · {html.escape(data.camera)} · {html.escape(data.zone or "")}</h3>
<p>{html.escape(data.summary.get("vi", ""))}<br>{html.escape(data.summary.get("en", ""))}</p>
<p>{data.started_at} → {data.ended_at or "…"} {html.escape(data.reason or "")}</p>
<p><small>{measures}<br>{data.event_id} · {html.escape(data.rule)} · {data.severity}</small></p><p>{link}</p></div></article>"""


def timeline(out: Path, findings: list[Data]) -> str:
    shown = [data for data in findings if data.kind not in COUNTED]
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
    return draw(out, figure, "timeline")


def draw(out: Path, figure: go.Figure, name: str) -> str:
    """A chart; the script that draws it lies once in `out`."""
    if not (out / SCRIPT).exists():
        (out / SCRIPT).write_text(plotly.offline.get_plotlyjs(), encoding="utf-8")
    return str(plotly.io.to_html(figure, include_plotlyjs=SCRIPT, full_html=False, div_id=name))
