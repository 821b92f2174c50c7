"""Strings built from parts: drawn at random, or counted through without a repeat."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np

from synthaix.orchestration.generation.samplers.draw import Cells, Draw, Maker, Setting
from synthaix.orchestration.generation.seeding import Ints, permuted

MOST = 1 << 62  # what an int64 counts


@dataclass(frozen=True)
class Phrases:
    """Every text of one of several frames, each a run of slots with alternatives.

    Attributes:
        frames: for each frame its slots, for each slot its words; two ways through a frame may not spell the same.
        weights: how often each frame is drawn; by their sizes' logarithm when left out.
    """

    frames: tuple[tuple[tuple[str, ...], ...], ...]
    weights: tuple[float, ...] | None = None

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """How many texts each frame has."""
        return tuple(prod(len(slot) for slot in frame) for frame in self.frames)

    @property
    def size(self) -> int:
        """How many texts there are."""
        return sum(self.sizes)

    def sample(self, rng: np.random.Generator, count: int) -> list[str]:
        """Texts at random: first the frame, then its words."""
        if len(self.frames) == 1:
            return self._joined(self.frames[0], [rng.integers(0, len(slot), count) for slot in self.frames[0]], count)
        chances = np.array(self.weights or [np.log2(size + 1) for size in self.sizes])
        which = np.searchsorted(np.cumsum(chances / chances.sum())[:-1], rng.random(count), side="right")
        texts = np.empty(count, dtype=object)
        for number, frame in enumerate(self.frames):
            picks = [rng.integers(0, len(slot), count) for slot in frame]
            mine = np.flatnonzero(which == number)
            texts[mine] = self._joined(frame, [pick[mine] for pick in picks], len(mine))
        found: list[str] = texts.tolist()
        return found

    def nth(self, numbers: Ints) -> list[str]:
        """The texts of these numbers, 0 to size - 1, each number another text."""
        texts = np.empty(len(numbers), dtype=object)
        first = 0
        for frame, size in zip(self.frames, self.sizes, strict=True):
            mine = np.flatnonzero((numbers >= first) & (numbers < first + size))
            rest = numbers[mine] - first
            picks: list[Ints] = []
            for slot in frame:
                picks.append(rest % len(slot))
                rest = rest // len(slot)
            texts[mine] = self._joined(frame, picks, len(mine))
            first += size
        found: list[str] = texts.tolist()
        return found

    @staticmethod
    def _joined(frame: Sequence[Sequence[str]], picks: Sequence[Ints], count: int) -> list[str]:
        parts = [
            [slot[0]] * count if len(slot) == 1 else [slot[place] for place in pick.tolist()]
            for slot, pick in zip(frame, picks, strict=True)
        ]
        return parts[0] if len(parts) == 1 else list(map("".join, zip(*parts, strict=True)))


def phrases(*frames: Sequence[str | Sequence[str]], weights: Sequence[float] | None = None) -> Phrases:
    """Frames whose slots are lists of words or fixed text."""
    slots = tuple(tuple((slot,) if isinstance(slot, str) else tuple(slot) for slot in frame) for frame in frames)
    return Phrases(slots, tuple(weights) if weights else None)


def phrase_maker(setting: Setting, wording: Phrases, *, identifier: bool = False) -> Maker:
    """Cells of this wording; identifiers and unique columns count through it in a scrambled order."""
    size, name = wording.size, setting.name
    if (setting.rules.unique or identifier) and size <= MOST:

        def counted(draw: Draw) -> Cells:
            return list(wording.nth(permuted(draw.index, size, setting.key)))

        return Maker(counted, float(size), distinct=True)

    def drawn(draw: Draw) -> Cells:
        return list(wording.sample(draw.rng(name), len(draw.index)))

    return Maker(drawn, float(size), distinct=size > MOST)
