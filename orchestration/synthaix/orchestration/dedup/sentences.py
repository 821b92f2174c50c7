"""A text's sentences: what is compared, and what a text's vector is made of."""

import re
from itertools import pairwise

MOST_SENTENCES = 12  # of a text; of more, neighbours go together
_END = re.compile(r"(?<=[.!?\u2026])[\"')\]\u00bb\u201d]*\s+|(?<=[\u3002\uff01\uff1f])|\s*\n\s*")
_UNDONE = re.compile(r"(?:.*\s)?[A-Z]\w{0,2}\.|\W*\w{0,3}\W*", re.S)  # `Dr.`, `No.`: the end of no sentence


def sentences(text: str) -> list[str]:
    """The sentences in their order, at most MOST_SENTENCES; none of an empty text."""
    found: list[str] = []
    waiting = ""
    for part in _END.split(text):
        waiting = f"{waiting} {part}".strip()
        if not _UNDONE.fullmatch(waiting):
            found.append(waiting)
            waiting = ""
    if waiting:
        found[-1:] = [" ".join([*found[-1:], waiting])]
    if len(found) <= MOST_SENTENCES:
        return found
    edges = [len(found) * place // MOST_SENTENCES for place in range(MOST_SENTENCES + 1)]
    return [" ".join(found[first:last]) for first, last in pairwise(edges)]
