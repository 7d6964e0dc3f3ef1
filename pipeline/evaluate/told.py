"""Explanations as text, in Vietnamese and English."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from pipeline.evaluate.candidate import Candidate, Firing, Watch
from pipeline.evaluate.explain import Fired, Missed
from pipeline.evaluate.follow import Sample
from pipeline.evaluate.gauge_words import Language, condition, label, short, spoken, value
from pipeline.evaluate.phrases import PHRASES
from pipeline.evaluate.trace import ABSENT
from pipeline.types import Gauge

ROWS = 24
"""A table of values over time has about so many rows; `--json` and `--plot` have all."""


@dataclass(frozen=True, slots=True)
class Teller:
    """Speaks one language, on the city's clock and counted from the start of a recording (UTC seconds)."""

    lang: Language
    zone: tzinfo
    began: float

    def say(self, phrase: str, **values: object) -> str:
        return PHRASES[phrase][self.lang == "en"].format(**values)

    def clock(self, time: float) -> str:
        """An instant: local time, and seconds from the start of the recording."""
        return f"{self.local(time)} ({spoken(f'{time - self.began:+.1f}', self.lang)} s)"

    def local(self, time: float) -> str:
        return datetime.fromtimestamp(round(time, 1), self.zone).strftime("%H:%M:%S.%f")[:-5]


def fired(it: Fired, teller: Teller) -> Iterator[str]:
    """An event in full, with what was measured of it over time."""
    yield from summary(it.firing, teller)
    for samples in it.followed.samples.values():
        yield teller.say("over_time")
        yield from _table(samples, teller)


def summary(firing: Firing, teller: Teller) -> Iterator[str]:
    """An event: its sentence, its times, and what was measured as it fired."""
    event = firing.first
    yield teller.say("event", id=firing.id, kind=event.kind, rule=event.rule, zone=event.zone or "–")
    yield f"  {event.summary.get(teller.lang, '')}"
    day = datetime.fromtimestamp(event.time, teller.zone)
    yield teller.say("began", day=day.strftime("%Y-%m-%d (UTC%z)"), time=teller.clock(event.started_at))
    for phase in firing.phases:
        reason = f" ({teller.say(phase.reason)})" if phase.reason else ""
        yield f"  {teller.say(phase.phase)} {teller.clock(phase.time)}{reason}"
    if not event.published:
        yield teller.say("shadow")
    yield teller.say("measured" if firing.gauges else "unmeasured")
    yield from _thresholds(firing, teller)


def _thresholds(firing: Firing, teller: Teller) -> Iterator[str]:
    for gauge in firing.gauges:
        if gauge.met:
            since = teller.say("met_since", time=teller.clock(firing.reached.get(gauge.name, firing.first.time)))
        else:
            since = teller.say("not_needed")
        yield f"    {short(gauge, teller.lang)}; {since}"


