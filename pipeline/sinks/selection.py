"""Which stored messages a command is about."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Selection:
    """Every part that is set must fit; times are RFC 3339 UTC strings, compared with the time of a message's phase."""

    camera: str | None = None
    kind: str | None = None
    ward: str | None = None
    run: str | None = None
    event: str | None = None
    since: str | None = None
    until: str | None = None

    def sql(self) -> tuple[str, tuple[object, ...]]:
        """A condition on the table `events`, and its values."""
        conditions = {
            "key = ?": self.camera,
            "json_extract(CAST(body AS TEXT), '$.data.kind') = ?": self.kind,
            "(char(10) || topics || char(10)) LIKE '%.' || ? || char(10) || '%'": self.ward,
            "run = ?": self.run,
            "event_id = ?": self.event,
            "json_extract(CAST(body AS TEXT), '$.time') >= ?": self.since,
            "json_extract(CAST(body AS TEXT), '$.time') < ?": self.until,
        }
        chosen = {text: value for text, value in conditions.items() if value is not None}
        return " AND ".join(chosen) or "1", tuple(chosen.values())


ALL = Selection()
