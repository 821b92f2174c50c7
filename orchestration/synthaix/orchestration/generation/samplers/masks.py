"""Patterns that are a row of choices, such as `INV-[0-9]{6}`: read once, then counted through like a number.

What is more than that (open repeats, long alternatives, back-references) is left to the general pattern sampler.
"""

from collections.abc import Sequence

from synthaix.orchestration.generation.samplers.phrases import Phrases, phrases

WIDEST = 4_096  # alternatives of one slot
LONGEST = 200  # slots
DIGITS = "0123456789"
LETTERS = "".join(chr(code) for code in range(97, 123))
CLASSES = {"d": DIGITS, "w": DIGITS + LETTERS.upper() + LETTERS + "_"}
SPECIAL = frozenset(".^$*+?{}[]()|\\")

Slots = list[tuple[str, ...]]


class _TooWide(Exception):
    """The pattern is not a row of choices."""


def mask_of(pattern: str) -> Phrases | None:
    """Every text that the pattern matches as a whole, or None when it is not a row of choices."""
    try:
        slots, place = _Reader(
            pattern.removeprefix("^").removesuffix("$") if not pattern.endswith("\\$") else pattern
        ).run()
    except (_TooWide, IndexError, ValueError):
        return None
    return phrases(slots) if slots and place and len(slots) <= LONGEST else None


class _Reader:
    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.place = 0

    def run(self) -> tuple[Slots, int]:
        slots = self._sequence()
        if self.place != len(self.pattern):
            raise _TooWide
        return slots, self.place

    def _sequence(self) -> Slots:
        slots: Slots = []
        while self.place < len(self.pattern) and self.pattern[self.place] not in "|)":
            slots += self._repeated(self._atom())
            if len(slots) > LONGEST:
                raise _TooWide
        return slots

    def _atom(self) -> Slots:
        sign = self.pattern[self.place]
        self.place += 1
        if sign == "[":
            return [self._letters()]
        if sign == "(":
            return self._group()
        if sign == "\\":
            escaped = self.pattern[self.place]
            self.place += 1
            if escaped in CLASSES:
                return [tuple(CLASSES[escaped])]
            if escaped.isalnum():
                raise _TooWide
            return [(escaped,)]
        if sign in SPECIAL:
            raise _TooWide
        return [(sign,)]

    def _letters(self) -> tuple[str, ...]:
        letters: list[str] = []
        if self.pattern[self.place] == "^":
            raise _TooWide
        while self.pattern[self.place] != "]":
            letter = self.pattern[self.place]
            self.place += 1
            if letter == "[":
                raise _TooWide
            if letter == "\\":
                letter = self.pattern[self.place]
                self.place += 1
                if letter in CLASSES:
                    letters += CLASSES[letter]
                    continue
                if letter.isalnum():
                    raise _TooWide
            if self.pattern[self.place] == "-" and self.pattern[self.place + 1] != "]":
                last = self.pattern[self.place + 1]
                self.place += 2
                if last in "\\[" or ord(last) < ord(letter):
                    raise _TooWide
                letters += [chr(code) for code in range(ord(letter), ord(last) + 1)]
            else:
                letters.append(letter)
        self.place += 1
        return _narrow(dict.fromkeys(letters))

    def _group(self) -> Slots:
        if self.pattern.startswith("?:", self.place):
            self.place += 2
        elif self.pattern[self.place] == "?":
            raise _TooWide
        branches = [self._sequence()]
        while self.pattern[self.place] == "|":
            self.place += 1
            branches.append(self._sequence())
        if self.pattern[self.place] != ")":
            raise _TooWide
        self.place += 1
        if len(branches) == 1:
            return branches[0]
        return [_narrow(dict.fromkeys(text for branch in branches for text in _spelled_out(branch)))]

    def _repeated(self, atom: Slots) -> Slots:
        if self.place >= len(self.pattern) or self.pattern[self.place] not in "?*+{":
            return atom
        sign = self.pattern[self.place]
        if sign in "*+":
            raise _TooWide
        if sign == "?":
            self.place += 1
            least, most = 0, 1
        else:
            stop = self.pattern.index("}", self.place)
            low, comma, high = self.pattern[self.place + 1 : stop].partition(",")
            self.place = stop + 1
            least = int(low)
            most = int(high) if comma else least
        if self.place < len(self.pattern) and self.pattern[self.place] in "?*+{":
            raise _TooWide
        if most * len(atom) > LONGEST or least > most:
            raise _TooWide
        if least == most:
            return atom * least
        tails = dict.fromkeys(text for count in range(most - least + 1) for text in _spelled_out(atom * count))
        return atom * least + [_narrow(tails)]


def _spelled_out(slots: Slots) -> Sequence[str]:
    texts = [""]
    for slot in slots:
        if len(texts) * len(slot) > WIDEST:
            raise _TooWide
        texts = [text + word for text in texts for word in slot]
    return texts


def _narrow(words: dict[str, None]) -> tuple[str, ...]:
    if not words or len(words) > WIDEST:
        raise _TooWide
    return tuple(words)
