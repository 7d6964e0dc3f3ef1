"""Explanations as one page that needs no network: a line chart per gauge, and the scene as a map."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, tzinfo
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go
import plotly.io

from pipeline import build, geometry
from pipeline.config import Camera
from pipeline.errors import InputError
from pipeline.evaluate.follow import Followed, Point, Sample
from pipeline.evaluate.gauge_words import LABELS, Language, condition, unit
from pipeline.evaluate.phrases import PHRASES
from pipeline.types import Floats

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 76rem; padding: 0 1rem; color: #222 }
pre { background: #f6f6f4; padding: .8rem 1rem; overflow-x: auto; font-size: 13px } h2 { margin-top: 2rem }
.charts { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1rem }
@media (max-width: 50rem) { .charts { grid-template-columns: minmax(0, 1fr) } }
"""
LINE, LIMIT, PLACE = "#1f5fa8", "#c0392b", "#7a7a7a"
_COLOURS = ("#1f5fa8", "#d98200", "#2c8a4b", "#8e44ad", "#b03060", "#5d6d7e", "#00838f", "#795548")
_CONFIG = {"displaylogo": False, "displayModeBar": False, "responsive": True}
_BEYOND = 1.0
"""An outline that runs to the horizon is shown only so far around the paths, in sizes of what they cover."""


Section = tuple[str, str, Sequence[Any]]
"""A heading, a text, and figures."""


def write(path: Path, title: str, sections: Iterable[Section]) -> None:
    """Write a page of (heading, text, figures). Raises `InputError` where the file cannot be written."""
    parts, script = [], True
    for heading, text, figures in sections:
        drawn = []
        for figure in figures:
            drawn.append(plotly.io.to_html(figure, include_plotlyjs=script, full_html=False, config=_CONFIG))
            script = False
        parts.append(
            f"<h2>{html.escape(heading)}</h2><pre>{html.escape(text)}</pre><div class=charts>{''.join(drawn)}</div>"
        )
    page = (
        f'<!doctype html><html><meta charset="utf-8"><title>{html.escape(title)}</title><style>{STYLE}</style>'
        f"<h1>{html.escape(title)}</h1>{''.join(parts)}</html>"
    )
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as exc:
        raise InputError(f"{path}: cannot be written: {exc.strerror}") from exc


def draw(
    seen: Followed, camera: Camera, size: tuple[int, int], place: str | None, zone: tzinfo, lang: Language,
    fired_at: float | None,
) -> list[Any]:  # fmt: skip
    """The charts of one candidate: a line per gauge over time with its threshold, and the map."""
    figures = []
    for samples in seen.samples.values():
        names = dict.fromkeys(gauge.name for _, gauges in samples for gauge in gauges)
        figures += [_line(samples, name, zone, lang, fired_at) for name in names]
    return [*figures, scene_map(seen.paths, camera, size, place, zone, lang, fired_at)]


def scene_map(
    paths: Mapping[int, Sequence[Point]], camera: Camera, size: tuple[int, int], place: str | None, zone: tzinfo,
    lang: Language, fired_at: float | None,
) -> Any:  # fmt: skip
    """Where the tracks went: metres on the ground where the camera is calibrated, else pixels with y down."""
    matrix = build.homography(camera)
    figure = go.Figure()
    walked = {track: _places(points, matrix is not None) for track, points in paths.items() if points}
    around = np.concatenate(list(walked.values())) if walked else np.empty((0, 2))
    for name, corners in build.places(camera).items():
        _outline(figure, name, np.array(corners) * size, matrix, name == place, name in camera.zones, around)
    for i, (track, at) in enumerate(walked.items()):
        name = PHRASES["tracks"][lang == "en"].format(ids=track)
        _path(figure, name, at, paths[track], _COLOURS[i % len(_COLOURS)], zone, fired_at)
    _axes(figure, matrix is not None, size, lang)
    return figure


