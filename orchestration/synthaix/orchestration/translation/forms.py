"""What the form of a name says of its kind: `approved_by`, `uptime_days`, `eligible`, `coins`."""

from collections.abc import Mapping
from types import MappingProxyType

from synthaix.orchestration.schema.catalogue.spelling import spelled
from synthaix.orchestration.schema.column import NUMERIC_TYPES, ColumnType
from synthaix.orchestration.translation.names import people
from synthaix.orchestration.translation.sketches import Sketch
from synthaix.orchestration.translation.wording import is_plural

_LISTS = frozenset(
    "tags skills hobbies interests amenities ingredients genres topics keywords labels toppings allergens".split()
)
_LASTING: Mapping[str, str] = MappingProxyType({
    "days": "time.duration_days",
    "minutes": "time.duration_min",
    "mins": "time.duration_min",
    "seconds": "time.duration_s",
})  # fmt: skip
_CHECKED = frozenset(
    "email phone address document consent payment fee form contract insurance warranty parent identity".split()
)
_THINGS = frozenset("table variable cable vegetable timetable payable receivable deductible wearable".split())


def by_form(sketch: Sketch, implied: ColumnType | None) -> str | None:
    """The kind that a name's form means whatever its words are found to mean."""
    words, last = spelled(sketch.words), sketch.name.rpartition("_")[2]
    if implied in (None, "array") and last in _LISTS:
        return "general.tags"
    if implied is None and len(words) > 1 and is_plural(last) and words[-1] in people():
        return "general.count"  # `enrolled students`
    counting = sketch.words.startswith(("date", "no of", "number of"))
    if "_" in sketch.name and last in _LASTING and implied in (None, *NUMERIC_TYPES) and not counting:
        return _LASTING[last]
    if implied is None and len(words) == 2 and words[1].endswith("ed") and words[0] in _CHECKED | people():
        return "general.flag"  # `parent notified`
    if implied in (None, "string") and len(words) > 1 and words[-1] == "by":
        return "person.full_name"
    if implied in (None, "string") and len(words) > 1 and words[-1] == "name" and words[-2] in people():
        return "person.full_name"
    return None


def by_form_at_last(sketch: Sketch, implied: ColumnType | None) -> str | None:
    """The kind that a lone word's form suggests when the catalogue does not know the word."""
    words = spelled(sketch.words)
    if implied is not None or len(words) != 1 or sketch.facts.moments is not None:
        return None
    word = words[0]
    can_be = len(word) > 6 and word.endswith(("able", "ible")) and word not in _THINGS
    if can_be or (len(word) > 5 and word.endswith("ed")):
        return "general.flag"  # `eligible`, `scanned`
    return "general.count" if is_plural(sketch.name) else None
