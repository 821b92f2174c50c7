"""Numbers in a phrase: bounds, lengths, digits, spreads, shares of nulls."""

import re

from synthaix.orchestration.translation.counts import number_of
from synthaix.orchestration.translation.facts import Facts, Phrase

_MONEY = r"(?:(?:US|A|C)?[$€£¥₹] ?|(?:USD|EUR|GBP|Rs\.?|INR) )?"
_N = rf"{_MONEY}[-+]?{_MONEY}\d+(?:[,_]\d{{3}}){{0,9}}(?:\.\d+)?(?: ?(?:[kKM]|mn|bn)\b)?(?: ?%)?"
_UNIT_LIST = (
    r"characters?|chars?|letters?|words?|digits?|items?|elements?|tags?|sentences?|paragraphs?|symbols?"
    r"|years?(?: old)?|yrs?|days?"
    r"|weeks?|months?|hours?|hrs?|minutes?|mins?|seconds?|secs?|ms|stars?|points?|pts|percent|pct|%"
    r"|dollars?|euros?|pounds?|bucks|usd|eur|gbp|reais|reals|zloty|kronor|kroner|pesos|lira|francs|yuan"
    r"|rand|tonnes?|tons|acres|hectares|knots|gallons|pages|sessions|players|employees"
    r"|inr|kg|kgs|g|grams?|lbs?|km|kms|kilometers?|kilometres?|miles?|m|cm|mm|meters?|metres?|inches|feet"
    r"|ft|sqm|sq ?m|m2|m²|sq ?ft|liters?"
    r"|litres?|ml|l|°? ?[cf]|degrees?(?: (?:celsius|fahrenheit))?|celsius|fahrenheit|kwh|kw|w|watts?|v"
    r"|volts?|mb|gb|kb|bytes|bpm|mmhg|hpa|ppm|mph"
    r"|km/h|m/s|units?|pieces?|pcs|people|persons?|times|cents?|chf|jpy|yen|rupees|nights?|beds?|rooms?"
    r"|credits?|kcal|calories|hz|rpm|db|dbm"
)
_UNITS = "|".join(
    [*sorted(_UNIT_LIST.split("|"), key=len, reverse=True), r"[a-zµμ]{1,4}/[a-z]{1,3}[23]?", "ntu|ppb|psu|lux"]
)
UNIT = rf"(?: ?[-]?({_UNITS})(?![\w]))?"
_TO = r" ?(?:to|-|through|thru|until|till|up to|\.\.\.?|and|&|/) ?"
_BETWEEN = re.compile(
    r"(?<!\w)(?:(?:anywhere |somewhere |ranging |varying |is |are |being |falls? |must be |should be ){0,9}(?:between"
    r"|from|in the range(?: of)?"
    rf"|in range|range(?: of| is| from| between)?:?|ranging(?: from| between)?|within)) ?[\[(]?({_N}){UNIT}"
    rf"(?: ?(?:to|-|through|thru|until|till|up to|\.\.\.?|and|&|,) ?)({_N}){UNIT}[\])]?(?: inclusive| "
    r"incl\.?| exclusive)?",
    re.IGNORECASE,
)
_SPAN = re.compile(
    rf"(?:\brange:? ?|\bof ?|\bin ?|^values? ?)?[\[]?(?<![\w./:-])({_N}){UNIT}(?: ?(?:to|-|through|thru|till|\.\.\.?"
    rf"|up to|~) ?)({_N})(?![\d:/])(?!-\d){UNIT}[\]]?"
    rf"(?: inclusive)?(?: scale\b)?",
    re.IGNORECASE,
)
_PAIR = re.compile(rf"\[ ?({_N}) ?, ?({_N}) ?\]")
_SCALE = re.compile(
    rf"\b(?:on a scale of|on a scale from|scale of|scale from|out of) ({_N})(?:{_TO}({_N}))?", re.IGNORECASE
)
_NOT_OVER = (
    (
        re.compile(
            rf"\b(?:but |and |is |are )*(?:no|not|never) (?:older than|over|beyond|exceeding) ({_N}){UNIT}", re.IGNORECASE
        ),
        False,
    ),
)
_LOWEST = (
    (
        re.compile(
            r"(?:\b(?:of |is |are |must be |should be |be |with )?(?:at least|(?:a )?min(?:imum)?(?: value)?(?: of"
            r"| is)?:?|no less than|not less than|not below"
            rf"|no lower than|starting (?:at|from)|from)|>=) ?=? ?({_N}){UNIT}",
            re.IGNORECASE,
        ),
        False,
    ),
    (
        re.compile(
            rf"(?<![\w.,-])({_N}){UNIT} ?(?:\+(?![\w])|(?:or|and) (?:more|above|over|up|older|higher|greater"
            r"|later)\b)",
            re.IGNORECASE,
        ),
        False,
    ),
    (
        re.compile(
            r"(?:\b(?:is |are |must be |should be |be |always )?(?:over|above|more than|greater than|higher than"
            rf"|larger than|older than|exceeding|exceeds?)|>) ?({_N}){UNIT}",
            re.IGNORECASE,
        ),
        True,
    ),
)
_HIGHEST = (
    (
        re.compile(
            r"(?:\b(?:of |is |are |must be |should be |be |with )?(?:at most|(?:a )?max(?:imum)?(?: value)?(?: of| "
            r"is)?:?|no more than|not more than|up to|no higher than"
            rf"|not exceeding|not exceed|not above|no greater than|capped at|until)|<=) ?=? ?({_N}){UNIT}",
            re.IGNORECASE,
        ),
        False,
    ),
    (
        re.compile(
            rf"(?<![\w.,-])({_N}){UNIT} ?(?:or|and) (?:less|fewer|below|under|lower|smaller|younger)\b", re.IGNORECASE
        ),
        False,
    ),
    (
        re.compile(
            r"(?:\b(?:is |are |must be |should be |be |always )?(?:under|below|less than|lower than|smaller than"
            rf"|younger than|fewer than)|<) ?({_N}){UNIT}",
            re.IGNORECASE,
        ),
        True,
    ),
)
_SIGNS = (
    (
        re.compile(
            r"\b(?:must be |should be |always |only )?(?:non-?negative|not negative|never negative|zero or more"
            r"|positive or zero)\b",
            re.IGNORECASE,
        ),
        ("low", 0.0, False),
    ),
    (
        re.compile(r"\b(?:must be |should be |always |only |strictly )?positive\b(?! ?[,/|(]| or| and)", re.IGNORECASE),
        ("low", 0.0, True),
    ),
    (re.compile(r"\b(?:must be |should be |always |only |strictly )negative\b", re.IGNORECASE), ("high", 0.0, True)),
)
_DECIMALS = re.compile(
    r"\b(?:with |to |rounded to |up to |and )?(\d{1,2}|no|two|three|four|one) ?(?:decimals?(?: places?| "
    r"digits?)?|dp|decimal points?)\b|\bdecimals?[:=] ?(\d)",
    re.IGNORECASE,
)
_NORMAL = re.compile(
    r"\b(?:(?:is |are |be |follow(?:s|ing)? )?(?:an? )?(?:approximately |roughly )?(?:normal(?:ly)?"
    r"|gaussian|bell[- ]curve(?:d)?)(?:[- ]distribut(?:ed|ion))?)"
    r"(?:,? ?(?:around|about|with|at|centered (?:at|on|around)|centred (?:at|on|around)|\())? ?(?:an? "
    rf")?(?:(?:mean|average|avg|mu|μ)(?: of| is)? ?[=:]? ?)?({_N})?",
    re.IGNORECASE,
)
_STD = re.compile(
    r",? ?(?:\(?(?:with |and |a |an |plus |plus minus |of ){0,9}(?<![A-Za-z])(?:standard deviation|std\.?(?: "
    rf"?dev(?:iation)?)?|stdev|stddev|sd|s\.d\.|sigma|σ|spread|\+/-|±)(?: of| is)? ?[=:]? ?({_N})\)?)",
    re.IGNORECASE,
)
_MEAN = re.compile(
    r"(?:\b(?:with |and |an? |having |the ){0,9}(?:mean|average|avg|averaging|centered (?:at|on|around)"
    r"|centred (?:at|on|around)|around|about|approximately|approx\.?|roughly|typically|usually)(?: of| is| "
    rf"around| about| value){{0,9}}|~) ?[=:]? ?({_N}){UNIT}",
    re.IGNORECASE,
)
_MEDIAN = re.compile(
    rf"\b(?:with |and |an? |having |the ){{0,9}}median(?: of| is| around)? ?[=:]? ?({_N})", re.IGNORECASE
)
_SPREADS = (
    (
        re.compile(
            r"\b(?:is |are |be )?(?:uniform(?:ly)?|even(?:ly)?|equally)[- ](?:distribut(?:ed|ion)|spread|random)\b"
            r"|\buniform(?:ly)?\b",
            re.IGNORECASE,
        ),
        "uniform",
    ),
    (
        re.compile(
            r"\b(?:is |are |follow(?:s|ing)? an? )?log-?normal(?:ly)?(?:[- ]distribut(?:ed|ion))?\b|\b(?:right[- "
            r"])?skewed(?: right| to the right)?\b",
            re.IGNORECASE,
        ),
        "lognormal",
    ),
    (
        re.compile(
            r"\b(?:is |are |follow(?:s|ing)? an? )?exponential(?:ly)?(?:[- ]distribut(?:ed|ion))?\b", re.IGNORECASE
        ),
        "exponential",
    ),
    (
        re.compile(r"\b(?:is |are |follow(?:s|ing)? an? )?poisson(?:[- ]distribut(?:ed|ion))?\b", re.IGNORECASE),
        "poisson",
    ),
    (
        re.compile(
            r"\b(?:is |are |follow(?:s|ing)? an? )?(?:zipf(?:ian)?|power[- ]law|long[- ]tail(?:ed)?|pareto)(?:[- "
            r"]distribut(?:ed|ion))?\b",
            re.IGNORECASE,
        ),
        "zipf",
    ),
)
_NULLS = re.compile(
    r"\b(?:with |and |about |around |roughly |approx\.? |approximately ){0,9}(\d{1,3}(?:\.\d+)?) ?(?:%|percent"
    r"|pct)(?: of (?:the |them|these|rows|values|cases|all ){0,9}(?:time )?)? ?"
    r"(?:(?:are|is|be|should be|can be|may be|have|has|will be|being|were|left|set to) ){0,9}(?:missing|nulls?"
    r"|empty|blank|none|nan|absent|unknown)(?: values?)?\b",
    re.IGNORECASE,
)
_GIVEN = re.compile(  # in the other rows there is nothing
    r"(?<=\w) (?:only |given |set |present |filled )*(?:in|for) (?:only |just )?(?:about |around |~ ?)?(\d{1,3}(?:\.\d+)?) ?"
    r"(?:%|percent) of (?:the |all )?\w+$",
    re.IGNORECASE,
)
_NULLS_TURNED = re.compile(
    r"\b(?:missing|nulls?|empty|blank)(?: values?)?(?: rate)?(?: in| for| at| of|:|=|,)? ?\(?(?:about "
    r"|around |~)?(\d{1,3}(?:\.\d+)?) ?(?:%|percent)(?: of (?:the |all |our )?\w+)?\)?",
    re.IGNORECASE,
)
_EXACT = re.compile(
    r"\b(?:exactly |always |of |is |are |a |an ){0,9}(\d{1,3})[- ]?(digit|digits|characters?|chars?|letters?"
    r"|alphanumeric)(?: (?:long|codes?|numbers?|pin|string|id))?\b",
    re.IGNORECASE,
)
_CHARACTERS = {"character": 1, "char": 1, "letter": 1, "symbol": 1, "word": 6, "sentence": 90, "paragraph": 450}
_ITEMS = frozenset({"item", "element", "tag"})


