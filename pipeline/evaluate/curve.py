"""What a sweep found, for scripts and as curves: precision against recall, and alerts per day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import plotly.graph_objects as go

from pipeline.evaluate import charts, sweep
from pipeline.evaluate.charts import LIMIT, LINE
from pipeline.evaluate.interval import Estimate
from pipeline.evaluate.tune import Row

NAMED = 4
"""So many settings are named at one point."""


def as_dict(
    rule: str, camera: str, hours: float, rows: Sequence[Row], picked: Row | None, notes: Sequence[str]
) -> dict[str, Any]:
    """One JSON object; values as the city file has them."""
    return {
        "rule": rule,
        "camera": camera,
        "hours": round(hours, 4),
        "settings": [_row(row, row is picked) for row in rows],
        "picked": None if picked is None else picked.setting.settings.model_dump(mode="json", exclude_unset=True),
        "yaml": None if picked is None else sweep.as_yaml(rule, picked.setting.settings),
        "notes": list(notes),
    }


def write(path: Path, title: str, rows: Sequence[Row], picked: Row | None, budget: float | None) -> None:
    """Write one page that needs no network. Raises `InputError` where it cannot be written."""
    chosen = "" if picked is None else f"picked: {picked.setting.text}"
    text = chosen or "Each point is one setting; bars are 95 % confidence intervals."
    charts.write(path, f"Mắt Thần: {title}", [(title, text, [_recall(rows, picked), _alerts(rows, picked, budget)])])


def _recall(rows: Sequence[Row], picked: Row | None) -> Any:
    """Settings that are equally good share one point and one label."""
    points: defaultdict[tuple[Estimate, Estimate], list[Row]] = defaultdict(list)
    for row in rows:
        if row.score.precision is not None and row.score.recall is not None:
            points[row.score.recall, row.score.precision].append(row)
    recall, precision = [point[0] for point in points], [point[1] for point in points]
    figure = go.Figure()
    figure.add_scatter(
        x=[e.value for e in recall], y=[e.value for e in precision], error_x=_bars(recall), error_y=_bars(precision),
        mode="lines+markers+text" if len(rows[0].setting.values) == 1 else "markers+text", showlegend=False,
        text=[_label(own) for own in points.values()], line={"color": LINE, "width": 1},
        textposition=["bottom left" if e.value > 0.5 else "bottom right" for e in recall],
        marker={"size": 10, "color": [LIMIT if picked in own else LINE for own in points.values()]},
    )  # fmt: skip
    charts.layout(figure, "precision against recall", height=460)
    figure.update_xaxes(title="recall", range=[-0.02, 1.05])
    figure.update_yaxes(title="precision", range=[-0.02, 1.05])
    return figure


def _label(rows: Sequence[Row]) -> str:
    texts = [row.setting.text for row in rows]
    return "<br>".join([*texts[:NAMED], f"… {len(texts) - NAMED} more"] if len(texts) > NAMED else texts)


def _alerts(rows: Sequence[Row], picked: Row | None, budget: float | None) -> Any:
    figure = go.Figure()
    rates = [row.alerts_per_day for row in rows]
    figure.add_bar(x=[row.setting.text for row in rows], y=[e.value for e in rates], error_y=_bars(rates),
                   marker={"color": [LIMIT if row is picked else LINE for row in rows]}, showlegend=False)  # fmt: skip
    if budget is not None:
        figure.add_hline(y=budget, line={"color": LIMIT, "dash": "dash"}, annotation_text=f"budget {budget:g}")
    charts.layout(figure, "alerts per day", height=460)
    figure.update_yaxes(title="alerts per day", rangemode="tozero")
    figure.update_xaxes(type="category")
    return figure


def _bars(estimates: Sequence[Estimate]) -> dict[str, Any]:
    return {
        "type": "data", "symmetric": False, "array": [e.high - e.value for e in estimates],
        "arrayminus": [e.value - e.low for e in estimates], "thickness": 1, "color": "#b5b5b5",
    }  # fmt: skip


def _row(row: Row, picked: bool) -> dict[str, Any]:
    ratios = {
        "precision": row.score.precision, "recall": row.score.recall, "f1": row.score.f1,
        "false_alarms_per_hour": row.score.false_alarms_per_hour, "alerts_per_day": row.alerts_per_day,
    }  # fmt: skip
    dumped = row.setting.settings.model_dump(mode="json")
    return {
        "values": {name: dumped[name] for name in row.setting.values}, "current": row.setting.current,
        "picked": picked, "alerts": row.alerts, "truths": row.score.truths, "found": row.score.true_positives,
        "missed": row.score.misses, "false_alarms": row.score.false_alarms, "duplicates": row.score.duplicates,
        **{name: None if ratio is None else _estimate(ratio) for name, ratio in ratios.items()},
    }  # fmt: skip


def _estimate(ratio: Estimate) -> dict[str, float]:
    near = ratio.rounded()
    return {"value": near.value, "low": near.low, "high": near.high}
