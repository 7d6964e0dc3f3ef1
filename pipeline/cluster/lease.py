"""How long a shard may go on without being heard of, so that another one can safely take over.

The shard tells the time of its own clock with every answer, and the next order allows it to go on until so much later.
As that time was read before the answer came, the conductor knows without comparing clocks when it is over at the
latest: so long after the last answer came.
"""

from __future__ import annotations

FENCE_S = 8.0
"""A shard that gets no order for so long stops."""
GRACE_S = 4.0
"""For closing what is open; then it is ended, whatever it is doing."""
MARGIN_S = 1.0
"""Clocks run at slightly different speeds."""
LOST_S = FENCE_S + GRACE_S + MARGIN_S
"""So long after its last answer a shard cannot be running any more."""