def read_amounts(phrase: Phrase, facts: Facts) -> None:
    """Take everything that numbers say out of the phrase."""
    _read_nulls(phrase, facts)
    _read_decimals(phrase, facts)
    _read_spread(phrase, facts)
    _read_median(phrase, facts)
    _read_exact(phrase, facts)
    for _ in range(3):
        if not (_read_range(phrase, facts) or _read_side(phrase, facts)):
            break
    for pattern, (side, value, exclusive) in _SIGNS:
        if phrase.take(pattern):
            _bound(facts, side, value, None, exclusive=exclusive)
    _read_mean(phrase, facts)


def _read_nulls(phrase: Phrase, facts: Facts) -> None:
    given = phrase.take(_GIVEN)
    if given:
        share = min(100.0, float(given.group(1))) / 100
        facts.rules |= {"nullable": True, "null_rate": round(1 - share, 4)}
    found = phrase.take(_NULLS) or phrase.take(_NULLS_TURNED)
    if found:
        share = min(100.0, float(found.group(1))) / 100
        facts.rules |= {"nullable": True, "null_rate": round(share, 4)} if share else {"nullable": False}


def _read_decimals(phrase: Phrase, facts: Facts) -> None:
    found = phrase.take(_DECIMALS)
    if found:
        said = (found.group(1) or found.group(2)).casefold()
        facts.rules["decimals"] = min(
            10, {"no": 0, "one": 1, "two": 2, "three": 3, "four": 4}.get(said) or (int(said) if said.isdigit() else 0)
        )


