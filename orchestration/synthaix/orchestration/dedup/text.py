"""Whether two texts that a model wrote say the same thing.

Cheapest first: equal in canonical form; most four-letter sequences shared, and no word exchanged for another; close in
meaning. What both say word for word is set aside. Of texts that have several sentences and none in common, every one
must have a counterpart in the other (`aligned`); where something was set aside, or one sentence remains, the rest must
be nearly the same (`whole`): a model that repeats its phrases makes such texts of different rows all the time. Numbers
must not conflict, whatever the rest says: "grew by 12 %" is not "grew by 15 %". Sentences that share most words but for
one say different things more often than not ("revenue grew", "revenue fell"), and no vector
tells; so they are no counterparts, and the texts are grey at most. So is what lies just below a threshold.
"""

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from synthaix.orchestration.dedup.alignment import (
    DECIMALS,
    MOST_ALIGNED,
    Agreement,
    agreement,
    changed_words,
    forms_of,
    words,
)
from synthaix.orchestration.dedup.canonical import free
from synthaix.orchestration.dedup.embedding import Sentences, Vectors
from synthaix.orchestration.dedup.meaning import Meaning
from synthaix.orchestration.dedup.polarity import Polarity
from synthaix.orchestration.dedup.products import one_thread
from synthaix.orchestration.dedup.reading import Reading, reading, reading_of_whole

LEAST_SHARED = 0.75  # Jaccard index of four-letter sequences
LOOKING_ALIKE = 0.3  # likewise, from which on an exchanged word is what tells two texts apart
WORDS_PER_EXCHANGE = 10  # a long text may have an odd word exchanged and be the same
GREY = 0.05  # below a threshold that was stated
LEAST_COSINE = 0.7  # of texts that differ by typos or by a word that is left out
OPPOSITE = 0.2  # such a loss, in texts that share most words, makes them opposites
NUMBER_WORDS = {
    "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9", "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14",
    "fifteen": "15", "sixteen": "16", "seventeen": "17", "eighteen": "18", "nineteen": "19",
    "twenty": "20", "thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "seventy": "70", "eighty": "80",
    "ninety": "90", "hundred": "100", "thousand": "1000", "million": "1000000", "twice": "2", "dozen": "12",
}  # fmt: skip
_LETTERS = re.compile(r"[^\W\d_]*")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which scores on two texts are one, and from which on they may be.

    Attributes:
        whole: cosine of two texts' vectors; `whole_grey` likewise.
        aligned: the least that any of several sentences agrees with its counterpart; None: sentences do not count.
    """

    whole: float = 0.90
    whole_grey: float = 0.55
    aligned: float | None = 0.60
    aligned_grey: float = 0.50

    @classmethod
    def stated(cls, whole: float) -> "Thresholds":
        """What a user's number means: the cosine of whole texts and nothing else."""
        return cls(whole, whole - GREY, None, 1.0)


@dataclass(frozen=True, slots=True)
class TextLikeness:
    """What two texts have in common."""

    kind: Literal["duplicate", "grey"]
    similarity: float


