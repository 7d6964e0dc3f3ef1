"""Messages as a run makes them, for tests of what happens to them afterwards."""

from __future__ import annotations

from pipeline.types import Event, Phase, Severity, Topic, TrackBox
from pipeline.wire import Message, Mode, Origin, Provenance, encode

T0 = 1_772_373_600.0
RUN = Provenance(mode="live", run="r1", model="m", model_sha256=None, config_sha256="c", version="0")


def message(
    number: int = 0,
    revision: int = 0,
    *,
    camera: str = "gate-1",
    wards: tuple[str, ...] = ("north",),
    note: str = "",
    published: bool = True,
    topic: Topic = "alerts",
    mode: Mode = "live",
    severity: Severity = "alert",
    over: bool = True,
) -> Message:
    """Phase `revision` of the event `number` of a camera; another `note` gives other bytes under the same key."""
    phase: Phase = "opened" if revision == 0 else "updated"
    event = Event(
        kind="loitering", topic=topic, rule="night", rule_sha256="0", severity=severity, phase=phase, zone="alley",
        started_at=T0 + number, time=T0 + number + 60 + revision, identity=(1, 2, 3, 4),
        ended_at=T0 + number + 60 + revision if over else None,
        tracks=(TrackBox(7, "person", (10, 20, 30, 90)),), measures={"dwell_s": 60.0 + revision},
        summary={"en": f"Stays.{note}", "vi": "Nán lại."}, revision=revision, published=published,
    )  # fmt: skip
    return encode(event, Origin("city", camera, wards, (18.34, 105.9), RUN.model_copy(update={"mode": mode})))


def stream(count: int, revisions: int = 1, **kwargs: object) -> list[Message]:
    """So many events one after another, each with all its revisions."""
    return [message(n, r, **kwargs) for n in range(count) for r in range(revisions)]  # type: ignore[arg-type]


def keys(messages: list[Message]) -> list[tuple[str, int]]:
    return [(m.event_id, m.revision) for m in messages]
