"""Token buckets for limits that a provider declares, or an operator sets."""

SHARE = 0.98  # of a declared limit that is used: clocks differ


class Bucket:
    """How much may go out now. Without a limit, anything.

    Args:
        per_minute: the limit; None until one is learnt.
    """

    def __init__(self, per_minute: float | None = None) -> None:
        self._rate = None if per_minute is None else per_minute / 60
        self._own_rate = self._rate
        self._level = 1.0 if self._rate is None else self._rate
        self._at = 0.0
        self._held_until = 0.0

    def learn(self, now: float, *, per_minute: float, left: float | None) -> None:
        """A provider said what its limit is and what is left of it."""
        declared = per_minute * SHARE / 60
        if self._rate is None:
            self._level, self._at = 0.0, now  # what is in flight was sent before the limit was known
        self._rate = declared if self._own_rate is None else min(declared, self._own_rate)
        self._grow(now)
        if left is not None:
            self._level = min(self._level, left)

    def hold(self, until: float) -> None:
        """Let nothing out before this time: what was left is used up."""
        self._held_until = max(self._held_until, until)

    def wait(self, now: float, amount: float) -> float:
        """Seconds until `amount` may go out."""
        held = self._held_until - now
        if self._rate is None:
            return max(0.0, held)
        self._grow(now)
        lacking = min(amount, self._most) - self._level
        return max(0.0, held, lacking / self._rate if lacking > 1e-9 else 0.0)

    def take(self, now: float, amount: float) -> None:
        """It goes out."""
        if self._rate is not None:
            self._grow(now)
            self._level -= amount

    @property
    def _most(self) -> float:
        """A second's worth at once: more would only be refused by limits that are counted over short times."""
        return max(1.0, self._rate or 1.0)

    def _grow(self, now: float) -> None:
        if self._rate is not None and now > self._at:
            self._level = min(self._most, self._level + (now - self._at) * self._rate)
            self._at = now
