"""Whether two texts that a model wrote say the same thing.

Cheapest first: equal in canonical form; most four-letter sequences shared, and no word exchanged for another; close in
meaning. Texts of several sentences are close when every sentence of either has a counterpart in the other (`aligned`);
texts of one, when their vectors are close (`whole`). Numbers must not conflict, whatever the rest says: "grew by 12 %"
is not "grew by 15 %". Texts that share most words but for one say different things more often than not ("revenue grew",
"revenue fell"), and no vector tells; so they are grey at most. So is what lies just below a threshold.
"""

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from rapidfuzz.distance import OSA, Levenshtein

from synthaix.orchestration.dedup.canonical import free
from synthaix.orchestration.dedup.embedding import Sentences, Vectors, pooled
from synthaix.orchestration.dedup.near import typos_allowed
from synthaix.orchestration.dedup.polarity import Polarity

LEAST_SHARED = 0.75  # Jaccard index of four-letter sequences
LOOKING_ALIKE = 0.3  # likewise, from which on an exchanged word is what tells two texts apart
WORDS_PER_EXCHANGE = 10  # a long text may have an odd word exchanged and be the same
GREY = 0.05  # below a threshold that was stated
LEAST_COSINE = 0.7  # of texts that differ by typos or by a word that is left out
OPPOSED = 0.6  # what a sentence loses of its cosine for each unit that it takes the other side
OPPOSITE = 0.2  # such a loss, in texts that share most words, makes them opposites
MOST_ALIGNED = 6  # sentences; in a longer text one of them may well lack a counterpart
DECIMALS = 4  # so that a verdict does not hang on the order in which a product was summed
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
        aligned: the least that any sentence agrees with its counterpart; None: sentences do not count.
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
    """Compares texts in canonical form.

    Attributes:
        polarity: of the vectors' space; None where there are no vectors.
    """

    thresholds: Thresholds
    polarity: Polarity | None = None

    def likeness(
        self, left: str, right: str, left_parts: Sentences | None = None, right_parts: Sentences | None = None
    ) -> TextLikeness | None:
        """How alike two texts are, or None when they say different things.

        Args:
            left_parts: the vectors of the sentences, as `right_parts`.
        """
        if left == right:
            return TextLikeness("duplicate", 1.0)
        if not left or not right:
            return None
        nearness = self._nearness(left_parts, right_parts)
        if (nearness is not None and self._far(nearness)) or conflicting(left, right):
            return None
        shared = shared_sequences(left, right)
        gone, new = changed_words(left, right) if shared >= LOOKING_ALIKE else (0, 0)
        exchanged = min(gone, new)
        lexical = shared >= LEAST_SHARED and exchanged <= len(words(left)) // WORDS_PER_EXCHANGE
        if nearness is None or (lexical and gone == new == 0):  # nothing but typos
            return TextLikeness("duplicate", shared) if lexical else None
        if lexical and nearness.agreed >= self.thresholds.aligned_grey:
            return TextLikeness("duplicate", max(shared, nearness.cosine))
        return self._by_meaning(nearness, look_alike=exchanged > 0)

    def _nearness(self, left: Sentences | None, right: Sentences | None) -> "_Nearness | None":
        if left is None or right is None or not len(left) or not len(right):
            return None
        cosine = round(float(pooled(left) @ pooled(right)), DECIMALS)
        stated = self.thresholds.aligned is None
        agreed = cosine if stated else aligned(left, right, self.polarity)
        return _Nearness(cosine, agreed, min(len(left), len(right)), max(len(left), len(right)))

    def _far(self, near: "_Nearness") -> bool:
        """Whether vectors alone show that two texts are different: what most pairs are, and by far the cheapest."""
        limits = self.thresholds
        alone = limits.aligned is None or near.fewest < 2
        return near.cosine < LEAST_COSINE and (
            near.cosine < limits.whole_grey if alone else near.agreed < limits.aligned_grey
        )

    def _by_meaning(self, near: "_Nearness", *, look_alike: bool) -> TextLikeness | None:
        limits = self.thresholds
        if limits.aligned is None:
            sure, perhaps = near.cosine >= limits.whole, near.cosine >= limits.whole_grey
            return _told(near.cosine, sure, perhaps)
        close = near.cosine >= limits.whole and near.agreed >= limits.aligned_grey
        if near.fewest >= 2:
            sure = near.agreed >= limits.aligned or (close and near.most > MOST_ALIGNED)
            return _told(max(near.agreed, 0.0), sure, near.agreed >= limits.aligned_grey)
        alone = near.most == 1
        if alone and look_alike and near.agreed < near.cosine - OPPOSITE:
            return None
        sure = close and not look_alike and (not alone or near.agreed >= limits.whole)
        return _told(near.cosine, sure, near.cosine >= limits.whole_grey)


