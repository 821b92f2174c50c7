"""Numbers in digits and words, and which of them says how many rows are wanted."""

import re
from dataclasses import dataclass

ONES = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen".split()
    )
}
TENS = {
    word: 10 * value
    for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
SMALL = {**ONES, **TENS, "fourty": 40, "ninty": 90}
SCALES = {
    "dozen": 12,
    "hundred": 100,
    "thousand": 1_000,
    "lakh": 100_000,
    "million": 1_000_000,
    "crore": 10_000_000,
    "billion": 1_000_000_000,
}
SUFFIXES = {"k": 1_000, "m": 1_000_000, "mn": 1_000_000, "mil": 1_000_000, "bn": 1_000_000_000, **SCALES}
VAGUE = {"couple": 2, "few": 3, "several": 5}
MOST = 10**12

ROW_NOUNS = (
    "rows records entries samples lines examples observations instances datapoints tuples documents cases "
    "row record entry sample"
).split()
_BEFORE = frozenset(
    "generate create make need want give produce build synthesize synthesise simulate return get like "
    "fake mock "
    "some me us of rows count size n total number generating creating write output exactly about around "
    "approximately roughly approx ca circa only just provide prepare a list for another emit spit do "
    "dummy synthetic random least least".split()
)
_NOT_BEFORE = frozenset(
    "last past next previous within age aged ages over under most than max maximum min minimum to line "
    "between and level q version phase since year in from until before after top mean sd std sigma "
    "above below sector type grade tier or page section step day week month by at price prices "
    "amount costs salary rating score scale starting start begin range".split()
)
_NOT_AFTER = frozenset(
    "day days week weeks month months year years hour hours minute minutes second seconds decimals "
    "decimal "
    "characters character chars char digits digit stars star points words word different distinct "
    "types type statuses values columns column fields field tables table percent pct years-old "
    "per each x-axis kg g cm mm km usd eur gbp dollars euros pounds am pm or to and "
    "categories category departments options choices levels tiers times attributes features "
    "mg ml kwh kw ms places letters bits bytes mb gb".split()
)
_CONTAINERS = frozenset(
    "file table dataset csv list json sheet spreadsheet excel database data set jsonl lines".split()
)
_NEARLY = frozenset("about around approximately roughly exactly x = ~ say".split())
_LOOSE_ROWS = frozenset("to and or by in at from over starting".split())  # before a number of rows they say nothing
_MAKING = ("generat", "creat", "produc", "synthesi", "simulat")
_LOOSE_BEFORE = frozenset("least most to than about minimum maximum min max over".split())
_CLOSING = frozenset("please pls altogether overall thanks".split())  # what ends a request behind its number
_MONTHS = frozenset(
    "january february march april may june july august september october november december jan feb mar "
    "apr "
    "jun jul aug sep sept oct nov dec".split()
)
_TOKEN = re.compile(r"[A-Za-z]+|\d+(?:[.,]\d+){0,9}|\S")
_NUMBER = re.compile(
    r"(\d{1,3}(?:[,' ]\d{3})+(?!\d)|\d{1,3}(?:\.\d{3})+(?![\d.])|\d+(?:\.\d+)?(?:e\d{1,2}\b)?)"
    r"(?: ?(k|K|M|m|mn|mil|bn)\b)?(?:-?ish\b)?"
)
_AROUND = re.compile(r"[\w%$]+(?:-[\w]+){0,9}|\S")


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows, and where the request says so."""

    rows: int
    start: int
    stop: int
    score: int = 0


def in_digits(text: str) -> str:
    """The text with numbers in words written in digits: `five hundred` -> `500`, `1.5 million` -> `1500000`.

    A lone small word stays (`one of`, `address line two`) unless what stands around it counts something.
    """
    text = re.sub(r"\b(\d{1,3}),(\d{1,2})(?= ?(?:[kKM]|mn|thousand|million)\b)", r"\1.\2", text)
    text = re.sub(r"(?<![\w.)])\.(\d)", r"0.\1", text)
    text = _ODDS.sub(lambda match: f"({100 * int(match.group(1)) // int(match.group(2))}%)", text)
    text = _AND_A_HALF.sub(lambda match: f"{SMALL.get(match.group(1).casefold(), match.group(1))}.5 ", text)
    tokens = [(match.group(), match.start(), match.end()) for match in _TOKEN.finditer(text)]
    parts: list[str] = []
    place, done = 0, 0
    while place < len(tokens):
        value, after = _number_in_words(tokens, place)
        if value is None or after == place:
            place += 1
            continue
        start, stop = tokens[place][1], tokens[after - 1][2]
        if after - place > 1 or _counts_something(tokens, place, after):
            parts += [text[done:start], f"{value:.10g}" if value != int(value) else str(int(value))]
            done = stop
        place = after
    parts.append(text[done:])
    return _PART_OF.sub(lambda match: f"{_PARTS[match.group('part').casefold()]}% of", "".join(parts))


_ODDS = re.compile(r"\((?:about |around |roughly )?(\d) (?:in|out of) ([1-9]\d?)\)")  # `approved (9 in 10)`
_AND_A_HALF = re.compile(rf"\b({'|'.join(ONES)}|\d) and a half (?=(?:{'|'.join(SCALES)})s?\b)", re.IGNORECASE)
_PARTS = {"half": 50, "a half": 50, "one half": 50, "a third": 33, "one third": 33, "2 thirds": 67, "a quarter": 25,
          "one quarter": 25, "3 quarters": 75, "a tenth": 10, "one in ten": 10, "1 in 10": 10, "a fifth": 20,
          "one in five": 20, "1 in 5": 20}  # fmt: skip
_PART_OF = re.compile(
    rf"\b(?P<part>{'|'.join(_PARTS)})(?: of)?(?= (?:the|them|these|those|all|rows|cases|our)\b)", re.IGNORECASE
)


def _number_in_words(tokens: list[tuple[str, int, int]], place: int) -> tuple[float | None, int]:
    """The number that begins at this token and the token after it; None when none begins."""
    words = [token.casefold() for token, _, _ in tokens[place : place + 24]]
    if words[:2] == ["half", "a"] and words[2:]:
        scale = _scale(words[2])
        return (scale / 2, place + 3) if scale else (None, place)
    whole: float = 0.0
    part: float | None = None
    at = 0
    while at < len(words):
        grown, step = _grown(words, at, part)
        if grown is None:
            break
        scale = _scale(words[at])
        if scale > 100:
            whole, part = whole + grown, 0.0
        else:
            part = grown
        at += step
    return (None, place) if not at else (min(whole + (part or 0.0), float(MOST)), place + at)


def _grown(words: list[str], at: int, part: float | None) -> tuple[float | None, int]:
    """The part of a number with one more word, and how many words that took; None when the word is none of it."""
    word, scale = words[at], _scale(words[at])
    following = words[at + 1] if at + 1 < len(words) else ""
    if word in SMALL:
        fits = part is None or part % 100 == 0 or (part % 10 == 0 and part % 100 >= 20 and SMALL[word] < 10)
        return ((part or 0.0) + SMALL[word], 1) if fits else (None, 0)
    if scale and part is not None:
        return part * scale, 1
    if at and word in ("and", "-") and _joins(words, at):
        return part if part is not None else 0.0, 1
    if part is not None or at:
        return None, 0
    if word in ("a", "an") and _scale(following):
        return 1.0, 1
    if word in VAGUE and _scale_after(words, at):
        return float(VAGUE[word]), 2 if following == "of" else 1
    if word[0].isdigit() and _scale(following) and word.replace(",", "").replace(".", "", 1).isdigit():
        return float(word.replace(",", "")), 1
    return (12.0, 1) if word == "dozen" else (None, 0)


def _scale(word: str) -> int:
    return SCALES.get(word, 0) or (SCALES.get(word[:-1], 0) if word.endswith("s") else 0)


def _scale_after(words: list[str], place: int) -> bool:
    following = [word for word in words[place + 1 : place + 3] if word != "of"]
    return bool(following) and _scale(following[0]) > 0


def _joins(words: list[str], place: int) -> bool:
    """Whether `and` or a hyphen stands inside one number: `two hundred and fifty`, `forty-two`."""
    following = words[place + 1 : place + 2]
    if not following or following[0] not in SMALL:
        return False
    if words[place] == "-":
        return words[place - 1] in TENS and SMALL[following[0]] < 10
    return _scale(words[place - 1]) >= 100


def _counts_something(tokens: list[tuple[str, int, int]], place: int, after: int) -> bool:
    """Whether a lone number word is meant as a number."""
    word = tokens[place][0].casefold()
    before = tokens[place - 1][0].casefold() if place else ""
    following = tokens[after][0].casefold() if after < len(tokens) else ""
    if following == "-" and after + 1 < len(tokens) and tokens[after + 1][0].casefold() not in {**SMALL, **SCALES}:
        return tokens[after + 1][0][:1].isdigit() or before in ("between", "from")
    if word == "one" and following in ("day", "week", "month", "year", "hour", "minute"):
        return True
    if word in ("one", "zero") and following in ("of", "or", "") and before not in ("to", "between", "from"):
        return False
    if following in ("to", "-", "through", "%", "percent", "x") or before in (
        "to",
        "between",
        "and",
        "-",
        "last",
        "past",
    ):
        return (
            following in ("to", "-", "through", "and", "%", "percent")
            or before in ("to", "between", "last", "past", "-")
            or (before == "and" and word != "one")
        )
    if before in _BEFORE | _LOOSE_BEFORE or following in ROW_NOUNS or following in _NOT_AFTER - {"or", "to", "and"}:
        return word != "one" or following in ROW_NOUNS
    return word not in ("one", "zero") and following.endswith("s") and len(following) > 3


def number_of(text: str) -> float | None:
    """The number that a text is: `1,000`, `10k`, `1.5M`, `$25`, `40%` (as 40); None when it is none."""
    stripped = text.strip().strip("$€£¥₹%").strip().casefold().replace("_", "")
    negative = stripped.startswith("-")
    match = _NUMBER.fullmatch(stripped.lstrip("+-").lstrip("$€£¥₹ ").replace("_", ""))
    if match is None:
        return None
    digits = match.group(1).replace("'", "").replace(" ", "").replace(",", "")
    try:
        value = float(digits) * SUFFIXES.get((match.group(2) or "").casefold(), 1)
    except (ValueError, OverflowError):
        return None
    return -value if negative else value


def row_count(text: str, subject_words: frozenset[str] = frozenset()) -> Count | None:
    """How many rows the text asks for.

    Args:
        text: with numbers in digits, see `in_digits`.
        subject_words: nouns that rows are called by, such as `customers`.
    """
    candidates = [found for match in _NUMBER.finditer(text) if (found := _candidate(text, match, subject_words))]
    best = max(candidates, key=lambda count: (count.score, -count.start), default=None)
    return best if best is not None and best.score > 0 else None


_ANNOUNCED = frozenset("limit rows n count size records total entries volume (n (rows (count".split())


def _stands_alone(text: str, start: int) -> bool:
    """Whether a number is no part of a word, a price or a date; `n=500` announces a count."""
    before = text[start - 1]
    if before in "xX" and not text[start - 2 : start - 1].strip():
        return True
    inside = (
        before.isalnum()
        or before in "$€£¥₹#<>"
        or (before in "_.,/:'-+=" and text[start - 2 : start - 1].strip() != "")
    )
    word = text[max(0, start - 7) : start - 1].casefold().rpartition(" ")[2]
    return not inside or (before in ":=" and word in _ANNOUNCED)


_NEGATIVE = re.compile(
    r"(?:^|[.;:(] ?|\b(?:generate|create|make|need|want|me|get) )(?:(?:minus|negative) |-)$", re.IGNORECASE
)


def _candidate(text: str, match: re.Match[str], subject_words: frozenset[str]) -> Count | None:
    start, stop = match.start(), match.end()
    if start and not _stands_alone(text, start):
        return None
    if _NEGATIVE.search(text[:start]):
        return None  # `minus 5 users` asks for no rows that there could be
    if text[stop : stop + 1] in ("%", "°", "_") or (text[stop : stop + 1].isalnum() and text[stop : stop + 1] != "x"):
        return None
    digits = match.group(1).replace(",", "").replace("'", "").replace(" ", "")
    if digits.count(".") and (digits.count(".") > 1 or (len(digits.partition(".")[2]) == 3 and not match.group(2))):
        digits = digits.replace(".", "")
    value = float(digits) * SUFFIXES.get((match.group(2) or "").casefold(), 1)
    if value < 1 or value > MOST or value != int(value):
        return None
    score = _score(_around(text, match, int(value), subject_words))
    return Count(int(value), start, stop, score)


_BOX = re.compile(r"(?:^|\s)\((?:about |around |roughly |approx\.? |ca\.? |~ ?)?$", re.IGNORECASE)
_BOX_END = re.compile(
    r"(?: ?(?:rows|records|pers\.?|people|persons|pcs\.?|pieces|nos\.?|entries|items|units|in total|total|of them))?\)",
    re.IGNORECASE,
)
_LISTING = frozenset({"with", "including", "columns", "fields"})
_APART = frozenset({",", ".", ";", ":", "(", ")", "with", "and"})  # what separates a number from a noun that it counts


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands around a number on its line, in words.

    Attributes:
        boxed: whether nothing else stands in the brackets around it.
        noun, subject: how many words after it a word for rows, or for what they are about, follows.
    """

    value: int
    before: list[str]
    after: list[str]
    noun: int | None
    subject: int | None
    scaled: bool
    marked: bool
    inside: bool
    boxed: bool

    @property
    def last(self) -> str:
        """The word before it."""
        return self.before[-1] if self.before else ""

    @property
    def following(self) -> str:
        """The word after it."""
        return self.after[0] if self.after else ""

    @property
    def alone(self) -> bool:
        """Whether it stands between commas, and no other number beside it: `readings, 10000, with ...`."""
        before = self.before[:-1] if self.last in _NEARLY | {"a", "some"} else self.before
        last = before[-1] if before else ""
        numbers = [*before[-2:-1], *self.after[1:2]]
        ends = {",", ";", "."} if last != "-" else {"-"}
        if any(word[:1].isdigit() for word in numbers):
            return False
        return last in ends and (self.following in ends or (last == "." and not self.following))

    @property
    def announced(self) -> bool:
        """Whether `rows:` or `n =` stands before it."""
        known = _ANNOUNCED | _BEFORE | set(ROW_NOUNS)
        return self.last in (":", "=") and len(self.before) > 1 and self.before[-2] in known


def _around(text: str, match: re.Match[str], value: int, subject_words: frozenset[str]) -> _Around:
    start, stop = match.start(), match.end()
    before = [word.casefold() for word in _AROUND.findall(text[max(0, start - 60) : start].rpartition("\n")[2])][-4:]
    after = [word.casefold() for word in _AROUND.findall(text[stop : stop + 80].partition("\n")[0])][:6]
    return _Around(
        value, before, after,
        noun=_reached(after, frozenset(ROW_NOUNS), _APART | {"columns", "for", "in"}),
        subject=_reached(after, subject_words, _APART | {"or", "to", "-"}),
        scaled=bool(match.group(2)),
        marked=text[start - 1 : start] in ("x", "X"),
        inside=text.count("(", 0, start) > text.count(")", 0, start),
        boxed=bool(_BOX.search(text[:start]) and _BOX_END.match(text, stop)),
    )  # fmt: skip


def _reached(after: list[str], wanted: frozenset[str], barriers: frozenset[str]) -> int | None:
    """How many words away a wanted one is, with no barrier before it."""
    place = next((place for place, word in enumerate(after[:5]) if word in wanted), None)
    return None if place is None or set(after[:place]) & barriers else place


def _score(around: _Around) -> int:
    """How well the surroundings say that this number counts rows."""
    if around.noun is not None and "per" in around.after[around.noun : around.noun + 2]:
        return -10
    return _speaks_for(around) - _speaks_against(around, _speaks_for(around))


def _speaks_for(around: _Around) -> int:
    following, before = around.following, around.before
    score = 10 if around.noun == 0 else 8 if around.noun is not None else 0
    score += 5 if around.subject is not None else 0
    score += 6 if any(word.startswith(_MAKING) for word in before) else 0
    vague = around.last in _NEARLY and bool(before[-2:-1]) and before[-2] not in _BEFORE | _APART
    score += 3 if (around.last in _BEFORE and not vague) or around.announced else 0
    score += 8 if around.after[:2] in (["of", "them"], ["of", "these"], ["of", "those"]) else 0
    score += 6 if following in _CLOSING else 0
    score += 6 if around.alone else 7 if around.boxed else 0
    score += 3 if not before else 1 if not around.after else 0
    score += 3 if following == "x" or around.last == "x" or around.marked else 0
    score += 1 if following.endswith("s") and len(following) > 3 and following not in _NOT_AFTER else 0
    score += 6 if around.last == "with" and before[-2:-1] and before[-2] in _CONTAINERS else 0
    return score + (2 if around.scaled else 0) + (1 if around.value >= 50 else 0)


def _speaks_against(around: _Around, score: int) -> int:
    last, before, following = around.last, around.before, around.following
    if around.noun == 0:
        return 20 if last in _NOT_BEFORE - _LOOSE_BEFORE - _LOOSE_ROWS else 0
    ranged = following == "-" and around.after[1:2] and around.after[1][0].isdigit()
    ranged = ranged or (last in ("-", "to") and before[-2:-1] and before[-2][:1].isdigit())
    year = 1900 <= around.value <= 2100 and not (around.scaled or around.announced or last in _NEARLY)
    unit = following in _NOT_AFTER and around.after[:2] != ["second", "hand"]
    against = 20 if ranged or (unit and around.subject != 0) else 0
    against += 20 if last in _NOT_BEFORE or last in _MONTHS or following in _MONTHS else 0
    against += 20 if year and score < 8 and around.subject != 0 else 0
    against += 6 if around.inside and around.subject != 0 and not (around.announced or around.boxed) else 0
    against += 6 if {"each", "every", "per"} & set(before) else 0
    return against + (4 if _LISTING & set(before) and score < 8 else 0)