def _read_spread(phrase: Phrase, facts: Facts) -> None:
    for pattern, name in _SPREADS:
        if name != "uniform" and phrase.take(pattern):
            facts.rules["distribution"] = {"name": name}
    known = facts.rules.get("distribution")
    found = phrase.take(_NORMAL) if known is None or (isinstance(known, dict) and known["name"] == "normal") else None
    if found:
        mean = number_of(found.group(1)) if found.group(1) else None
        facts.rules["distribution"] = {"name": "normal", **(known if isinstance(known, dict) else {})} | (
            {"mean": mean} if mean is not None else {}
        )
    elif "distribution" not in facts.rules and phrase.take(_SPREADS[0][0]):
        facts.rules["distribution"] = {"name": "uniform"}
    spread = phrase.take(_STD)
    if spread:
        std = number_of(spread.group(1))
        known = facts.rules.get("distribution")
        if std and (known is None or (isinstance(known, dict) and known["name"] == "normal")):
            facts.rules["distribution"] = {**(known if isinstance(known, dict) else {"name": "normal"}), "std": std}


def _read_mean(phrase: Phrase, facts: Facts) -> None:
    found = phrase.take(_MEAN)
    mean = number_of(found.group(1)) if found else None
    if found is None or mean is None:
        return
    _unit(facts, found.group(2))
    known = facts.rules.get("distribution")
    spread: dict[str, object] = dict(known) if isinstance(known, dict) else {"name": "normal"}
    if spread["name"] in ("normal", "exponential", "poisson"):
        spread["mean"] = mean
        if spread["name"] == "normal" and "std" not in spread and not isinstance(known, dict):
            spread["std"] = (
                max(abs(mean) * 0.2, 1e-9)
                if facts.low is None or facts.high is None
                else max((facts.high - facts.low) / 6, 1e-9)
            )
    elif spread["name"] == "lognormal" and mean > 0:
        spread["median"] = mean
    facts.rules["distribution"] = spread


