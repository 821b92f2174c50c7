"""When a call has become a straggler, so that asking once more pays: it costs twice, and so it is off by default."""

import math
from collections import deque

REMEMBERED = 100  # calls
LEAST_CALLS = 20  # that must have been answered before one can be called slow
SLOW_SHARE = 0.02  # of calls


class Stragglers:
    """Knows how long calls of one job take."""

    def __init__(self) -> None:
        self._seconds: deque[float] = deque(maxlen=REMEMBERED)

    def answered(self, seconds: float) -> None:
        """Take in a call."""
        self._seconds.append(seconds)

    @property
    def patience(self) -> float | None:
        """Seconds after which a call belongs to the slowest 2 %; None before that can be told."""
        if len(self._seconds) < LEAST_CALLS:
            return None
        ordered = sorted(self._seconds)
        return ordered[math.ceil((1 - SLOW_SHARE) * len(ordered)) - 1]
