"""Which column a piece of text speaks of."""

from collections.abc import Sequence
from dataclasses import dataclass

from synthaix.orchestration.schema.catalogue.spelling import spelled
from synthaix.orchestration.schema.kinds import find
from synthaix.orchestration.translation.naming import stripped
from synthaix.orchestration.translation.sketches import Sketch

_GENERIC = frozenset(
    "date time at id name number type status code count is has of the day value total on by in for a "
    "amount s to user customer price".split()
)
_SAME = {
    "aged": "age",
    "older": "age",
    "younger": "age",
    "born": "birth",
    "mail": "email",
    "telephone": "phone",
    "admitted": "admission",
    "discharged": "discharge",
    "shipped": "ship",
    "delivered": "delivery",
    "ordered": "order",
    "paid": "payment",
    "hired": "hire",
    "started": "start",
    "ended": "end",
    "created": "create",
    "updated": "update",
    "departing": "departure",
    "arriving": "arrival",
    "checkin": "check",
    "shipping": "ship",
    "returned": "return",
    "closed": "close",
    "closing": "close",
    "opened": "open",
    "opening": "open",
    "signed": "signup",
    "resolved": "resolve",
    "booked": "booking",
    "joined": "join",
    "planted": "plant",
    "harvested": "harvest",
    "starting": "start",
    "ending": "end",
    "begins": "start",
    "ends": "end",
    "submitted": "submit",
    "posted": "post",
    "published": "publish",
    "registered": "registration",
    "enrolled": "enrollment",
    "purchased": "purchase",
}


@dataclass(frozen=True, slots=True)
class Mention:
    """A column spoken of, and where, in words of the text."""

    sketch: Sketch
    start: int
    stop: int


def words_and_places(text: str) -> list[tuple[str, int, int]]:
    """The words of a text in the singular, each with its place."""
    found: list[tuple[str, int, int]] = []
    place = 0
    while place < len(text):
        if not (text[place].isalnum() or text[place] == "_"):
            place += 1
            continue
        stop = place
        while stop < len(text) and (text[stop].isalnum() or text[stop] == "_"):
            stop += 1
        found += [(word, place, stop) for word in spelled(text[place:stop])]
        place = stop
    return found


def mentions_in(text: str, sketches: Sequence[Sketch]) -> list[Mention]:
    """The columns that a text names by their whole names, in the order of the text; a longer name wins."""
    words = words_and_places(text)
    found: list[Mention] = []
    taken: set[int] = set()
    for sketch in sorted(sketches, key=lambda each: -len(spelled(each.name))):
        name = spelled(sketch.name)
        for start in range(len(words) - len(name) + 1):
            places = range(start, start + len(name))
            if name and tuple(words[place][0] for place in places) == name and not taken & set(places):
                taken |= set(places)
                found.append(Mention(sketch, words[start][1], words[start + len(name) - 1][2]))
                break
    return sorted(found, key=lambda mention: mention.start)


def first_mention(text: str, sketches: Sequence[Sketch]) -> Mention | None:
    """The first column that a text speaks of: by its name, by a telling word of it, or by what it means."""
    named = mentions_in(text, sketches)
    telling = _by_word(text, sketches)
    if named and (telling is None or named[0].start <= telling.start):
        return named[0]
    return named[0] if named else telling or _by_meaning(text, sketches)


def meant(text: str, sketches: Sequence[Sketch]) -> Sketch | None:
    """The column that a short phrase means, such as `admission` for `admission_date`."""
    plain = stripped(text)
    exact = [sketch for sketch in sketches if spelled(sketch.name) == spelled(plain)]
    if exact:
        return exact[0]
    found = first_mention(plain, sketches)
    return found.sketch if found else None


def _stem(word: str) -> str:
    return _SAME.get(word, word[:-3] if word.endswith("ing") and len(word) > 6 else word)


def _by_word(text: str, sketches: Sequence[Sketch]) -> Mention | None:
    """A word that only one column's name has."""
    owners: dict[str, list[Sketch]] = {}
    for sketch in sketches:
        for word in {_stem(word) for word in spelled(sketch.name)} - _GENERIC:
            owners.setdefault(word, []).append(sketch)
    for word, start, stop in words_and_places(text):
        owned = owners.get(_stem(word), [])
        if len(owned) == 1:
            return Mention(owned[0], start, stop)
    return None


def _by_meaning(text: str, sketches: Sequence[Sketch]) -> Mention | None:
    """A phrase of which the catalogue says that it means what a column means."""
    words = words_and_places(text)[:24]
    kinds = {sketch.kind or _kind_of(sketch): sketch for sketch in reversed(sketches)}
    for size in (3, 2, 1):
        for place in range(len(words) - size + 1):
            start, stop = words[place][1], words[place + size - 1][2]
            best = find(text[start:stop])
            if best and best[0].score >= 0.95 and best[0].kind.name in kinds:
                return Mention(kinds[best[0].kind.name], start, stop)
    return None


def _kind_of(sketch: Sketch) -> str:
    best = find(sketch.words)
    return best[0].kind.name if best and best[0].score >= 0.8 else sketch.name