def _read_median(phrase: Phrase, facts: Facts) -> None:
    found = phrase.take(_MEDIAN)
    median = number_of(found.group(1)) if found else None
    if median is not None and median > 0:
        known = facts.rules.get("distribution")
        sigma = known.get("sigma") if isinstance(known, dict) else None
        facts.rules["distribution"] = {"name": "lognormal", "median": median} | ({"sigma": sigma} if sigma else {})


def _read_exact(phrase: Phrase, facts: Facts) -> None:
    """`5-digit code`, `8 characters long`."""
    found = _EXACT.search(phrase.text)
    if found is None or re.search(
        r"(?:to|-|max|most|least|min|maximum|minimum|than|under|over|between|and) ?$",
        phrase.text[: found.start()].casefold(),
    ):
        return
    size, what = int(found.group(1)), found.group(2).casefold()
    long = "long" in found.group().casefold() or "exactly" in found.group().casefold()
    if not 1 <= size <= 64 or (not long and what.startswith(("char", "lett"))):
        return
    phrase.cut(found.start(1), found.end(2))
    if what.startswith("digit"):
        facts.rules["pattern"] = f"[1-9][0-9]{{{size - 1}}}" if size > 1 else "[0-9]"
        facts.type = facts.type or "string"
    elif what.startswith("alphanum"):
        facts.rules["pattern"] = f"[A-Z0-9]{{{size}}}"
        facts.type = facts.type or "string"
    elif what.startswith("letter"):
        facts.rules["pattern"] = f"[A-Z]{{{size}}}"
        facts.type = facts.type or "string"
    else:
        facts.rules |= {"min_length": size, "max_length": size}
    phrase.text = re.sub(r"\blong\b|\bexactly\b", "", phrase.text).strip()


