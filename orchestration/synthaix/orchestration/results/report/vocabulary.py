"""How rich a text column is: words, different words, and how the vocabulary grows from row to row."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

TEXTS = 20_000  # read for words, at most
CHARACTERS = 4_000_000  # in them all
POINTS = 24  # of the curve
FREQUENT = 12  # words named
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")


class Vocabulary:
    """Takes a column's texts in order and says at the end how they vary.

    Args:
        expected: how many texts will be offered, so that the curve's points lie evenly.
    """

    def __init__(self, expected: int) -> None:
        self._step = max(1, min(expected, TEXTS) // POINTS)
        self._texts = 0
        self._characters = 0
        self._words = 0
        self._counts: Counter[str] = Counter()
        self._triples: set[int] = set()
        self._all_triples = 0
        self._openings: Counter[str] = Counter()
        self._curve: list[tuple[int, int]] = []

    def add(self, texts: Iterable[str]) -> None:
        """Take these texts, until there are enough."""
        for text in texts:
            if self._texts >= TEXTS or self._characters >= CHARACTERS:
                return
            self._texts += 1
            self._characters += len(text)
            words = _WORD.findall(text.casefold())
            self._words += len(words)
            self._counts.update(words)
            triples = list(zip(words, words[1:], words[2:], strict=False))
            self._all_triples += len(triples)
            self._triples.update(map(hash, triples))
            self._openings[" ".join(words[:3])] += 1
            if self._texts % self._step == 0:
                self._curve.append((self._texts, len(self._counts)))

    def plain(self) -> dict[str, Any] | None:
        """As JSON; None when there were no words."""
        if not self._words:
            return None
        once = sum(1 for count in self._counts.values() if count == 1)
        curve = self._curve if self._curve[-1:] == [(self._texts, len(self._counts))] else [
            *self._curve, (self._texts, len(self._counts)),
        ]  # fmt: skip
        found = {
            "texts_read": self._texts,
            "words": self._words,
            "words_per_text": round(self._words / self._texts, 2),
            "vocabulary": len(self._counts),
            "used_once": once,
            "distinct_openings": round(len(self._openings) / self._texts, 4),
            "frequent": [{"word": word, "count": count} for word, count in self._counts.most_common(FREQUENT)],
            "growth": [list(point) for point in curve],
        }
        if self._all_triples:
            found["distinct_3"] = round(len(self._triples) / self._all_triples, 4)
        return found