def _line(samples: Sequence[Sample], name: str, zone: tzinfo, lang: Language, fired_at: float | None) -> Any:
    points = [(time, gauge) for time, gauges in samples for gauge in gauges if gauge.name == name]
    times = [_local(time, zone) for time, _ in points]
    limits = [gauge.threshold for _, gauge in points]
    figure = go.Figure()
    figure.add_scatter(x=times, y=[float(g.value) for _, g in points], mode="lines", name=name, line={"color": LINE},
                       showlegend=False)  # fmt: skip
    figure.add_scatter(
        x=times, y=limits, mode="lines", name=condition(points[-1][1], lang), line={"color": LIMIT, "dash": "dash"}
    )
    if fired_at is not None and points[0][0] <= fired_at <= points[-1][0]:
        figure.add_vline(x=_local(fired_at, zone), line={"color": PLACE, "dash": "dot"})
    title = LABELS[name][lang == "en"] if name in LABELS else name
    layout(figure, f"{title} ({name})")
    figure.update_yaxes(title=f"{name}{f' [{unit(name).strip()}]' if unit(name) else ''}", rangemode="tozero")
    return figure


def _outline(
    figure: Any, name: str, corners: Floats, matrix: Floats | None, chosen: bool, closed: bool, around: Floats
) -> None:
    ring = np.vstack([corners, corners[:1]]) if closed else corners
    share = np.linspace(0, 1, 33)[:-1, None]
    dense = np.vstack([a + share * (b - a) for a, b in pairwise(ring)] + [ring[-1:]])
    if matrix is not None:
        dense = _near(geometry.project(matrix, dense), around)
    style = {"color": LIMIT if chosen else PLACE, "width": 2 if chosen else 1, "dash": "solid" if chosen else "dot"}
    figure.add_scatter(
        x=dense[:, 0].tolist(), y=dense[:, 1].tolist(), mode="lines", name=name, line=style, hoverinfo="name"
    )


def _near(points: Floats, around: Floats) -> Floats:
    """Points far from everything that moved are left out, or one corner at the horizon would shrink all else."""
    if not len(around):
        return points
    low, high = around.min(axis=0), around.max(axis=0)
    margin = _BEYOND * max(float((high - low).max()), 10.0)
    inside = ((points >= low - margin) & (points <= high + margin)).all(axis=1)
    return np.where(inside[:, None], points, np.nan)


def _path(
    figure: Any, name: str, at: Floats, points: Sequence[Point], colour: str, zone: tzinfo, fired_at: float | None
) -> None:
    x, y = at[:, 0].tolist(), at[:, 1].tolist()
    times = [_local(point[0], zone)[11:21] for point in points]
    figure.add_scatter(x=x, y=y, text=times, mode="lines", name=name, line={"color": colour}, legendgroup=name)
    ends = {"symbol": ["circle-open", "circle"], "size": 9, "color": colour}
    figure.add_scatter(x=[x[0], x[-1]], y=[y[0], y[-1]], text=[times[0], times[-1]], mode="markers", marker=ends,
                       name=name, legendgroup=name, showlegend=False)  # fmt: skip
    if fired_at is not None and points[0][0] <= fired_at:
        i = int(np.argmin([abs(point[0] - fired_at) for point in points]))
        mark = {"symbol": "star", "size": 14, "color": LIMIT, "line": {"color": "white", "width": 1}}
        figure.add_scatter(x=[x[i]], y=[y[i]], text=[times[i]], mode="markers", marker=mark, name="★",
                           showlegend=False)  # fmt: skip


def _axes(figure: Any, calibrated: bool, size: tuple[int, int], lang: Language) -> None:
    layout(figure, PHRASES["map"][lang == "en"], height=460)
    if calibrated:
        figure.update_xaxes(title="ground x [m]")
        figure.update_yaxes(title="ground y [m]", scaleanchor="x", scaleratio=1)
    else:
        figure.update_xaxes(title="image x [px]", range=[0, size[0]], constrain="domain")
        figure.update_yaxes(title="image y [px]", range=[size[1], 0], scaleanchor="x", scaleratio=1, constrain="domain")


def layout(figure: Any, title: str, height: int = 300) -> None:
    """How every chart looks."""
    figure.update_layout(
        title={"text": title, "font": {"size": 15}},
        height=height,
        template="plotly_white",
        margin={"l": 60, "r": 20, "t": 70, "b": 40},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
    )


def _places(points: Sequence[Point], calibrated: bool) -> Floats:
    return np.array([(u, v) if calibrated else (x, y) for _, x, y, u, v in points], np.float64)


def _local(time: float, zone: tzinfo) -> str:
    """Local time without its offset: plotly would turn one with an offset into UTC."""
    return datetime.fromtimestamp(round(time, 3), zone).strftime("%Y-%m-%d %H:%M:%S.%f")
