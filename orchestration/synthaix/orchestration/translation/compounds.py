"""German compounds taken apart by their last part: `Nettobetrag` is a net amount, `Fälligkeitsdatum` a due date."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

_SHORT = 4  # letters of a last part that also ends other words, as `ort` does `Export`: what stands before must be known
_JOINTS = ("", "s", "es", "n", "en", "er", "e")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@dataclass(frozen=True, slots=True)
class Parts:
    """What compounds are made of, folded and in lower case.

    Attributes:
        heads: last parts, which say what a thing is.
        others: what may stand before.
    """

    heads: Mapping[str, str]
    others: Mapping[str, str]


def folded(word: str) -> str:
    """A word as it is typed without its accents: `Fälligkeit` as `faelligkeit`, `número` as `numero`."""
    plain = word.casefold().translate(_UMLAUTS)
    return "".join(sign for sign in unicodedata.normalize("NFD", plain) if not unicodedata.combining(sign))


def taken_apart(word: str, parts: Parts) -> str | None:
    """A compound in English; None for what is none.

    A first part that nobody knows stays as it is: the last one alone says what the cells are.
    """
    whole = folded(word.replace("-", ""))
    for at in range(2, len(whole) - 1):
        head = parts.heads.get(whole[at:])
        if head is None:
            continue
        first = _known(whole[:at], parts.others)
        if first is None and (len(whole) - at <= _SHORT or at < 4):
            continue
        return f"{first or whole[:at]} {head}"
    return None


def _known(first: str, others: Mapping[str, str]) -> str | None:
    """The English of a first part, with or without what joins it to the next."""
    for joint in _JOINTS:
        found = others.get(first.removesuffix(joint)) if first.endswith(joint) else None
        if found is not None and " " not in found:
            return found.removesuffix("s") if found.endswith("s") and not found.endswith(("ss", "us")) else found
    return None
