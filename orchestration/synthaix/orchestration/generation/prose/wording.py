"""Banks of sentences: `{one|two}` stands for alternatives, `<product>` for a cell of the row."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import prod

MOODS = ("bad", "mixed", "good")
BROADEST = 40_000  # sentences that one line may stand for


@dataclass(frozen=True)
class Prose:
    """Texts of one kind and mood: one sentence of each bank, in order; an empty one is left out.

    Attributes:
        sources: for each bank its lines; one that begins with `?` may be left out.
    """

    sources: tuple[str, ...]
    join: str = " "

    @cached_property
    def banks(self) -> tuple[tuple[str, ...], ...]:
        """The sentences of each bank; what may be left out is empty one time in four."""
        sentences = (bank(source) for source in self.sources)
        return tuple(each + ("",) * (len(each) // 3) if "" in each else each for each in sentences)

    @cached_property
    def each(self) -> tuple[tuple[str, ...], ...]:
        """The same banks, every sentence once."""
        return tuple(bank(source) for source in self.sources)

    def text(self, number: int, banks: tuple[tuple[str, ...], ...]) -> str:
        """The text of a number below the size of these banks."""
        parts = []
        for sentences in banks:
            number, place = divmod(number, len(sentences))
            if sentences[place]:
                parts.append(sentences[place])
        return self.join.join(parts)


def size_of(banks: tuple[tuple[str, ...], ...]) -> int:
    """How many ways there are to take one sentence of each bank."""
    return prod(len(sentences) for sentences in banks)


@dataclass(frozen=True)
class Topic:
    """What a kind of text can say.

    Attributes:
        moods: by mood; the only entry `""` when the mood of a row does not matter.
        slots: what a `<slot>` becomes when the row has no such cell.
    """

    moods: Mapping[str, Prose]
    slots: Mapping[str, tuple[str, ...]]

    @property
    def size(self) -> int:
        """How many texts at most: not every text has every slot."""
        return sum(size_of(prose.each) for prose in self.moods.values()) * prod(map(len, self.slots.values()))

    @property
    def apart(self) -> int:
        """How many texts, whatever their moods and slots, before two can be alike."""
        return min(size_of(prose.each) for prose in self.moods.values())


def bank(source: str) -> tuple[str, ...]:
    """Every sentence of these lines, each line with all its alternatives; an empty one if it may be left out."""
    lines = source.strip().removeprefix("?").splitlines()
    sentences = dict.fromkeys(each for line in lines for each in spread(line.strip()))
    return (*sentences, "") if source.lstrip().startswith("?") else tuple(sentences)


def prose(*sources: str, join: str = " ") -> Prose:
    """One bank for each source."""
    return Prose(sources, join)


def topic(*texts: str, join: str = " ", **slots: str) -> Topic:
    """A topic without moods; slots are words separated by bars."""
    return Topic({"": prose(*texts, join=join)}, split_slots(slots))


def split_slots(slots: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Words separated by bars, by slot."""
    return {name: tuple(words.split("|")) for name, words in slots.items()}


def spread(line: str) -> list[str]:
    """The line with each of its alternatives; braces may stand inside braces."""
    texts, rest = _run(line, 0)
    if rest != len(line):
        raise ValueError(f"a brace closes that was not opened: {line[:40]}")
    return [" ".join(text.split()) for text in texts]


def _run(line: str, place: int) -> tuple[list[str], int]:
    """The texts from a place up to the next bar or closing brace of this depth, and where that is."""
    texts = [""]
    while place < len(line) and line[place] not in "|}":
        if line[place] == "{":
            choices, place = _choices(line, place + 1)
        else:
            stop = min([at for at in (line.find(sign, place) for sign in "{|}") if at >= 0], default=len(line))
            choices, place = [line[place:stop]], stop
        if len(texts) * len(choices) > BROADEST:
            raise ValueError(f"too many alternatives in one line: {line[:40]}")
        texts = [text + choice for text in texts for choice in choices]
    return texts, place


def _choices(line: str, place: int) -> tuple[list[str], int]:
    choices: list[str] = []
    while True:
        texts, place = _run(line, place)
        choices += texts
        place += 1
        if line[place - 1] == "}":
            return choices, place
