"""Whether two texts that a model wrote say the same thing.

Cheapest first: equal in canonical form; most four-letter sequences shared; close in meaning (cosine of their vectors).
Numbers must not conflict, whatever the rest says: "grew by 12 %" is not "grew by 15 %". No cosine is sure near the
threshold, so what lies just below it is grey.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from synthaix.orchestration.dedup.canonical import free
from synthaix.orchestration.dedup.hashes import Hashes

Vectors = npt.NDArray[np.float32]

LEAST_SHARED = 0.75  # Jaccard index of four-letter sequences
DEFAULT_THRESHOLD = 0.90  # cosine, until enough rows are known
LEAST_THRESHOLD, MOST_THRESHOLD = 0.80, 0.97
GREY = 0.05  # below the threshold
CALIBRATED_BY = 300  # first committed rows
LEAST_SAMPLES = 20
DECIMALS = 4  # so that a verdict does not hang on the order in which a product was summed
NUMBER_WORDS = {
    "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9", "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14",
    "fifteen": "15", "sixteen": "16", "seventeen": "17", "eighteen": "18", "nineteen": "19",
    "twenty": "20", "thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "seventy": "70", "eighty": "80",
    "ninety": "90", "hundred": "100", "thousand": "1000", "million": "1000000", "twice": "2", "dozen": "12",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TextLikeness:
    """What two texts have in common."""

    kind: Literal["duplicate", "grey"]
    similarity: float


def text_likeness(left: str, right: str, cosine: float | None, threshold: float) -> TextLikeness | None:
    """How alike two texts are, or None when they say different things.

    Args:
        left: in canonical form, as `right`.
        cosine: of their vectors, rounded; None where there are none.
        threshold: cosine from which on two texts are one.
    """
    if left == right:
        return TextLikeness("duplicate", 1.0)
    if not left or not right or conflicting(left, right):
        return None
    shared = shared_sequences(left, right)
    if shared >= LEAST_SHARED:
        return TextLikeness("duplicate", max(shared, cosine or 0.0))
    if cosine is None or cosine < threshold - GREY:
        return None
    return TextLikeness("duplicate" if cosine >= threshold else "grey", cosine)


def text_form(cell: object) -> str:
    """The canonical form of a text; nothing for a null."""
    return free(cell) if isinstance(cell, str) else ""


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
    return np.round(left @ right.T, DECIMALS)


def calibrated(vectors: Vectors, blocks: Hashes, texts: Hashes, *, structured: bool) -> float:
    """The threshold that tells these rows apart, from rows known to be distinct because a structured column differs.

    Args:
        vectors: float32 (n, d), of unit length.
        blocks: the hash of the structured columns.
        texts: the hash of the text; equal ones say nothing about the threshold.
        structured: whether there are structured columns at all.
    """
    cosines = scores(vectors, vectors)
    known = texts[:, None] != texts[None, :]
    if structured:
        known &= blocks[:, None] != blocks[None, :]
    nearest = np.where(known, cosines, -np.inf).max(axis=1)
    nearest = nearest[np.isfinite(nearest)]
    if len(nearest) < LEAST_SAMPLES:
        return DEFAULT_THRESHOLD
    limit = np.quantile(nearest, 0.995) + 0.01 if structured else np.quantile(nearest, 0.90)
    return round(float(np.clip(limit, LEAST_THRESHOLD, MOST_THRESHOLD)), DECIMALS)


def _sequences(form: str) -> set[str]:
    padded = f" {form} "
    return {padded[place : place + 4] for place in range(max(len(padded) - 3, 1))}


def _numbers(form: str) -> Counter[str]:
    """The numbers of a text, digits or words, with how often each occurs."""
    found: Sequence[str] = [NUMBER_WORDS.get(word, word) for word in form.replace("%", " ").split(" ")]
    digits = ["".join(sign for sign in word if sign.isdigit() or sign == ".").strip(".") for word in found]
    return Counter(_plain(number) for number in digits if number)


def _plain(number: str) -> str:
    whole, point, rest = number.partition(".")
    return (whole.lstrip("0") or "0") + (point + rest.rstrip("0") if rest.rstrip("0") else "")