@dataclass(frozen=True, slots=True)
class TextComparer:
    """Compares the texts of one column.

    Attributes:
        polarity: of the vectors' space; None where there are no vectors.
        meaning: of the column's vectors, once the first rows have been seen.
    """

    thresholds: Thresholds
    polarity: Polarity | None = None
    meaning: Meaning | None = None

    def read(self, parts: Sentences | None) -> Reading | None:
        """What `likeness` compares of a text, from the vectors of its sentences; None without any."""
        if parts is None or not len(parts):
            return None
        if self.thresholds.aligned is None:
            return reading_of_whole(parts)
        return reading(parts, self.polarity, self.meaning)

    def likeness(
        self, left: str, right: str, left_read: Reading | None = None, right_read: Reading | None = None
    ) -> TextLikeness | None:
        """How alike two texts are, or None when they say different things.

        Args:
            left: as it was written, as `right`.
            left_read: as `read` makes it, as `right_read`.
        """
        one, two = text_form(left), text_form(right)
        if one == two:
            return TextLikeness("duplicate", 1.0)
        if not one or not two:
            return None
        near = None if left_read is None or right_read is None else agreement(left_read, right_read)
        if (near is not None and self._far(near)) or conflicting(one, two):
            return None
        shared = shared_sequences(one, two)
        gone, new = changed_words(one, two) if shared >= LOOKING_ALIKE else (0, 0)
        exchanged = min(gone, new)
        lexical = shared >= LEAST_SHARED and exchanged <= self._words(one, left, near) // WORDS_PER_EXCHANGE
        if near is None or (lexical and gone == new == 0):  # nothing but typos
            return TextLikeness("duplicate", shared) if lexical else None
        if near.nothing_left:
            return TextLikeness("duplicate", near.cosine)
        if lexical and self._agrees(near):
            return TextLikeness("duplicate", max(shared, near.cosine))
        return self._by_meaning(near, left, right, look_alike=exchanged > 0)

    def _agrees(self, near: Agreement) -> bool:
        """Whether nothing in the vectors speaks against texts that share most words."""
        if near.several or self.thresholds.aligned is None:
            return near.least >= self.thresholds.aligned_grey
        return near.least >= near.cosine - OPPOSITE

    def _words(self, form: str, text: str, near: Agreement | None) -> int:
        """How many words the sentences have that are compared."""
        if near is None or not near.aside:
            return len(words(form))
        forms = forms_of(text)
        return sum(len(words(forms[row])) for row in near.rows)

    def _far(self, near: Agreement) -> bool:
        """Whether vectors alone show that two texts are different: what most pairs are, and by far the cheapest."""
        limits = self.thresholds
        if near.cosine >= LEAST_COSINE or near.aside:
            return False
        return near.least < limits.aligned_grey if near.several else near.cosine < limits.whole_grey

    def _by_meaning(self, near: Agreement, left: str, right: str, *, look_alike: bool) -> TextLikeness | None:
        limits = self.thresholds
        if limits.aligned is None:
            return _told(near.cosine, near.cosine >= limits.whole, near.cosine >= limits.whole_grey)
        if near.several:
            least = near.least_told_apart(forms_of(left), forms_of(right), limits.aligned_grey)
            sure = least >= (limits.whole if near.aside else limits.aligned) or (
                near.most > MOST_ALIGNED and near.cosine >= limits.whole and near.least >= limits.aligned_grey
            )
            return _told(max(near.least, 0.0), sure, near.least >= limits.aligned_grey)
        if near.single and look_alike and near.least < near.cosine - OPPOSITE:
            return None
        sure = near.cosine >= limits.whole and near.least >= limits.whole and not look_alike
        return _told(max(near.cosine, 0.0), sure, near.cosine >= limits.whole_grey)


def _told(similarity: float, sure: bool, perhaps: bool) -> TextLikeness | None:
    if sure:
        return TextLikeness("duplicate", similarity)
    return TextLikeness("grey", similarity) if perhaps else None


@lru_cache(maxsize=1_024)
def text_form(text: str) -> str:
    """The canonical form of a text."""
    return free(text)


def conflicting(left: str, right: str) -> bool:
    """Whether each text has a number that the other has not."""
    one, two = _numbers(left), _numbers(right)
    return bool(one - two) and bool(two - one)


def shared_sequences(left: str, right: str) -> float:
    """The Jaccard index of the texts' four-letter sequences, 0 to 1."""
    one, two = _sequences(left), _sequences(right)
    return round(len(one & two) / len(one | two), DECIMALS)


def scores(left: Vectors, right: Vectors) -> Vectors:
    """The cosines of all pairs, rounded: shape (n, m) from (n, d) and (m, d)."""
    with one_thread():
        return np.round(left @ right.T, DECIMALS)


@lru_cache(maxsize=1_024)
def _sequences(form: str) -> frozenset[str]:
    padded = f" {form} "
    return frozenset([padded[place : place + 4] for place in range(max(len(padded) - 3, 1))])


@lru_cache(maxsize=1_024)
def _numbers(form: str) -> Counter[str]:
    """The numbers of a text, digits or words, with how often each occurs."""
    found = [NUMBER_WORDS.get(word, word) for word in form.replace("%", " ").split(" ")
             if word in NUMBER_WORDS or not _LETTERS.fullmatch(word)]  # fmt: skip
    digits = ["".join(sign for sign in word if sign.isdigit() or sign == ".").strip(".") for word in found]
    return Counter(_plain(number) for number in digits if number)


def _plain(number: str) -> str:
    whole, point, rest = number.partition(".")
    return (whole.lstrip("0") or "0") + (point + rest.rstrip("0") if rest.rstrip("0") else "")
