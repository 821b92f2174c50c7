"""The nearest right name for a wrong one."""

from collections.abc import Iterable
from difflib import get_close_matches

_LEAST_BEGINNING = 8  # characters of an id that was cut short
_ALIKE_IDS = 0.85  # two ids of random digits are alike to about 0.5


def nearest(name: object, names: Iterable[str]) -> str | None:
    """The name that was probably meant, or None when none is close."""
    if not isinstance(name, str):
        return None
    by_folded = {candidate.casefold(): candidate for candidate in names}
    found = get_close_matches(name.casefold()[:64], by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None


def nearest_id(wrong: str, ids: Iterable[str]) -> str | None:
    """The only id that begins as the wrong one does, else the one that differs in a few characters."""
    known = list(ids)
    begun = [one for one in known if len(wrong) >= _LEAST_BEGINNING and one.startswith(wrong)]
    found = begun or get_close_matches(wrong[:64], known, n=2, cutoff=_ALIKE_IDS)
    return found[0] if len(found) == 1 else None


def did_you_mean(name: object, names: Iterable[str]) -> str | None:
    """`Did you mean `x`?`, or None when no name is close."""
    close = nearest(name, names)
    return f"Did you mean `{close}`?" if close else None
