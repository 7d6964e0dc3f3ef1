"""The report for a traffic engineer: one page that needs no network, in Vietnamese and English, and prints on paper."""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import datetime, tzinfo
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import plotly.io

from pipeline.blackspots import incidents as table
from pipeline.blackspots import tables
from pipeline.blackspots.analyse import Found, Wanted
from pipeline.blackspots.change import Change
from pipeline.blackspots.stills import Still
from pipeline.errors import InputError
from pipeline.report import page
from pipeline.wire import parse_timestamp

LISTED, DRAWN = 20, 12
STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; color: #222 }
table { border-collapse: collapse; width: 100%; font-size: .92rem }
td, th { text-align: left; padding: .25rem .5rem; border-bottom: 1px solid #ddd; vertical-align: top }
.note { background: #fff4d6; padding: .5rem 1rem } small { color: #555 } h2 { margin-top: 2rem }
.stills { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 1rem }
figure { margin: 0; font-size: .85rem } figure img { width: 100% }
.two { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem }
@media (max-width: 50rem) { .two { grid-template-columns: 1fr } }
@media print {
  @page { size: A4; margin: 12mm } body { margin: 0; max-width: none; font-size: 9pt; line-height: 1.3 }
  .second { break-before: page } h2 { margin-top: .6rem } .modebar { display: none } tr, figure { break-inside: avoid }
  .rest { display: none }
}
"""
DAYS = ("T2 Mon", "T3 Tue", "T4 Wed", "T5 Thu", "T6 Fri", "T7 Sat", "CN Sun")


def write(
    out: Path, found: Found, zone: tzinfo, title: str, wanted: Wanted, stills: Sequence[Still], tiles: str | None = None
) -> Path:  # fmt: skip
    """`report.html` in `out`; returns its path. Raises `InputError` where it cannot be written."""
    path = out / "report.html"
    body = f"""<h1>{html.escape(title)}: {_heading(found)[0]}<br><small>{_heading(found)[1]}</small></h1>
{_numbers(found, zone)}{_figure(_map(found, tiles), "map", plotly_too=True)}
<h2>Xếp hạng / Ranking</h2>{_ranked(found)}
<div class="second"></div>{_changed(found)}
<div class="two">{_figure(_week(found, zone), "week")}{_figure(_kinds(found), "kinds")}</div>{_pictures(found, stills, zone)}
{_method(found, wanted, zone)}"""
    text = (
        f'<!doctype html><html lang="vi"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(title)}</title><style>{STYLE}</style>{body}</html>\n"
    )
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as exc:
        raise InputError(f"{path}: cannot be written: {exc.strerror}") from exc
    return path


def _heading(found: Found) -> tuple[str, str]:
    if "" in found.incidents.sources and not _crashes(found):
        return (
            "nơi tập trung xung đột giao thông và vụ việc đã ghi nhận", "where traffic conflicts and recorded incidents concentrate"
        )  # fmt: skip
    if _crashes(found):
        return "nơi tập trung vụ việc đã ghi nhận", "where recorded incidents concentrate"
    return "nơi tập trung xung đột giao thông", "where traffic conflicts concentrate"


def _crashes(found: Found) -> bool:
    """Were all incidents records, none seen by a camera?"""
    return set(found.incidents.sources) <= {""}


def _unit(found: Found) -> tuple[str, str]:
    if found.exposed:
        return (
            "số vụ tính theo mức nặng, trên 1.000 lượt phương tiện",
            "incidents by their weight, per 1,000 road users",
        )
    return (
        "số vụ tính theo mức nặng trong kỳ, chưa chia cho lưu lượng",
        "incidents by their weight in the period, not per traffic",
    )


def _numbers(found: Found, zone: tzinfo) -> str:
    day = table.days(found.incidents, zone)
    known = day[day >= 0]
    span = (
        "" if not len(known) else f"{np.datetime64(int(known.min()), 'D')} – {np.datetime64(int(known.max()), 'D')}, "
    )
    mean, low, high = found.ranking.jaccard
    counted = int(found.places.kept.sum())
    unit_vi, unit_en = _unit(found)
    return f"""<p>{span}{found.placed} trong {counted} vụ tại {len(found.places)} nơi; {int(found.cells.hot.sum())} ô vuông
{found.cells.cell_m:g} m dày đặc hơn ngẫu nhiên (Gi*, sai phát hiện ≤ 5 %). Tỷ lệ: {unit_vi}.<br>
<small>{found.placed} of {counted} incidents at {len(found.places)} places; {int(found.cells.hot.sum())} squares of {found.cells.cell_m:g} m are
denser than chance makes them (Gi*, false discoveries ≤ 5 %). Rates are {unit_en}.</small></p>
<p class="note">Nếu lấy ngẫu nhiên những ngày khác tương tự, mười nơi đầu trùng nhau {mean:.0%} (95 %: {low:.0%}–{high:.0%}).
<br><small>Had other days been like these, the first ten places would overlap by {mean:.0%} (Jaccard; 95 %: {low:.0%}–{high:.0%}).
</small></p>"""


def _ranked(found: Found) -> str:
    heads = ("#", "Nơi / place", "Vụ / incidents", "Lưu lượng / traffic", "Tỷ lệ / rate", "95 %", "Hạng / ranks",
             "Trong 10 đầu / in first 10")  # fmt: skip
    lines = []
    for row in tables.rows(found)[:LISTED]:
        rate = ("?", "") if row["rate"] is None else (f"{row['rate']:.3g}", f"{row['low']:.3g}–{row['high']:.3g}")
        traffic = f"{row['exposure'] * 1000:,.0f}" if found.exposed else "–"
        lines.append((
            str(row["rank"] or "–"), row["place"], str(row["incidents"]), traffic, *rate,
            *((f"{row['rank_low']}–{row['rank_high']}", f"{row['in_top_10']:.0%}") if row["rank"] else ("", "")),
        ))  # fmt: skip
    more = len(found.places) - LISTED
    rest = f"<p><small>… {more} nơi nữa / more: places.csv</small></p>" if more > 0 else ""
    return page.table(heads, lines) + rest


def _changed(found: Found) -> str:
    if found.change is None:
        return ""
    names, change = found.change
    heads = ("Nơi / place", "Trước / before", "Sau / after", "Dự kiến nếu không làm gì / expected had nothing been done",
             "Hiệu quả / effect", "95 %", "")  # fmt: skip
    lines = [
        (name, f"{change.before[i]:.0f}", f"{change.after[i]:.0f}", f"{change.expected[i]:.1f}", f"× {change.effect[i]:.2f}",
         f"{change.low[i]:.2f}–{change.high[i]:.2f}", _verdict(change, i))
        for i, name in enumerate(names)
    ]  # fmt: skip
    return f"<h2>Trước và sau / Before and after</h2>{page.table(heads, lines)}"


def _verdict(change: Change, i: int) -> str:
    if not change.found[i]:
        return "chưa đủ bằng chứng / no evidence either way"
    return "giảm / fewer" if change.high[i] < 1 else "tăng / more"


def _map(found: Found, tiles: str | None) -> go.Figure:
    cells, where, ranking = found.cells, found.places, found.ranking
    hot = cells.hot
    first = ranking.order[:LISTED]
    size = 10 + 22 * np.sqrt(_share(np.nan_to_num(ranking.rate[first])))
    label = [f"{n + 1}. {where.name[p]}: {ranking.rate[p]:.3g} ({ranking.low[p]:.3g}–{ranking.high[p]:.3g})"
             for n, p in enumerate(first.tolist())]  # fmt: skip
    figure = go.Figure()
    kind = go.Scattermap if tiles else go.Scatter

    def points(lat: object, lon: object) -> dict[str, object]:
        return {"lat": lat, "lon": lon} if tiles else {"x": lon, "y": lat}

    figure.add_trace(kind(**points(found.incidents.lat[::_thin(found)], found.incidents.lon[::_thin(found)]), mode="markers",
                          name="vụ / incidents", marker={"size": 3, "color": "#888", "opacity": 0.35}, hoverinfo="skip"))  # fmt: skip
    figure.add_trace(kind(**points(cells.lat[hot], cells.lon[hot]), mode="markers", name="ô dày / hot squares",
                          marker={"size": 8, "color": cells.z[hot], "colorscale": "YlOrRd", "opacity": 0.6},
                          text=[f"Gi* {z:.1f}, p {p:.3f}" for z, p in zip(cells.z[hot], cells.p[hot], strict=True)],
                          hoverinfo="text"))  # fmt: skip
    figure.add_trace(kind(**points(where.lat[first], where.lon[first]), mode="markers" if tiles else "markers+text",
                          name="nơi / places", marker={"size": size, "color": "#b00020", "opacity": 0.75},
                          text=[str(n + 1) for n in range(len(first))], textfont={"color": "white", "size": 10},
                          hovertext=label, hoverinfo="text"))  # fmt: skip
    figure.update_layout(height=560, margin={"l": 10, "r": 10, "t": 10, "b": 10}, legend={"orientation": "h"})
    if tiles:
        style = {"version": 8, "sources": {"tiles": {"type": "raster", "tiles": [tiles], "tileSize": 256}},
                 "layers": [{"id": "tiles", "type": "raster", "source": "tiles"}]}  # fmt: skip
        middle = {"lat": float(np.median(where.lat)), "lon": float(np.median(where.lon))}
        figure.update_layout(map={"style": style, "center": middle, "zoom": 12})
        return figure
    stretch = 1 / np.cos(np.radians(float(np.median(where.lat)))) if len(where) else 1.0
    figure.update_yaxes(scaleanchor="x", scaleratio=float(stretch), constrain="domain", title="vĩ độ / latitude")
    figure.update_xaxes(title="kinh độ / longitude", constrain="domain")
    return figure


def _thin(found: Found) -> int:
    """Every how many-th incident is drawn, so that a page of millions opens."""
    return max(1, len(found.incidents) // 20_000)


def _share(values: np.ndarray) -> np.ndarray:
    return np.asarray(values / max(float(values.max(initial=0.0)), 1e-12))


def _week(found: Found, zone: tzinfo) -> go.Figure:
    hour = table.hours(found.incidents, zone)[found.places.kept]
    grid = np.bincount(hour[hour >= 0], minlength=168).reshape(7, 24)
    figure = go.Figure(go.Heatmap(z=grid, x=[f"{h:02d}" for h in range(24)], y=DAYS, colorscale="YlOrRd"))
    figure.update_yaxes(autorange="reversed")
    return _small(figure, "Theo giờ và thứ / by hour and weekday")


def _kinds(found: Found) -> go.Figure:
    figure = go.Figure()
    first = found.ranking.order[:DRAWN]
    kept = found.places.kept
    for number, kind in enumerate(found.incidents.kinds):
        own = found.places.of[kept & (found.incidents.kind == number)]
        counts = np.bincount(own[own >= 0], minlength=len(found.places))[first]
        if counts.any():
            figure.add_bar(y=[f"{n + 1}. {found.places.name[p]}" for n, p in enumerate(first.tolist())], x=counts,
                           name=kind, orientation="h")  # fmt: skip
    figure.update_layout(barmode="stack")
    figure.update_yaxes(autorange="reversed")
    return _small(figure, "Loại, tại những nơi đầu bảng / kinds at the first places")


def _small(figure: go.Figure, title: str) -> go.Figure:
    figure.update_layout(
        height=380, title={"text": title, "font": {"size": 13}}, margin={"l": 10, "r": 10, "t": 40, "b": 10}
    )
    return figure


def _pictures(found: Found, stills: Sequence[Still], zone: tzinfo) -> str:
    if not stills:
        return ""
    rank = {place: n + 1 for n, place in enumerate(found.ranking.order.tolist())}
    shown = "".join(
        f'<figure><img alt="" src="{still.uri}"><figcaption>{rank[still.place]}. {html.escape(found.places.name[still.place])}, '
        f"{_clock(still, zone)}<br>{html.escape(still.data.summary.get('vi', still.data.kind))}<br>"
        f"<small>{html.escape(still.data.summary.get('en', ''))}</small></figcaption></figure>"
        for still in stills
    )
    return f"""<h2>Xung đột điển hình / Typical conflicts</h2><p><small>Hình nhỏ, mọi thứ ngoài các bên liên quan được làm mờ.
Reduced, and blurred but for those involved.</small></p><div class="stills">{shown}</div>"""


def _clock(still: Still, zone: tzinfo) -> str:
    return datetime.fromtimestamp(parse_timestamp(still.data.started_at), zone).strftime("%Y-%m-%d %H:%M:%S")


def _method(found: Found, wanted: Wanted, zone: tzinfo) -> str:
    what_vi, what_en = ("vụ việc đã ghi nhận", "recorded incidents") if _crashes(found) else ("xung đột", "conflicts")
    exposure_vi, exposure_en = (
        ("được chia cho số lượt phương tiện đã đếm", "is divided by the road users counted") if found.exposed else
        ("không được chia cho lưu lượng, vì không có số đếm (đường đông sẽ đứng cao)", "not divided by traffic, of which there are no "
         "counts; busy roads rank high")
    )  # fmt: skip
    near_vi, near_en = (
        ("", "") if _crashes(found) else
        ("Xung đột là lần suýt va chạm đo được (TTC, PET, DRAC), không phải tai nạn; tương quan với tai nạn chỉ vừa phải. ",
         "A conflict is a near miss that was measured (TTC, PET, DRAC), not a crash; it goes along with crashes only "
         "moderately. ")
    )  # fmt: skip
    return f"""<h2>Cách tính và giới hạn / Method and limits</h2><div class="two">
<p>{near_vi}Số {what_vi} tại mỗi nơi {exposure_vi}, rồi kéo về mức thường gặp (Bayes thực nghiệm): nơi có ít số liệu không
đứng đầu chỉ vì may rủi. Khoảng 95 % nói tỷ lệ thật có thể ở đâu. Hạng được thử lại {_count(found, zone)} ngày lấy ngẫu nhiên. Camera
cách nhau dưới {wanted.merge_m:g} m là một nơi. Ô vuông dày đặc: Gi* với kiểm định hoán vị. Trước và sau: so với những nơi không làm
gì, đã trừ phần may rủi của nơi được chọn vì nhiều vụ. Nơi không có camera thì không có trong bảng. Con người quyết định.</p>
<p><small>{near_en}The number of {what_en} at each place {exposure_en}, and drawn towards what is usual (empirical Bayes): a
place with few data does not lead by chance. The 95 % interval says where the true rate may be. Ranks were tried again with
{_count(found, zone)} days drawn anew. Cameras less than {wanted.merge_m:g} m apart are one place. Hot squares: Gi* with a permutation
test. Before and after: beside places where nothing was done, and less the luck of a place that was chosen because it had
many. A place without a camera is not in the list. People decide.</small></p></div>"""


def _count(found: Found, zone: tzinfo) -> int:
    """Of what was drawn anew: days, or incidents where no times are known."""
    day = table.days(found.incidents, zone)
    return len(np.unique(day[day >= 0])) or len(found.incidents)


def _figure(figure: go.Figure, name: str, plotly_too: bool = False) -> str:
    """A chart; the first carries the script that draws all."""
    return str(plotly.io.to_html(figure, include_plotlyjs=plotly_too, full_html=False, div_id=name))
