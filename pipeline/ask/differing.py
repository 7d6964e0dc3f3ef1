"""How two runs differ, as JSON and as a page with stills."""

from __future__ import annotations

import base64
import html
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.ask.diff import Difference
from pipeline.report import page
from pipeline.wire import Data

WORDS = {"removed": "chỉ có ở A / only in A", "added": "chỉ có ở B / only in B", "moved": "dời / moved",
         "changed": "đo khác / measured otherwise", "same": "như nhau / the same"}  # fmt: skip
LONGEST = 2_000_000
"""Bytes of a still that is put into the page."""


def counts(found: Sequence[Difference]) -> dict[str, int]:
    """How many of each."""
    counted = Counter(difference.what for difference in found)
    return {what: counted[what] for what in WORDS}  # type: ignore[index]


def row(difference: Difference, why: Sequence[str] = ()) -> dict[str, Any]:
    """One difference for scripts."""
    event, (begin, end) = difference.event, difference.shift_s
    return {
        "what": difference.what, "camera": event.camera, "kind": event.kind, "zone": event.zone,
        "started_at": event.started_at, "ended_at": event.ended_at, "begins_later_s": round(begin, 3),
        "ends_later_s": round(end, 3), "measures": difference.measures, "summary": event.summary, "why": list(why),
        "a": None if difference.before is None else difference.before.event_id,
        "b": None if difference.after is None else difference.after.event_id,
    }  # fmt: skip


def write(path: Path, a: Path, b: Path, found: Sequence[Difference], whys: Mapping[int, Sequence[str]]) -> Path:
    """The page; `whys` explain differences by their number. Stills are in it. Raises `OutboxError`."""
    told = "".join(_card(one, a, b, whys.get(n, ())) for n, one in enumerate(found) if one.what != "same")
    total = page.table(("", ""), [(WORDS[what], str(count)) for what, count in counts(found).items()])
    body = (
        f"<h1>Mắt Thần</h1><p>A: {html.escape(str(a))}<br>B: {html.escape(str(b))}</p>{total}{page.NOTICE}"
        f"{told or '<p>Không khác nhau. / No difference.</p>'}"
    )
    return page.save(path, page.whole("Mắt Thần: A, B", body))


def _card(difference: Difference, a: Path, b: Path, why: Sequence[str]) -> str:
    event, (begin, end) = difference.event, difference.shift_s
    shown = "".join(_still(e, f) for e, f in ((difference.before, a), (difference.after, b)) if e is not None)
    measured = page.table(("", "A", "B"), [(k, str(x), str(y)) for k, (x, y) in difference.measures.items()])
    moved = f"<p>{begin:+.1f} s, {end:+.1f} s</p>" if difference.what == "moved" else ""
    reasons = f"<pre>{html.escape(chr(10).join(why))}</pre>" if why else ""
    return (
        f"<article><div>{shown}</div><div><h3>{WORDS[difference.what]}: {html.escape(event.kind)} · "
        f"{html.escape(event.camera)} · {html.escape(event.zone or '')}</h3>"
        f"<p>{html.escape(event.summary.get('vi', ''))}<br>{html.escape(event.summary.get('en', ''))}</p>"
        f"<p>{event.started_at} → {event.ended_at or '…'}</p>{moved}{measured if difference.measures else ''}{reasons}"
        "</div></article>"
    )


def _still(event: Data, folder: Path) -> str:
    for file in event.evidence:
        path = folder / file.uri
        if file.uri.endswith(".annotated.jpg") and path.is_file() and path.stat().st_size <= LONGEST:
            return f'<img alt="" src="data:image/jpeg;base64,{base64.b64encode(path.read_bytes()).decode()}">'
    return ""
