"""Nouns that several items of a list share: `admission and discharge dates`, `first, last name`."""

import re
from collections.abc import Sequence

from synthaix.orchestration.schema.column import TEMPORAL_TYPES
from synthaix.orchestration.schema.kinds import find
from synthaix.orchestration.translation.naming import KEPT_PLURAL, stripped
from synthaix.orchestration.translation.wording import is_plural, singular_of

Piece = tuple[str, str]  # what joins it to the piece before it, and the text

_MODIFIERS = frozenset(
    "first last start end home work shipping billing min max minimum maximum departure arrival origin "
    "destination opening closing gross net systolic diastolic created updated pickup dropoff pick-up "
    "drop-off check-in check-out checkin checkout begin finish primary secondary source target sender receiver "
    "recipient buyer seller current previous old new middle given family sale cost list unit regular scheduled "
    "actual planned estimated mother father entry exit base total annual monthly daily hourly inbound outbound issue "
    "due birth death admission discharge order delivery ship customer product user legal trading hire join "
    "termination high low open close manufacturing expiry expiration inner outer mailing postal mobile internal "
    "external local foreign domestic international buy sell purchase selling away winner loser before after left "
    "right front back".split()
)
_NOUN_MODIFIERS = frozenset(
    "customer product user order sale list unit delivery birth death total cost buyer seller sender receiver recipient "
    "source target origin destination entry exit issue base winner loser opening closing".split()
)
_WHOLE = frozenset(  # modifiers that are columns of their own as well, unless the noun makes them something else
    "first last start end created updated departure arrival".split()
)
_BEHIND = {"from": "to", "in": "out", "min": "max", "before": "after", "low": "high", "start": "end", "first": "last"}
_NOUNS = re.compile(
    r"^(?:(?:the|their|its|his|her|our|both|a|an) )*(?P<nouns>[A-Za-z][A-Za-z'-]*(?: (?!(?:in|of|between|from|with|that"
    r"|which|where|after|before|at|up|over|under|for|to|on|by|as|or|and|max|min|must|should|is|are|was|were|all|each"
    r"|string|int|integer|optional|unique|required|later|earlier)\b)[A-Za-z][A-Za-z'-]*){1,3})(?P<rest>.*)$"
)
_ORDER = re.compile(r"\b(?:after|before|later|earlier|greater|less|follows?|naturally)\b|[<>]", re.IGNORECASE)


def with_heads(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces, each with the noun that another one shares with it, and with what is said of them all."""
    found = list(pieces)
    for place, (joint, piece) in enumerate(pieces[1:], 1):
        head, _, last = pieces[place - 1][1].rpartition(" ")
        word = piece.split(" ")[0].casefold()
        ends = re.fullmatch(r"(.+?) from(?P<rest> ?\(.*\)| \d.*)?", pieces[place - 1][1].strip(), re.IGNORECASE)
        if ends and piece.casefold().startswith(f"{ends.group(1)} to".casefold()):
            name = ends.group(1).replace(" ", "_")
            found[place - 1] = (
                found[place - 1][0],
                f"{name}_from{ends.group('rest') or ''}",
            )  # `salary from, salary to`
            found[place] = (joint, f"{name}_to{piece[len(ends.group(1)) + 3 :]}")
        if joint == "and" and head and _BEHIND.get(last.casefold()) == word and len(piece.split()) == 1:
            turned = word in ("to", "out")  # `warehouse from and to` are no names, `from_warehouse` is one
            both = [f"{end} {head}" if turned else f"{head} {end}" for end in (last, piece)]
            found[place - 1 : place + 1] = [
                (old, text.replace(" ", "_")) for old, text in zip((found[place - 1][0], joint), both, strict=True)
            ]
    for place in range(len(found) - 1, 0, -1):
        shared = _SharedHead.of(found[place][1])
        if shared is None:
            continue
        first = place
        while first > 0 and shared.reaches(found[first - 1][1], joint=found[first][0], near=first == place):
            first -= 1
        if first < place:
            owner, _, last = stripped(found[first][1]).rpartition(" ")
            owner = f"{owner} " if owner and last.casefold() in _MODIFIERS else ""  # `contract start and end dates`
            found[place] = (found[place][0], f"{owner}{shared.modifier} {shared.one}{shared.rest}")
            for at in range(first, place):
                found[at] = (found[at][0], f"{stripped(found[at][1])} {shared.one}{shared.common}")
    return found


class _SharedHead:
    """A modifier, the noun after it, and what is said behind them."""

    def __init__(self, modifier: str, nouns: Sequence[str], rest: str) -> None:
        self.modifier, self.rest = modifier, rest
        self.plural = is_plural(nouns[-1].casefold())
        last = nouns[-1] if nouns[-1].casefold() in KEPT_PLURAL else singular_of(nouns[-1].casefold())
        self.one = " ".join([*nouns[:-1], last])
        self.common = "" if _ORDER.search(rest) else rest

    @classmethod
    def of(cls, piece: str) -> "_SharedHead | None":
        """The modifier and the noun that a piece begins with; None when it has no two nouns."""
        match = _NOUNS.match(piece)
        if match is None:
            return None
        modifier, *nouns = match.group("nouns").split()
        return cls(modifier, nouns, match.group("rest"))

    def reaches(self, piece: str, *, joint: str, near: bool) -> bool:
        """Whether the noun is one of an earlier piece as well.

        Args:
            joint: what stands between the two, `,` or `and`.
            near: whether they are neighbours; a longer chain needs more.
        """
        plain = stripped(piece).casefold()
        words = plain.split()
        if not words or len(words) > 2 or not re.fullmatch(r"[a-z][a-z' -]*", piece.casefold().strip()):
            return False
        if joint == "," and not self.plural and words[-1] in _NOUN_MODIFIERS:
            return False  # `customer, issue date`
        if words[-1] in _MODIFIERS and self.modifier.casefold() in _MODIFIERS:
            return self._is_modified(words[-1])
        if not self.plural or is_plural(words[-1]) or (near and joint == ","):
            return False
        head = find(self.one)
        if not head or (head[0].score < 0.7 and self.one not in ("zone", "area")):
            return False
        alone = find(plain)
        known = bool(alone) and alone[0].score >= (0.97 if near else 0.58)
        if known and not plain.endswith("ing"):
            return False
        return near or plain.endswith("ing") or head[0].kind.type not in TEMPORAL_TYPES

    def _is_modified(self, word: str) -> bool:
        """Whether a modifier stands for no column of its own here."""
        alone = find(word)
        if self.plural or not (alone and alone[0].score >= 0.95) or word in _WHOLE:
            return True
        both = find(f"{word} {self.one}")
        return bool(both) and both[0].score > 0.9