def _table(samples: Sequence[Sample], teller: Teller) -> Iterator[str]:
    """Values over time, `*` where a threshold is met; all rows in which that changes, and some between."""
    names = list(dict.fromkeys(gauge.name for _, gauges in samples for gauge in gauges))
    yield "    " + "  ".join(["time".ljust(10), *(name.rjust(max(10, len(name))) for name in names)])
    step = max(1, len(samples) // ROWS)
    met: list[tuple[str, bool]] = []
    before: dict[str, str] = {}
    for i, (time, gauges) in enumerate(samples):
        now = [(gauge.name, gauge.met) for gauge in gauges]
        shown = {gauge.name: value(gauge, teller.lang) + ("*" if gauge.met else " ") for gauge in gauges}
        if now != met or i == len(samples) - 1 or (i % step == 0 and shown != before):
            yield "    " + "  ".join([teller.local(time), *(shown.get(n, "– ").rjust(max(10, len(n))) for n in names)])
            before = shown
        met = now


def missed(it: Missed, teller: Teller) -> Iterator[str]:
    """Every rule in every place: its events in the range, its nearest misses, and if there was neither, why."""
    yield teller.say("range", start=teller.clock(it.start), end=teller.clock(it.end))
    for watch in it.watches:
        wanted = "; ".join(condition(gauge, teller.lang) for gauge in _asked(watch))
        yield teller.say("watch", rule=watch.rule, kind=watch.settings.kind, zone=watch.zone) + (
            f" [{wanted}]" if wanted else ""
        )
        for firing in it.of(watch):
            yield teller.say("fired", id=firing.id, time=teller.clock(firing.first.time))
        for candidate in watch.candidates:
            yield f"    {miss(it, watch, candidate, teller)}"
        if not watch.candidates and not it.of(watch):
            yield f"    {nothing(it, watch, teller)}"


def miss(it: Missed, watch: Watch, candidate: Candidate, teller: Teller) -> str:
    """One near miss: who, when, what it lacked, what it had, and how it ended."""
    lacking = [gauge for gauge in candidate.best if not gauge.met]
    having = [gauge for gauge in candidate.best if gauge.met and gauge.at_least]
    text = "; ".join(short(gauge, teller.lang) for gauge in lacking) if lacking else _held(it, watch, candidate, teller)
    if having and lacking:
        text += f" ({'; '.join(short(gauge, teller.lang) for gauge in having)})"
    who = f" {teller.say('tracks', ids=', '.join(map(str, candidate.tracks)))}" if candidate.tracks else ""
    return f"{teller.clock(candidate.best_at)}{who}: {text}, {_after(it, candidate, teller)}"


def nothing(it: Missed, watch: Watch, teller: Teller) -> str:
    """Why not even a near miss."""
    classes = ", ".join(watch.settings.classes)
    if not watch.frames:
        start, end = map(teller.clock, it.recorded)
        return teller.say("no_frame", start=start, end=end)
    if not watch.awake:
        return teller.say("asleep", frames=watch.frames, hours=watch.settings.active_hours)
    if not watch.seen:
        return teller.say("nobody", classes=classes, frames=watch.awake)
    if watch.shape is not None and not watch.inside:
        return teller.say("outside", classes=classes, frames=watch.seen, zone=watch.zone)
    looks_for = (type(watch.judge).__doc__ or "").split("\n\n")[0].strip()
    return teller.say(
        "nothing", classes=classes, frames=watch.inside or watch.seen, looks_for=" ".join(looks_for.split())
    )


def _held(it: Missed, watch: Watch, candidate: Candidate, teller: Teller) -> str:
    """Everything measured was met, and yet it did not fire."""
    cooldown = watch.settings.cooldown_s
    last = max((f.first.time for f in it.of(watch) if f.first.time <= candidate.best_at), default=float("-inf"))
    if candidate.best_at - last < cooldown:
        return teller.say("cooldown", seconds=f"{cooldown:g}", time=teller.clock(last))
    return teller.say("held")


def _after(it: Missed, candidate: Candidate, teller: Teller) -> str:
    """How it went on after its best moment."""
    later = it.later(candidate)
    if later is not None:
        return teller.say("later", id=later.id, time=teller.clock(later.first.time))
    beyond = _beyond(it, candidate)
    if beyond is not None:
        return teller.say("went_on", gauge=f"{label(beyond.name, teller.lang)} {value(beyond, teller.lang)}")
    if candidate.fell is not None:
        gauge, time = candidate.fell
        return teller.say(
            "fell", gauge=f"{label(gauge.name, teller.lang)} {value(gauge, teller.lang)}", time=teller.clock(time)
        )
    return _ending(candidate, teller)


def _ending(candidate: Candidate, teller: Teller) -> str:
    absence = next((gauge for gauge in candidate.last if gauge.name == ABSENT and not gauge.met), None)
    if absence is not None and candidate.is_back:
        return teller.say("then", gauge=short(absence, teller.lang))
    told_already = any(gauge.name == ABSENT and not gauge.met for gauge in candidate.best)
    if absence is not None and not told_already:
        return teller.say("gone", limit=spoken(f"{absence.threshold:g}", teller.lang))
    if candidate.ended:
        return teller.say("over", time=teller.clock(candidate.last_at))
    return teller.say("end_of_recording")


def _beyond(it: Missed, candidate: Candidate) -> Gauge | None:
    """What grew on after the range, as it was last."""
    had = {gauge.name: gauge.value for gauge in candidate.best}
    grown = (gauge for gauge in candidate.last if gauge.at_least and gauge.value > had.get(gauge.name, gauge.value))
    return next(grown, None) if candidate.last_at > it.end else None


def _asked(watch: Watch) -> Sequence[Gauge]:
    return watch.candidates[0].best if watch.candidates else ()
