"""A text cut into clauses, each of which speaks of columns of its own."""

import re
from collections.abc import Sequence

from synthaix.orchestration.translation.asides import read_phrase
from synthaix.orchestration.translation.mentions import first_mention
from synthaix.orchestration.translation.sketches import Sketch
from synthaix.orchestration.translation.wording import cut

COMMANDS = (
    "add include insert append remove drop delete omit exclude rename relabel reorder move swap replace mark "
    "allow forbid disallow permit".split()
)
_COMMAND = re.compile(
    rf"(?:(?:please|also|then|and) )*(?:(?:{'|'.join(COMMANDS)}|make|set|change|turn|convert|call|keep|put|limit"
    r"|restrict|ensure|get rid of|leave out|take out)\b|no (?:nulls?|blanks?|missing|empty|duplicates?|more)\b"
    r"|(?:about )?\d{1,3}(?:\.\d+)? ?% (?:of|missing|nulls?|empty|blank)\b|\d[\d,.]*[km]? (?:rows|records|entries)$)",
    re.IGNORECASE,
)
_JOINT = re.compile(
    r",? (?:and then|and also|and|but also|but|while|whereas|plus|then|as well as)(?= )|,(?= )", re.IGNORECASE
)
_SPAN = re.compile(
    r"\b(?:between|from|both|sum of|product of|difference between|difference of)(?: \S+){1,4}?(?P<joint> and )",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"(?:(?:the|all|each|every|any|make|set|keep|also|their|its|his|her|please|let|have|that|just|only|use|with"
    r"|change|of|for|in|column|field|ensure|where) )+",
    re.IGNORECASE,
)
_SHARED_VERB = re.compile(r"(?:please )?(rename|change|convert|move|put|call|turn|make|set)\b", re.IGNORECASE)


def clauses(text: str, columns: Sequence[Sketch]) -> list[str]:
    """The clauses of a text: `amount between 5 and 900, currency only EUR or USD` has two.

    A comma or an `and` ends a clause where a command follows, or a column of which something is said after something
    was said of another one. Elsewhere it separates values, columns of which the same is said, or ends of a range.
    """
    pieces = _pieces(text)
    found: list[str] = []
    for place, (joint, piece) in enumerate(pieces):
        if not found:
            found.append(piece)
            continue
        if _COMMAND.match(piece):
            found.append(piece)
        elif _opens(pieces, place, columns) and _is_whole(found[-1], columns):
            verb = _SHARED_VERB.match(found[-1])
            found.append(f"{verb.group(1)} {piece}" if verb else piece)
        else:
            found[-1] = f"{found[-1]}{joint} {piece}"
    return found


def _pieces(text: str) -> list[tuple[str, str]]:
    """What stands between commas and `and`, each with what joins it to the piece before it."""
    spans = [found.span("joint") for found in _SPAN.finditer(text)]
    found: list[tuple[str, str]] = []
    start, joint = 0, ""
    for match in _JOINT.finditer(text):
        inside = any(low <= match.start() < high for low, high in spans)
        if inside or _is_enclosed(text, match.start()):
            continue
        if text[start : match.start()].strip():
            found.append((joint, text[start : match.start()].strip()))
            joint = match.group().rstrip()
        start = match.end()
    if text[start:].strip():
        found.append((joint, text[start:].strip()))
    return found


def _is_enclosed(text: str, place: int) -> bool:
    """Whether a place is inside brackets or quotes."""
    before = text[:place]
    opened = before.count("(") + before.count("[") + before.count("{")
    closed = before.count(")") + before.count("]") + before.count("}")
    return opened > closed or before.count('"') % 2 == 1 or before.count("`") % 2 == 1


def _opens(pieces: Sequence[tuple[str, str]], place: int, columns: Sequence[Sketch]) -> bool:
    """Whether a clause begins here: a column, or several, and then what is said of them."""
    for at in range(place, len(pieces)):
        rest = _after_column(pieces[at][1], columns)
        if rest is None:
            return False
        if rest.strip():
            whole = ", ".join([rest, *(piece for _, piece in pieces[at + 1 : at + 9])])
            return _says_something(rest) or re.match(r"[\w ,&'+-]+ or ", whole) is not None
    return False


def _after_column(piece: str, columns: Sequence[Sketch]) -> str | None:
    """What a piece says after the column that it begins with; None when it begins with none."""
    opening = _OPENING.match(piece)
    start = opening.end() if opening else 0
    mention = first_mention(piece[start:], columns)
    if mention is None or mention.start > 0:
        return None
    return piece[start + mention.stop :]


def _is_whole(clause: str, columns: Sequence[Sketch]) -> bool:
    """Whether a clause says something already, or orders something."""
    commanded = _COMMAND.match(clause) or re.match(r"(?:no|without|skip) ", clause, re.IGNORECASE)
    if commanded and not re.match(r"(?:please )?(?:make|set|keep|change|turn)\b", clause, re.IGNORECASE):
        return True
    if re.search(r"\d[\d,.]*[km]? (?:rows|records|entries)\b", clause, re.IGNORECASE):
        return True
    mention = first_mention(clause, columns)
    return mention is not None and _says_something(f"{clause[: mention.start]} {clause[mention.stop :]}")


def _says_something(rest: str) -> bool:
    """Whether words about a column hold a rule."""
    plain = rest.strip(" ,;:")
    if not plain:
        return False
    return not read_phrase(plain)[1].empty or re.match(r"(?:first|last|to|as|into)\b|.*\d ?%", plain) is not None


def lines_of(text: str) -> list[str]:
    """The parts of a text that a semicolon or a dash between words separates."""
    return [part for whole in cut(text, ";") for part in re.split(r" -+ (?!\d)", whole) if part.strip(" ,.")]
