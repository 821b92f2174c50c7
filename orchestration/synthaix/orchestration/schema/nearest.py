"""The nearest right name for a wrong one."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: object, names: Iterable[str]) -> str | None:
    """The name that was probably meant, or None when none is close."""
    if not isinstance(name, str):
        return None
    by_folded = {candidate.casefold(): candidate for candidate in names}
    found = get_close_matches(name.casefold()[:64], by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None


def did_you_mean(name: object, names: Iterable[str]) -> str | None:
    """`Did you mean `x`?`, or None when no name is close."""
    close = nearest(name, names)
    return f"Did you mean `{close}`?" if close else None
