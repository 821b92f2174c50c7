"""Dates and times in a phrase, as the first and the last moment that they allow."""

import calendar
import re
from datetime import date, timedelta

from synthaix.orchestration.translation.facts import Facts, Phrase

TODAY = date(
    2026, 1, 1
)  # the day on which the samplers' world ends, so that a draft does not depend on when it is made

_MONTH_NAMES = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR = r"(?:19|20)\d\d"
_DAY = (
    rf"(?:{_YEAR}-\d\d?-\d\d?(?:[T ]\d\d:\d\d(?::\d\d)?Z?)?|{_YEAR}/\d\d?/\d\d?|\d\d?[./]\d\d?[./]{_YEAR}"
    rf"|(?:the )?\d\d?(?:st|nd|rd|th)?(?: of)? {_MONTH},? {_YEAR}"
    rf"|{_MONTH} \d\d?(?:st|nd|rd|th)?,? {_YEAR}|{_MONTH},? {_YEAR}|{_YEAR}-\d\d(?!\d)|(?:Q[1-4]|H[12]),? (?:of "
    rf")?{_YEAR}|(?:the (?:year|start|beginning|end) (?:of )?)?{_YEAR}(?!\d|-\d\d?(?!\d))(?!\.\d)"
    r"|today|now|yesterday|(?:the )?present(?: day)?|\d{1,3} (?:day|week|month|year)s? ago)"
)
_CLOCK = r"(?:\d\d?:\d\d(?::\d\d)?(?: ?[ap]\.?m\.?)?|\d\d? ?[ap]\.?m\.?|noon|midnight)"
_FILL = (
    r"(?:\b(?:is |are |be |being |must be |should be |all |only |dated |set |falls? |anywhere |somewhere "
    r"|spread |ranging |randomly |distributed ){0,9}"
)
_BETWEEN = re.compile(
    rf"{_FILL}(?:between|from|in|within|ranging from|over|covering|range:?|during) )?(?<![\w.,"
    rf"$€£-])({_DAY}) ?(?:to|and|-|through|thru|until|till|up to|up until|\.\.) ?({_DAY})(?: inclusive)?",
    re.IGNORECASE,
)
_SINCE = re.compile(
    rf"{_FILL}(?:since|after|from|starting(?: from| in| on| at)?|beginning(?: in| on)?|no earlier than|no(?:t)? older than|not "
    rf"before|later than|newer than|on or after|>=?)) ?(?:the )?({_DAY})(?: onwards?| on| or later)?",
    re.IGNORECASE,
)
_OR_LATER = re.compile(rf"{_FILL}in |on )?({_DAY}) (?:or|and) (?:later|after|newer|onwards?|beyond)\b", re.IGNORECASE)
_UNTIL = re.compile(
    rf"{_FILL}(?:before|until|till|up to|by|no later than|not after|earlier than|(?<!no )(?<!not )older than|prior to"
    rf"|ending(?: in| on)?|on or before|<=?)) ?(?:the )?({_DAY})",
    re.IGNORECASE,
)
_DURING = re.compile(
    rf"{_FILL}(?:in|during|of|for|within|throughout|on|year:?|across|over|covering)) (?:the )?(?:calendar "
    rf"|fiscal |full |whole )?(?:year |month of )?({_DAY})(?: only| season| fiscal year| "
    r"calendar year| tax year)?\b",
    re.IGNORECASE,
)
_LONE_DAY = re.compile(r"(?<=\w) (today|yesterday)$", re.IGNORECASE)
_RECENT = re.compile(
    rf"{_FILL}(?:in|within|during|over|from|across|for|covering|throughout|of)) (?:the |their )?(?:last"
    r"|past|previous|preceding|recent|trailing)(?: ?(\d{1,4}|few|couple of|several))?[ -]?(day|week"
    r"|month|quarter|year|decade|hour|minute|24h)s?\b"
    r"|\b(?:the )?(?:last|past|previous) (\d{1,4}) (day|week|month|quarter|year|decade|hour|minute)s?\b"
    r"|\b(?:this|last|current) (year|month|week|quarter)\b"
    r"|(?<=\w) within (\d{1,4}) (day|week|month|quarter|year|decade|hour|minute)s?$",
    re.IGNORECASE,
)
_COMING = re.compile(
    rf"{_FILL}(?:in|within|during|over|for)) (?:the )?(?:next|coming|following|upcoming)(?: (\d{{1,4}}))? "
    r"?(day|week|month|quarter|year|decade)s?\b",
    re.IGNORECASE,
)
_FUTURE = re.compile(rf"{_FILL}in )(?:the )?future\b", re.IGNORECASE)
_PAST = re.compile(rf"{_FILL}in )(?:the )?past\b(?! \d)|\b(?:not|never) in the future\b", re.IGNORECASE)
_HOURS = re.compile(
    rf"{_FILL}(?:between|from|during|within|in) )?\(?(?<![\w:])({_CLOCK}) ?(?:to|and|-|until|till|through) "
    rf"?({_CLOCK})\)?|\b(?:during|in|within|at) (?:business|office|working|opening) hours\b",
    re.IGNORECASE,
)
_MONTHS = re.compile(
    rf"\b{_MONTH}(?= (?:to|and|-|through|until|till) {_MONTH},? ({_YEAR}))", re.IGNORECASE
)  # of one year
_ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}
_PART_OF_YEAR = re.compile(
    rf"\b(?:(?:in|during|of|for) )?(?:the )?({'|'.join(_ORDINALS)}|last) (quarter|half)(?: of)?(?: the year)? ({_YEAR})\b",
    re.IGNORECASE,
)
_DAYS = {"hour": 1, "minute": 1, "24h": 1, "day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365, "decade": 3652}
_PARTS = {"hour": 24, "minute": 1_440}  # of a day
_FUZZY = {"few": 3, "couple of": 2, "several": 5}


def read_moments(phrase: Phrase, facts: Facts, today: date = TODAY) -> None:
    """Take every statement about when out of the phrase; bounds are inclusive.

    Years alone are also noted as numbers, in case the column counts years.
    """
    phrase.text = _MONTHS.sub(r"\g<0> \1", phrase.text)
    phrase.text = _PART_OF_YEAR.sub(_in_short, phrase.text)
    readers = (_read_hours, _read_between, _read_recent, _read_sides)
    for reader in readers:
        found = reader(phrase, facts, today)
        if found is not None:
            old = facts.moments or (None, None)
            facts.moments = (found[0] or old[0], found[1] or old[1])


def _in_short(match: re.Match[str]) -> str:
    """`the last quarter of 2024` as `Q4 2024`, `first half` as `H1`."""
    word, unit = match.group(1).casefold(), match.group(2).casefold()
    number = _ORDINALS.get(word, 0) or (4 if unit == "quarter" else 2)
    return (
        f"in {unit[0].upper()}{number} {match.group(3)}" if number <= (4 if unit == "quarter" else 2) else match.group()
    )


def _read_between(phrase: Phrase, facts: Facts, today: date) -> tuple[str | None, str | None] | None:
    found = phrase.take(_BETWEEN)
    if found is None:
        return None
    first, last = span_of(found.group(1), today), span_of(found.group(2), today)
    if first is None or last is None:
        return None
    if first[0] > last[1]:
        first, last = last, first
    _note_years(facts, found.group(1), found.group(2))
    return first[0].isoformat(), last[1].isoformat()


def _note_years(facts: Facts, first: str | None, last: str | None) -> None:
    for side, text in (("low", first), ("high", last)):
        if text is not None and text.strip().isdigit():
            setattr(facts, side, float(text))


def _read_recent(phrase: Phrase, facts: Facts, today: date) -> tuple[str | None, str | None] | None:
    yesterday = today - timedelta(days=1)
    found = phrase.take(_RECENT)
    if found is not None:
        if found.group(5):
            return _this(found.group().casefold(), found.group(5).casefold(), today)
        many = (found.group(1) or found.group(3) or found.group(6) or "1").casefold()
        unit = (found.group(2) or found.group(4) or found.group(7)).casefold()
        return _back(today, int(_FUZZY.get(many, 0) or many), unit).isoformat(), yesterday.isoformat()
    found = phrase.take(_COMING)
    if found is not None:
        last = _back(today, -int(found.group(1) or 1), found.group(2).casefold())
        return today.isoformat(), last.isoformat()
    if phrase.take(_FUTURE):
        return today.isoformat(), (today + timedelta(days=365)).isoformat()
    return (None, yesterday.isoformat()) if phrase.take(_PAST) else None


def _this(words: str, unit: str, today: date) -> tuple[str, str]:
    """The last whole year, month or week; this one is that too, since the samplers' world ends at New Year."""
    last = today - timedelta(days=1)
    if unit == "year":
        year = last.year if today.timetuple().tm_yday < 32 or "last" not in words else last.year - 1
        return f"{year}-01-01", min(date(year, 12, 31), last).isoformat()
    return _back(today, 1, unit).isoformat(), last.isoformat()


def _back(today: date, many: int, unit: str) -> date:
    """The day so many units before today; after it for a negative number."""
    if unit in ("year", "decade", "month", "quarter"):
        months = many * {"year": 12, "decade": 120, "month": 1, "quarter": 3}[unit]
        place = today.year * 12 + today.month - 1 - months
        year = min(9_999, max(1, place // 12))
        return date(year, place % 12 + 1, min(today.day, calendar.monthrange(year, place % 12 + 1)[1]))
    days = min(-(-many // _PARTS[unit]) if unit in _PARTS else _DAYS[unit] * many, today.toordinal() - 1)
    return today - timedelta(days=days)


def _read_sides(phrase: Phrase, facts: Facts, today: date) -> tuple[str | None, str | None] | None:
    first: str | None = None
    last: str | None = None
    found = phrase.take(_OR_LATER) or phrase.take(_SINCE)
    if found is not None:
        span = span_of(found.group(1), today)
        said = found.group().casefold()
        strict = " or " not in said and ("after" in said or "later" in said)
        if span is not None:
            first = (span[1] + timedelta(days=1) if strict and span[1].year < 9_999 else span[0]).isoformat()
        _note_years(facts, found.group(1), None)
    found = phrase.take(_UNTIL)
    if found is not None:
        span = span_of(found.group(1), today)
        strict = any(word in found.group().casefold() for word in ("before", "earlier", "prior", "older"))
        if span is not None:
            last = (span[0] - timedelta(days=1) if strict and span[0].year > 1 else span[1]).isoformat()
        _note_years(facts, None, found.group(1))
    if first or last:
        return first, last
    found = phrase.take(_DURING) or phrase.take(_LONE_DAY)
    span = span_of(found.group(1), today) if found else None
    if found is None or span is None:
        return None
    _note_years(facts, found.group(1), found.group(1))
    return span[0].isoformat(), span[1].isoformat()


def _read_hours(phrase: Phrase, facts: Facts, today: date) -> tuple[str | None, str | None] | None:
    found = phrase.take(_HOURS)
    if found is None:
        return None
    first, last = clock_of(found.group(1) or "9am"), clock_of(found.group(2) or "5pm")
    if first and last and first <= last:
        facts.rules |= {"first_hour": first, "last_hour": last}
    return None


def span_of(text: str, today: date = TODAY) -> tuple[date, date] | None:
    """The first and the last day of what a text names: a day, a month, a quarter or a year."""
    said = text.strip().casefold().removeprefix("the ").replace(",", "")
    said = re.sub(r"^(?:year|start|beginning|end) (?:of )?", "", said)
    if said in ("today", "now", "present", "present day"):
        return today, today
    if said == "yesterday":
        return today - timedelta(days=1), today - timedelta(days=1)
    ago = re.fullmatch(r"(\d{1,3}) (day|week|month|year)s? ago", said)
    if ago:
        day = _back(today, int(ago.group(1)), ago.group(2))
        return day, day
    try:
        return _calendar_span(said)
    except ValueError:
        return None


def _calendar_span(said: str) -> tuple[date, date] | None:
    """Raises ValueError when there is no such day."""
    if re.fullmatch(r"\d{4}", said):
        return date(int(said), 1, 1), date(int(said), 12, 31)
    quarter = re.fullmatch(r"q([1-4]) (?:of )?(\d{4})", said)
    if quarter:
        year, last = int(quarter.group(2)), int(quarter.group(1)) * 3
        return date(year, last - 2, 1), _last_day(year, last)
    half = re.fullmatch(r"h([12]) (?:of )?(\d{4})", said)
    if half:
        year, last = int(half.group(2)), int(half.group(1)) * 6
        return date(year, last - 5, 1), _last_day(year, last)
    iso = re.match(r"(\d{4})[-/](\d\d?)(?:[-/](\d\d?))?", said)
    if iso:
        year, month = int(iso.group(1)), int(iso.group(2))
        return (
            (date(year, month, int(iso.group(3))),) * 2
            if iso.group(3)
            else (date(year, month, 1), _last_day(year, month))
        )
    numeric = re.fullmatch(r"(\d\d?)[./](\d\d?)[./](\d{4})", said)
    if numeric:
        one, two, year = (int(part) for part in numeric.groups())
        day, month = (one, two) if one > 12 or (two <= 12 and "." in said) else (two, one)
        return (date(year, month, day),) * 2
    name = re.search(r"[a-z]{3,}", re.sub(r"\d(?:st|nd|rd|th)", "", said).replace(" of ", " "))
    numbers = [int(number) for number in re.findall(r"\d+", said)]
    if name is None or not numbers:
        return None
    month = next((place for place, month in enumerate(_MONTH_NAMES, 1) if month.startswith(name.group()[:3])), 0)
    year = numbers[-1]
    if len(numbers) > 1:
        return (date(year, month, numbers[0]),) * 2
    return date(year, month, 1), _last_day(year, month)


def _last_day(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def clock_of(text: str) -> str | None:
    """A time of day as `13:05:00`; None when there is no such time."""
    said = text.strip().casefold().replace(".", "")
    if said in ("noon", "midnight"):
        return "12:00:00" if said == "noon" else "00:00:00"
    found = re.fullmatch(r"(\d\d?)(?::(\d\d))?(?::(\d\d))? ?([ap]m)?", said)
    if found is None:
        return None
    hour, minute, second = int(found.group(1)), int(found.group(2) or 0), int(found.group(3) or 0)
    if found.group(4):
        hour = hour % 12 + (12 if found.group(4) == "pm" else 0)
    return f"{hour:02d}:{minute:02d}:{second:02d}" if hour < 24 and minute < 60 and second < 60 else None
