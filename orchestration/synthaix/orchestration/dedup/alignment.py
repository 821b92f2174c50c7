"""How far two texts agree sentence by sentence.

Sentences that both texts have word for word say nothing about the others, so they are set aside: what remains is
compared as if it were the texts. Whether it is one sentence of each or several matters: that several sentences all find
a counterpart by chance is rare; that one does is not.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from rapidfuzz.distance import OSA, Levenshtein

from synthaix.orchestration.dedup.canonical import free
from synthaix.orchestration.dedup.embedding import Vectors, pooled
from synthaix.orchestration.dedup.reading import Reading
from synthaix.orchestration.dedup.sentences import sentences

OPPOSED = 0.6  # what a sentence loses of its cosine for each unit that it takes the other side
MOST_ALIGNED = 6  # sentences; in a longer text one of them may well lack a counterpart
SAME = 0.9995  # cosine of a sentence with itself, in float16
LEAST_LONG = 6  # letters of a word
DECIMALS = 4  # so that a verdict does not hang on the order in which a product was summed
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Thai to Han
_WORDS = re.compile(f"[{_UNSPACED}]|[^ {_UNSPACED}]+")


@dataclass(frozen=True, slots=True)
class Agreement:
    """How near what remains of two texts is.

    Attributes:
        cosine: of the whole of it.
        rows: the places of the sentences that remain of the left text; `columns` of the right one.
        each: how far each of them agrees with each, -1 to 1; where one text has nothing left, what the other says more
            against all that the first one says.
        most: sentences of the longer text, as it was.
        aside: whether sentences that both texts have were set aside.
    """

    cosine: float
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    each: Vectors
    most: int
    aside: bool

    @property
    def nothing_left(self) -> bool:
        """Whether both texts are made of the same sentences."""
        return not self.rows and not self.columns

    @property
    def several(self) -> bool:
        """Whether several sentences of both texts remain."""
        return min(len(self.rows), len(self.columns)) > 1

    @property
    def single(self) -> bool:
        """Whether one sentence of each remains."""
        return len(self.rows) == len(self.columns) == 1

    @property
    def least(self) -> float:
        """The least that any sentence agrees with its best counterpart."""
        return self._least(self.each)

    def least_told_apart(self, left: Sequence[str], right: Sequence[str], floor: float) -> float:
        """Likewise, when a sentence with a word exchanged is no counterpart.

        Args:
            left: the forms of the left text's sentences, as `right`.
            floor: below it no two sentences are counterparts anyway.
        """
        each = self.each.copy()
        for row, column in np.argwhere(each >= floor).tolist() if self.rows and self.columns else ():
            if look_alike(left[self.rows[row]], right[self.columns[column]]):
                each[row, column] = -1.0
        return self._least(each)

    def _least(self, each: Vectors) -> float:
        ways = [each.max(axis=1)] * bool(self.rows) + [each.max(axis=0)] * bool(self.columns)
        return round(min(float(best.min()) for best in ways), DECIMALS) if ways else 1.0


def agreement(left: Reading, right: Reading) -> Agreement:
    """How far two texts agree; what they mean counts where several sentences are compared."""
    rows, columns = _remaining(left.vectors, right.vectors)
    some, others = rows or slice(None), columns or slice(None)
    if min(len(rows), len(columns)) > 1:
        each = left.meant[some] @ right.meant[others].T
    else:
        each = left.vectors[some] @ right.vectors[others].T
    sides, against = left.sides[some][:, None], right.sides[others][None, :]
    each = each - OPPOSED * np.where(sides * against < 0, np.abs(sides - against), np.float32(0))
    each = np.round(np.maximum(each, -1.0), DECIMALS).astype(np.float32)
    whole = _whole(left, rows) @ _whole(right, columns)
    return Agreement(
        round(float(whole), DECIMALS), tuple(rows), tuple(columns), each,
        most=max(len(left.vectors), len(right.vectors)), aside=len(rows) < len(left.vectors),
    )  # fmt: skip


def _whole(text: Reading, places: list[int]) -> Vectors:
    """The vector of some of a text's sentences; of all where none are named."""
    return pooled(text.vectors[places]) if 0 < len(places) < len(text.vectors) else text.whole


def _remaining(one: Vectors, two: Vectors) -> tuple[list[int], list[int]]:
    """The places of the sentences that only one text has; of long texts, of all."""
    if len(one) == len(two) == 1 or max(len(one), len(two)) > MOST_ALIGNED:
        return list(range(len(one))), list(range(len(two)))
    same = one @ two.T >= SAME
    return np.flatnonzero(~same.any(axis=1)).tolist(), np.flatnonzero(~same.any(axis=0)).tolist()


@lru_cache(maxsize=4_096)
def forms_of(text: str) -> tuple[str, ...]:
    """The canonical forms of a text's sentences, in the places of their vectors."""
    return tuple([free(part) for part in sentences(text)])


def words(form: str) -> list[str]:
    """The words of a text; its characters where a script sets no spaces."""
    return _WORDS.findall(form)


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


@lru_cache(maxsize=4_096)
def look_alike(left: str, right: str) -> bool:
    """Whether two sentences share most words, in order, but for some that are exchanged."""
    gone, new = changed_words(left, right)
    return min(gone, new) > 0 and 2 * gone <= len(words(left)) and 2 * new <= len(words(right))


def _mistyped(word: str, other: str) -> bool:
    """Whether one slip of the hand makes one of the other; in a short word it often makes another (`ever`, `Juni`)."""
    longer = max(len(word), len(other))
    if longer <= 3 or OSA.distance(word, other, score_cutoff=1) > 1:
        return False
    swapped = sorted(word) == sorted(other)
    return longer >= LEAST_LONG or swapped or (len(word) != len(other) and word[0] == other[0])
