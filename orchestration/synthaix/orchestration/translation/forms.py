"""What the form of a name says of its kind: `approved_by`, `uptime_days`, `eligible`, `coins`."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from synthaix.orchestration.schema.catalogue.spelling import spelled
from synthaix.orchestration.schema.column import NUMERIC_TYPES, ColumnType
from synthaix.orchestration.schema.kinds import find
from synthaix.orchestration.translation.names import people
from synthaix.orchestration.translation.sketches import Sketch
from synthaix.orchestration.translation.wording import is_plural

COUNTED = frozenset(
    "users customers visitors orders sessions signups subscribers employees students tickets patients members leads bookings "
    "transactions clicks downloads views events errors requests items units products moves reviews exhibits games matches "
    "goals votes clients accounts installs purchases".split()
)
_LISTS = frozenset(
    "tags skills hobbies interests amenities ingredients genres topics keywords labels toppings allergens".split()
)
_LASTING: Mapping[str, str] = MappingProxyType({
    "days": "time.duration_days",
    "minutes": "time.duration_min",
    "mins": "time.duration_min",
    "seconds": "time.duration_s",
})  # fmt: skip
_TAKING = frozenset("run running response lead wait prep preparation play cook load build travel commute transit turnaround "
                    "processing handling repair set setup flight render execution elapsed screen break handle cycle "
                    "service hold talk treatment recovery production".split())  # fmt: skip
_HAPPENING = frozenset(
    "opening closing reading starting ending boarding landing meeting posting checking booking ordering recording landing "
    "beginning morning evening sailing leaving arriving departing showing screening training".split()
)
_CHECKED = frozenset(
    "email phone address document consent payment fee form contract insurance warranty parent identity".split()
)
_THINGS = frozenset("table variable cable vegetable timetable payable receivable deductible wearable".split())


def by_form(sketch: Sketch, implied: ColumnType | None) -> str | None:
    """The kind that a name's form means whatever its words are found to mean."""
    words, last = spelled(sketch.words), sketch.name.rpartition("_")[2]
    if implied in (None, "array") and last in _LISTS:
        return "general.tags"
    if implied is None and len(words) > 1 and is_plural(last) and (words[-1] in people() or last in COUNTED):
        return "general.count"  # `enrolled students`
    lasting = re.match(r"(days|minutes|mins|seconds) (?:until|since|to|before|after|left)\b", sketch.words)
    if lasting and implied in (None, *NUMERIC_TYPES):
        return _LASTING[lasting.group(1)]  # `days until expiry`
    if words[-1:] == ("time",) and len(words) > 1 and _lasts(words, sketch, implied):
        return _LASTING.get(sketch.facts.unit or "minutes")
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


def _lasts(words: Sequence[str], sketch: Sketch, implied: ColumnType | None) -> bool:
    """Whether a time is how long something takes: `playing time`, `delivery time in days`; a `closing time` is none."""
    if implied not in (None, *NUMERIC_TYPES) or sketch.facts.moments or "first_hour" in sketch.facts.rules:
        return False
    doing = words[-2]
    best = find(sketch.words)
    if best and best[0].score >= 0.97:
        return False  # a term of its own, with its own unit
    return implied is not None or doing in _TAKING or (doing.endswith("ing") and doing not in _HAPPENING)


def by_form_at_last(sketch: Sketch, implied: ColumnType | None) -> str | None:
    """The kind that a lone word's form suggests when the catalogue does not know the word."""
    words = spelled(sketch.words)
    if implied is not None or len(words) != 1 or sketch.facts.moments is not None:
        return None
    word = words[0]
    if "first_hour" in sketch.facts.rules:
        return "time.timestamp"  # `started 7am-3pm`
    can_be = len(word) > 6 and word.endswith(("able", "ible")) and word not in _THINGS
    if can_be or (len(word) > 5 and word.endswith("ed")):
        return "general.flag"  # `eligible`, `scanned`
    return "general.count" if is_plural(sketch.name) else None
