"""Whose turn it is among the jobs that only sample.

All of them at once would take as long together, and meanwhile hold the memory of all and let nobody's be done. So a
few work at a time, and one that takes long lets others go first between its chunks: a short job never waits for the
end of a long one.
"""

import time
from collections import Counter
from collections.abc import Callable

import anyio

AT_ONCE = 5
SLICE_SECONDS = 5.0  # that a job works while others wait


class Turn:
    """A job's right to work, once it has begun."""

    def __init__(self, turns: "Turns", owner: str) -> None:
        self.owner = owner
        self.begins = anyio.Event()
        self.begun_at = 0.0
        self._turns = turns

    async def give_way(self) -> None:
        """Let those who wait go first, where this job has worked for a slice of time."""
        if self._turns.crowded and self._turns.clock() - self.begun_at >= SLICE_SECONDS:
            self.end()
            self.begins = anyio.Event()
            self._turns.wait(self)
            await self.begins.wait()

    def end(self) -> None:
        """Work no more, or wait no more; again does nothing."""
        self._turns.end(self)


class Turns:
    """Gives the next turn to the owner who has the fewest, and among those to whoever has waited longest.

    Args:
        most: turns at once.
        clock: seconds.
    """

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self.clock = clock
        self._working: set[Turn] = set()
        self._owners: Counter[str] = Counter()
        self._waiting: list[Turn] = []

    @property
    def crowded(self) -> bool:
        """Whether anyone waits."""
        return bool(self._waiting)

    def ask(self, owner: str) -> Turn:
        """A turn, which may have begun."""
        turn = Turn(self, owner)
        self.wait(turn)
        return turn

    def wait(self, turn: Turn) -> None:
        """Put a turn behind those who wait."""
        self._waiting.append(turn)
        self._give()

    def end(self, turn: Turn) -> None:
        """See `Turn.end`."""
        if turn in self._working:
            self._working.remove(turn)
            self._owners[turn.owner] -= 1
            self._give()
        elif turn in self._waiting:
            self._waiting.remove(turn)

    def _give(self) -> None:
        while self._waiting and len(self._working) < self._most:
            following = min(self._waiting, key=lambda each: self._owners[each.owner])  # the first one of the least
            self._waiting.remove(following)
            self._working.add(following)
            self._owners[following.owner] += 1
            following.begun_at = self.clock()
            following.begins.set()