def _read_range(phrase: Phrase, facts: Facts) -> bool:
    scale = phrase.take(_SCALE)
    if scale:
        first, second = number_of(scale.group(1)), number_of(scale.group(2) or "")
        _bound(facts, "low", first if second is not None and first is not None else 1.0, None)
        _bound(facts, "high", second if second is not None else first or 5.0, None)
        return True
    found = phrase.take(_BETWEEN)
    if found is None:
        pair = phrase.take(_PAIR)
        if pair:
            return _between(facts, pair.group(1), pair.group(2), None)
        found = phrase.take(_SPAN)
    if found is None:
        return False
    return _between(facts, found.group(1), found.group(3), found.group(4) or found.group(2))


def _between(facts: Facts, first: str, second: str, unit: str | None) -> bool:
    low, high = number_of(first), number_of(second)
    if low is None or high is None:
        return False
    scaled = re.search(r" ?([kKM]|mn|bn)\b", second)
    if scaled and not re.search(r"[kKM]|mn|bn", first) and 0 < low < 1_000 and low < high / 1_000 * 2:
        low = number_of(first.rstrip("% ") + scaled.group(1)) or low  # `30-120k`
    money = next((sign for sign in "$€£¥₹" if sign in first + second), None)
    unit = unit or money or ("%" if "%" in first + second else None)
    facts.fractions = facts.fractions or "." in first + second
    if low > high:
        facts.doubts.append(f"from {low:g} to {high:g} is read as {high:g} to {low:g}")
    _bound(facts, "low", min(low, high), unit)
    _bound(facts, "high", max(low, high), unit)
    return True


def _read_side(phrase: Phrase, facts: Facts) -> bool:
    for side, patterns in (("high", _NOT_OVER), ("low", _LOWEST), ("high", _HIGHEST)):
        for pattern, exclusive in patterns:
            found = phrase.take(pattern)
            if found:
                value = number_of(found.group(1))
                if value is not None:
                    money = next((sign for sign in "$€£¥₹" if sign in found.group(1)), None)
                    _bound(facts, side, value, found.group(2) or money, exclusive=exclusive)
                return True
    return False


def _bound(facts: Facts, side: str, value: float, unit: str | None, *, exclusive: bool = False) -> None:
    """Note a bound: of a length when the unit is one of texts, of the cells otherwise."""
    word = (unit or "").casefold().rstrip("s")
    if word == "digit":
        most = int(min(value, 30))
        facts.rules["pattern"] = f"[0-9]{{1,{most}}}" if side == "high" else f"[0-9]{{{most},{most + 4}}}"
        return
    if word in _CHARACTERS or word in _ITEMS:
        size = int(min(100_000, value * _CHARACTERS.get(word, 1)))
        facts.rules["min_length" if side == "low" else "max_length"] = max(
            0, size - exclusive if side == "high" else size + exclusive
        )
        if word in _ITEMS:
            facts.type = facts.type or "array"
        elif word in ("word", "sentence", "paragraph"):
            facts.type = facts.type or "text"
        return
    setattr(facts, side, value)
    if exclusive:
        facts.rules["exclusive_min" if side == "low" else "exclusive_max"] = value
    _unit(facts, unit)


def _unit(facts: Facts, unit: str | None) -> None:
    if unit:
        facts.unit = unit.strip("- ").casefold()