@dataclass(frozen=True, slots=True)
class _Nearness:
    """How near two texts are by their vectors, and how many sentences they have."""

    cosine: float
    agreed: float
    fewest: int
    most: int


def _told(similarity: float, sure: bool, perhaps: bool) -> TextLikeness | None:
    if sure:
        return TextLikeness("duplicate", similarity)
    return TextLikeness("grey", similarity) if perhaps else None


def aligned(left: Sentences, right: Sentences, polarity: Polarity | None) -> float:
    """The least that a sentence of either text agrees with its best counterpart in the other, -1 to 1, rounded."""
    one, two = left.astype(np.float32), right.astype(np.float32)
    agreement = one @ two.T
    if polarity is not None:
        sides, others = polarity.of(one)[:, None], polarity.of(two)[None, :]
        agreement = agreement - OPPOSED * np.where(sides * others < 0, np.abs(sides - others), 0.0)
    least = min(float(agreement.max(axis=0).min()), float(agreement.max(axis=1).min()))
    return round(max(least, -1.0), DECIMALS)


def text_form(cell: object) -> str:
    """The canonical form of a text; nothing for a null."""
    return free(cell) if isinstance(cell, str) else ""


def words(form: str) -> list[str]:
    """The words of a text; its characters where a script sets no spaces."""
    found = form.split(" ")
    return list(form) if len(form) > 15 * len(found) else found


def conflicting(left: str, right: str) -> bool:
    """Whether each text has a number that the other has not."""
    one, two = _numbers(left), _numbers(right)
    return bool(one - two) and bool(two - one)


def changed_words(left: str, right: str) -> tuple[int, int]:
    """How many words of either text the other has not, or has elsewhere; a typo is no change."""
    one, two = words(left), words(right)
    gone: list[str] = []
    new: list[str] = []
    for edit in Levenshtein.opcodes(one, two):
        if edit.tag == "equal":
            continue
        before, after = one[edit.src_start : edit.src_end], two[edit.dest_start : edit.dest_end]
        pairs = list(zip(before, after, strict=False))
        kept = [place for place, pair in enumerate(pairs) if not _mistyped(*pair)]
        gone += [pairs[place][0] for place in kept] + before[len(pairs) :]
        new += [pairs[place][1] for place in kept] + after[len(pairs) :]
    return (0, 0) if "".join(gone) == "".join(new) else (len(gone), len(new))  # other spaces are no change


def _mistyped(word: str, other: str) -> bool:
    longer = max(len(word), len(other))
    return longer > 3 and OSA.distance(word, other, score_cutoff=typos_allowed(longer)) <= typos_allowed(longer)


def shared_sequences(left: str, right: str) -> float:
    """The Jaccard index of the texts' four-letter sequences, 0 to 1."""
    one, two = _sequences(left), _sequences(right)
    return round(len(one & two) / len(one | two), DECIMALS)


def scores(left: Vectors, right: Vectors) -> Vectors:
    """The cosines of all pairs, rounded: shape (n, m) from (n, d) and (m, d)."""
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
