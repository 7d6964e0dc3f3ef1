"""How near a candidate came to an event."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.types import Gauge


def nearness(gauges: Sequence[Gauge]) -> float:
    """0 = nothing of it, 1 = everything measured is met: the mean of how far each gauge has come.

    >>> nearness([Gauge("dwell_s", 54.0, 60.0), Gauge("absent_s", 0.0, 5.0, at_least=False)])
    0.95
    """
    return sum(map(_share, gauges)) / len(gauges) if gauges else 0.0


def begun(gauges: Sequence[Gauge]) -> bool:
    """Has any of what must grow begun to grow? True where nothing must.

    >>> begun([Gauge("people", 0.0, 15.0), Gauge("lasted_s", 0.0, 10.0)])
    False
    """
    growing = [gauge for gauge in gauges if gauge.at_least]
    return not growing or any(gauge.value > 0 for gauge in growing)


def _share(gauge: Gauge) -> float:
    if gauge.met:
        return 1.0
    if gauge.at_least:
        return max(gauge.value, 0.0) / gauge.threshold if gauge.threshold > 0 else 0.0
    return gauge.threshold / gauge.value if gauge.threshold > 0 else 1 / (1 + gauge.value)
