"""How long things take: a call minutes, a flight hours, a hotel stay days."""

from collections.abc import Iterable
from functools import cache

from synthaix.orchestration.generation.samplers.times import DAY
from synthaix.orchestration.schema.catalogue.spelling import spelled

_MINUTE, _HOUR = 60, 3_600
_LASTING = (  # words of a table's or a column's name, and the shortest and the longest usual time in seconds
    ("call conversation chat", 30, 45 * _MINUTE),
    ("ride taxi cab bus trip", 4 * _MINUTE, 2 * _HOUR),
    ("journey commute tram train route crossing", 10 * _MINUTE, 6 * _HOUR),
    ("meeting appointment interview consultation webinar", 15 * _MINUTE, 2 * _HOUR),
    ("lesson lecture class workout match game exam surgery screening", 30 * _MINUTE, 3 * _HOUR),
    ("session login parking charging charge outage visit", 2 * _MINUTE, 8 * _HOUR),
    ("flight", 45 * _MINUTE, 14 * _HOUR),
    ("shift attendance timesheet timecard", 4 * _HOUR, 10 * _HOUR),
    ("event", 30 * _MINUTE, 4 * _HOUR),
    ("stay checkin check hotel guest reservation booking rental vacation holiday", DAY, 14 * DAY),
    ("admission patient hospitalization", DAY, 21 * DAY),
    ("loan borrowing borrowed sprint", 7 * DAY, 42 * DAY),
    ("project campaign course internship semester", 30 * DAY, 300 * DAY),
    ("contract lease subscription policy membership employment", 90 * DAY, 1_095 * DAY),
)
_STARTS = (
    "start started starts begin began begins from departure departed depart pickup picked pick entry entered login "
    "plugged checkin check admission admitted in loaned borrowed loan hire signed effective"
)
_ENDS = (
    "end ended ends finish finished stop stopped arrival arrived arrive dropoff dropped drop exit exited left logout "
    "unplugged checkout check discharge discharged return returned until to out due expiry expires "
    "termination terminated"
)


def is_brief(words: Iterable[str]) -> bool:
    """Whether what these words speak of is over within a day, so that its start and its end are no whole days."""
    found = _first(words)
    return found is not None and found[1] < DAY


def lasting(table: str, earlier: str, later: str) -> tuple[int, int] | None:
    """The usual time in seconds between the columns that begin and end what a row is; None when they are no such pair.

    The last known word of the table's name decides, else one of the columns'.
    """
    first, second = spelled(earlier), spelled(later)
    if not ({*_STARTS.split()} & {*first} and {*_ENDS.split()} & {*second}):
        return None
    words = [*spelled(table)[::-1], *second, *first]
    if {"arrival", "arrived"} & {*second}:  # of `flight_bookings` the flight arrives
        return min((_times()[word] for word in words if word in _times()), key=lambda each: each[1], default=None)
    return _first(words)


def _first(words: Iterable[str]) -> tuple[int, int] | None:
    return next((_times()[word] for word in words if word in _times()), None)


@cache
def _times() -> dict[str, tuple[int, int]]:
    return {word: (shortest, longest) for words, shortest, longest in _LASTING for word in words.split()}
