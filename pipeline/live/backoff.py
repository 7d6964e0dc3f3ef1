"""How long to wait before the next attempt."""

from __future__ import annotations

import random


def delay(failures: int, first_s: float, most_s: float) -> float:
    """Seconds: `first_s` where it had not failed before (0), doubled with each time, at most `most_s`; less by up to a
    half, by chance, so that many do not try at once. For any number of failures: a camera may be away for months.
    """
    doubled = first_s * 2.0 ** min(failures, 64)
    return min(doubled, most_s) * random.uniform(0.5, 1.0)
