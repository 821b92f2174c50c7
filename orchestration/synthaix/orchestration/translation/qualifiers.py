"""What a phrase says about a column beside its name: type, nulls, uniqueness, unit, form, order, formula."""

import re
from datetime import date

from synthaix.orchestration.translation.amounts import read_amounts
from synthaix.orchestration.translation.choices import read_choices, read_flag_share, read_several
from synthaix.orchestration.translation.facts import Facts, Phrase
from synthaix.orchestration.translation.moments import TODAY, read_moments
from synthaix.orchestration.translation.stated_types import read_type

_FLAGS: tuple[tuple[re.Pattern[str], dict[str, object]], ...] = (
    (
        re.compile(r"\b(?:is |as |the |a ){0,9}primary[ _-]?key\b|\bpk\b", re.IGNORECASE),
        {"unique": True, "nullable": False},
    ),
    (
        re.compile(
            r"\b(?:auto[- ]?increment(?:ed|ing)?|autoincrementing|sequential(?:ly)?(?: numbered)?|incrementing"
            r"|incremental|running number|counting up|counter)\b(?: (?:from|starting (?:at|from)) (\d{1,12}))?",
            re.IGNORECASE,
        ),
        {"unique": True, "distribution": {"name": "sequence"}},
    ),
    (
        re.compile(
            r"\b(?:(?:is |are |be |must |should |need(?:s)? to |has to |have to |can ?not |always |never |all "
            r"|each )+)?(?:not be |be )?(?:not unique|non-?unique|repeat(?:s|ing|ed)? across rows|repeating|repeated|may repeat"
            r"|can repeat|duplicates? (?:are )?(?:allowed|ok|fine))\b",
            re.IGNORECASE,
        ),
        {"unique": False},
    ),
    (
        re.compile(
            r"\b(?:(?:which |that )?(?:is |are |be |being |must |should |needs? to |has to |have to |always |all "
            r"|guaranteed |globally |with )+)?(?:unique(?:ly)?|distinct|no (?:duplicates?|repeats?)|without "
            r"(?:duplicates?|repeats?)|never repeat(?:s|ing|ed)?|not? repeat(?:s|ing|ed)?|no 2 alike"
            r"|deduplicated)\b(?: (?:values?|per row|for each row|across (?:all )?rows|per record))?(?! "
            r"(?:visitors|users|views|customers|identifier|id\b))",
            re.IGNORECASE,
        ),
        {"unique": True},
    ),
    (
        re.compile(
            r"\b(?:(?:is |are |be |being |must |should |can |may |always )+)?(?:not[- ]null(?:able)?|non[- "
            r"]?null(?:able)?|never (?:null|empty|missing|blank)|no (?:nulls?|blanks?|missing values?|empty "
            r"values?)|not (?:be )?(?:empty|null|missing|blank|optional)|without (?:nulls|blanks)|required"
            r"|mandatory|always (?:present|filled(?: in)?|set)|compulsory)\b",
            re.IGNORECASE,
        ),
        {"nullable": False},
    ),
    (
        re.compile(
            r"\b(?:(?:which |that |it |and |but |this |sometimes |often |occasionally |is |are |be |being |can "
            r"|may |might |could |should |partly )+)?(?:be )?(?:optional(?:ly)?|nullable|sometimes|null(?:s)? "
            r"(?:allowed|ok)|(?:missing|empty|blank|null|none|absent|left out|left blank)(?: (?:(?:if|when|unless|until|while) [\w ]+$|sometimes|values?"
            r"|at times|in some (?:rows|cases)|for some(?: \w+)?|occasionally))?|if (?:any|available|applicable"
            r"|present|known)|where (?:available|applicable|known|present)|when (?:available|known)|some (?:nulls"
            r"|missing|blank|empty)(?: values)?|or (?:null|none|empty|blank))\b",
            re.IGNORECASE,
        ),
        {"nullable": True},
    ),
)
_DEFAULTS = re.compile(
    r"\bdefault(?:s|ing)?(?: to| is|:|=)? ?(?:'[^']{0,60}'|\"[^\"]{0,60}\"|[\w.()+-]{1,40})", re.IGNORECASE
)
UNIT_NAMES = (
    r"usd|us dollars?|dollars?|eur|euros?|gbp|pounds?(?: sterling)?|british pounds|inr|rupees?|jpy|yen|chf"
    r"|brl|reais|cad|aud|sek|pln|cents?|celsius|centigrade|fahrenheit|kelvin|°c|°f|degrees?(?: celsius| "
    r"fahrenheit)?|kg|kgs|kilos?|kilograms?|grams?|g|lbs?|km|kms"
    r"|kilomet(?:er|re)s?|miles?|met(?:er|re)s?|m|cm|centimet(?:er|re)s?|mm|millimet(?:er|re)s?"
    r"|inch(?:es)?|feet|ft|minutes?|mins?|hours?|hrs?|seconds?|secs?|ms|milliseconds?|days?|weeks?|months?"
    r"|years?|percent|percentages?|%|pct|kwh|kw|watts?|w|volts?|v|mb|gb|kb|bytes|sqm|square (?:met(?:er"
    r"|re)s|feet)"
    r"|sq ?m|sq ?ft|m2|m²|lit(?:er|re)s?|ml|ppm|hpa|bpm|mmhg|mg/dl|km/h|mph|m/s|dbm?|rpm|units?|pieces?"
    r"|kcal|psi|bar|lux|hz|square (?:km|kilomet(?:er|re)s|miles|yards)|sq ?km|km2|km²|tonnes?|tons|hectares?|acres?|gallons?|barrels?|ounces?|oz|knots?|joules?|newtons?"
    r"|nights?|people|zloty|kronor|kroner|pesos?|lira|francs?|yuan|rand|won|reals?|mph|kph|megapixels?|calories?"
    r"|mmol/l|thousands?|millions?"
)
_RATE_UNIT = re.compile(
    r"(?<=\w) ((?:mg|ug|ng|pg|g|mmol|ml|km|m|m2|m3|ft3|mi|l|kg|t|kwh|usd|eur|mb|gb|kb|iu|cfu|pcs|units)/(?:dl|l|ml|ul|h|hr|s|m3|m2|kg|day"
    r"|min|month|year|ha|hour|sec|km|100ml))"
    r"(?![\w/])",
    re.IGNORECASE,
)
_SIGN_UNIT = re.compile(r"(?<=\w) (?:in )?([%€£¥₹]|\$(?!\w)|°[CF])$")
_UNIT = re.compile(rf"(?:\b(?:measured |expressed |given |stated |stored )?in) ({UNIT_NAMES})(?![\w/])", re.IGNORECASE)
_DATE_FORM = re.compile(
    r"\b(?:in |using |with |as )?(?:the )?(?:iso(?:[- ]?8601)?(?: format)?|format:? |formatted (?:as"
    r"|like)? ?)?(?:YYYY[-/.]MM[-/.]DD(?:[T ]HH:MM(?::SS)?Z?)?|DD[-/.]MM[-/.]YYYY|MM[-/.]DD[-/.]YYYY"
    r"|HH:MM(?::SS)?|iso[- ]?8601)(?: format)?\b",
    re.IGNORECASE,
)
_REGEX = re.compile(
    r"\b(?:matching|matches|match|regexp?|regular expression|pattern)(?: (?:the )?(?:regexp?|pattern"
    r"|regular expression))?:? ?[`\"'/]?(\^?[^\s`\"']*[\[\\(^$+*?{][^\s`\"']*)[`\"'/]?",
    re.IGNORECASE,
)
_FORM = re.compile(
    r"\b(?:in (?:the |a )?(?:format|form|style|shape)(?: of| like)?|format(?:ted)?(?: as| like| is)?|with "
    r"(?:the )?format|of the form|looking like|looks like|look like|shaped like|like|e\.g\.|eg|such as|for "
    r"example|example)[:=]? ?[\"'`]?((?=[\w#@?*-]*[\d#?*X])(?=[\w#@?*-]*[A-Z#-])[A-Z0-9#@?*][\w#@?*/-]{1,"
    r"40})[\"'`]?(?! \w+ (?:or|and))",
    re.IGNORECASE,
)
_PREFIX = re.compile(
    r"\b(?:(?:that |which )?(?:start(?:s|ing)?|begin(?:s|ning)?) with|prefix(?:ed)?(?: with| by|:)?|with "
    r"(?:the )?prefix) ?[\"'`]?([A-Za-z0-9#_/-]{1,12})[\"'`]?",
    re.IGNORECASE,
)
_GAP = re.compile(
    r"\b(?:within |at least |up to |at most |no more than |about |between )?(?:\d{1,4} ?(?:to|-|and) "
    r"?)?\d{1,4} (?:days?|weeks?|hours?|months?|minutes?|years?|nights?) (?=(?:after|later than|before"
    r"|following|from|of)\b)",
    re.IGNORECASE,
)
PREVIOUS = "the one before"  # what a moment comes after when only `14 days later` is said
_LATER = re.compile(
    r"(?<=\w) (?:within |at most |up to |about )?(?:\d{1,4} ?(?:to|-) ?)?\d{1,4} (?:days?|weeks?|hours?|months?|minutes?) "
    r"(?:later|afterwards|after)$",
    re.IGNORECASE,
)
_OF = re.compile(r"(?:^| )(?:from|of) (?:the )?([A-Za-z_][\w' -]{1,60})$")
_AFTER = re.compile(
    r"(?:(?<!\w)(?:which |that |and |but |it |its value |they )?(?:must |should |is |are |be |has to |have "
    r"to |needs to |always |come(?:s)? |fall(?:s)? |happen(?:s)? |occur(?:s)? |strictly |only |some time "
    r"|shortly |soon |or equal to |on or |same day or |at or ){0,9}(?:after|later than|no earlier than|not "
    r"(?:be |come |fall )?before|not (?:be )?earlier than|never before|(?:can't|can ?not|must not|mustn't|may not|shouldn't|should not|won't|isn't"
    r"|not) (?:be |come |happen )?before|follow(?:s|ing)|subsequent to|past"
    r"|greater than|more recent than|bigger than|>=?)) (?:the |its |their |his |her |that of (?:the )?"
    r"|when )?([A-Za-z_][\w' -]{1,60})$",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"(?:(?<!\w)(?:which |that |and |but |it |they )?(?:must |should |is |are |be |has to |have to |needs "
    r"to |always |come(?:s)? |fall(?:s)? |happen(?:s)? |occur(?:s)? |strictly |on or |at or ){0,9}(?:before"
    r"|earlier than|no later than|not (?:be |come |fall )?after|not (?:be )?later than|never after|(?:can't|can ?not|must not|mustn't|may not|shouldn't|should not|won't|isn't"
    r"|not) (?:be |come |happen )?after|prior "
    r"to|preced(?:es|ing)|less than|<=?)) (?:the |its |their |his |her |that of (?:the )?)?([A-Za-z_][\w' "
    r"-]{1,60})$",
    re.IGNORECASE,
)
_REFERENCES = re.compile(
    r"\b(?:foreign[ _-]?key|fk|references|referencing|refers? to|referring to|links? to|linked to|linking "
    r"to|links back to|pointing (?:at|to)|points (?:at|to))(?: (?:key|column))?(?: (?:to|of|into|from|on"
    r"|for|in|references|referencing))?(?:->)?(?: the)?(?: ([A-Za-z_]\w*)(?: table)?(?:[.(]| ?\( "
    r"?)?(?:(?<=[.(])([A-Za-z_]\w*))?\)?)?",
    re.IGNORECASE,
)
_OPERATORS = r"(?:\*|\+|/|(?<= )-(?= )|(?<= )x(?= )|\btimes\b|\bmultiplied by\b|\bdivided by\b|\bplus\b|\bminus\b)"
_FORMULA = re.compile(
    r"(?:(?:=|\b(?:equals?(?: to)?|is|as|being|calculated (?:as|from|by)|computed (?:as|from|by)|derived "
    rf"(?:as|from)|which is|that is|formula:?))[:=]? ?)((?:round\()?[A-Za-z_][\w ]*? ?{_OPERATORS} ?[\w "
    r"(][\w *+/().-]*)$",
    re.IGNORECASE,
)
_SUM = re.compile(
    r"(?:=|\b(?:is|as|equals?(?: to)?|calculated (?:as|from)|being|the))+ ?(?:the )?(sum|product"
    r"|difference) (?:of|between) (?:the )?([\w ]+?) and (?:the )?([\w ]+)$",
    re.IGNORECASE,
)
_BARE_FORMULA = re.compile(rf"=? ?([A-Za-z_][\w ]*? ?{_OPERATORS} ?[\w (][\w *+/().-]*)", re.IGNORECASE)
_PART_BOUND = re.compile(  # `up to 80% of income` bounds by another column, which only a check could say
    r"(?<=\w) (?:up to|at most|at least|max(?:imum)?|min(?:imum)?|no more than|not more than) \d{1,3}(?:\.\d+)? ?% of "
    r"(?:the |their |its )?(?!rows|cases|them|all)[a-z_][\w ]{1,40}$",
    re.IGNORECASE,
)
PORTION = re.compile(  # `commission 5% of the price`
    r"\b(?:vat|tax|gst|commission|discount|fee|tip|surcharge|deposit|margin|markup|bonus|interest)"
    r"(?P<said>(?: (?:is|at|of|as))* ?[=:(]? ?(?P<share>\d{1,3}(?:\.\d+)?) ?% (?:of|on) (?:the )?"
    r"(?P<whole>(?!(?:rows|cases|them|all|orders|customers|time)\b)[A-Za-z_][\w ]*?))\)?$",
    re.IGNORECASE,
)
_DEPENDENT = re.compile(
    r"\b(?:based on|depending on|depends on|derived from|according to|consistent with|matching|in line "
    r"with|correlated with|corresponding to|that match(?:es)?)\b.*$",
    re.IGNORECASE,
)


def read_rest(phrase: Phrase, facts: Facts, today: date = TODAY) -> None:
    """Every reader, over a phrase without brackets."""
    if read_several(phrase, facts) or (re.search("%|50/50", phrase.text) and read_flag_share(phrase, facts)):
        return
    _read_form(phrase, facts)
    read_references(phrase, facts)
    read_formula(phrase, facts)
    read_moments(phrase, facts, today)
    _read_order(phrase, facts)
    read_amounts(phrase, facts)
    read_type(phrase, facts)
    _read_flags(phrase, facts)
    _read_unit(phrase, facts)
    if facts.type not in ("text", "object", "datetime", "uuid") or "%" in phrase.text:
        read_choices(phrase, facts)
    dependent = phrase.take(_DEPENDENT) if len(phrase.text.split()) > 2 else None
    if dependent:
        facts.notes.append(dependent.group().strip())


def _read_flags(phrase: Phrase, facts: Facts) -> None:
    phrase.take(_DEFAULTS)
    for pattern, rules in _FLAGS:
        found = phrase.take(pattern)
        if found:
            facts.rules |= {
                name: value for name, value in rules.items() if name != "nullable" or name not in facts.rules
            }
            if found.groups() and found.group(1):
                facts.rules["distribution"] = {"name": "sequence", "start": int(found.group(1))}


def _read_unit(phrase: Phrase, facts: Facts) -> None:
    found = phrase.take(_UNIT) or phrase.take(_RATE_UNIT) or phrase.take(_SIGN_UNIT)
    if found and not (facts.unit and len(facts.unit) > 1):
        facts.unit = found.group(1).casefold()


def _read_form(phrase: Phrase, facts: Facts) -> None:
    """A form of the text: `like ABC-1234`, `starting with ORD-`, a pattern."""
    phrase.take(_DATE_FORM)
    found = phrase.take(_REGEX)
    if found:
        facts.rules["pattern"] = found.group(1).rstrip("/.,;").removeprefix("^").removesuffix("$")
        return
    found = _FORM.search(phrase.text)
    if found and not re.fullmatch(r"\d{4}-\d\d-\d\d.*|\d+", found.group(1)):
        phrase.cut(found.start(), found.end())
        facts.rules["pattern"] = pattern_like(found.group(1))
        return
    found = phrase.take(_PREFIX)
    if found:
        prefix = found.group(1)
        facts.rules["pattern"] = f"{_literal(prefix)}[0-9]{{6}}" if not prefix.isdigit() else f"{prefix}[0-9]{{7}}"


def pattern_like(sample: str) -> str:
    """A pattern for texts of a sample's form: digits, `#` and runs of one letter vary, other letters stay."""
    parts: list[str] = []
    for run in re.finditer(r"\d+|#+|([A-Za-z])\1+(?![A-Za-z])|\?+|[A-Za-z]+|.", sample):
        text = run.group()
        if text[0].isdigit() or text[0] == "#" or (text[0] in "Nn9" and len(text) > 2 and len(set(text)) == 1):
            parts.append(f"[0-9]{{{len(text)}}}")
        elif (len(text) > 1 and len(set(text)) == 1 and text[0].isalpha()) or text[0] == "?":
            parts.append(f"[A-Z]{{{len(text)}}}")
        else:
            parts.append(_literal(text))
    return "".join(parts)


def _literal(text: str) -> str:
    return re.sub(r"([.^$*+?()\[\]{}|\\])", r"\\\1", text)


def _read_order(phrase: Phrase, facts: Facts) -> None:
    later = phrase.take(_LATER)
    if later:
        facts.after = PREVIOUS
        facts.notes.append(f"{later.group().strip()} after")
        return
    gap = phrase.take(_GAP)
    if gap:
        phrase.text = _OF.sub(r" after \1", phrase.text)
    for pattern, side in ((_AFTER, "after"), (_BEFORE, "before")):
        found = pattern.search(phrase.text)
        if found and not re.match(r"(?:between|from \d|\d)", found.group(1)):
            other = re.split(r" (?:and|but|or|with) ", found.group(1))[0]
            phrase.cut(found.start(), found.start(1) + len(other))
            setattr(facts, side, other.strip())
            if gap:
                facts.notes.append(f"{gap.group().strip()} {side}")
            return
    if gap:
        phrase.text = f"{phrase.text} {gap.group()}".strip()


def read_formula(phrase: Phrase, facts: Facts, *, bare: bool = False) -> None:
    bound = phrase.take(_PART_BOUND)
    if bound:
        facts.unread.append(bound.group().strip())
    portion = PORTION.search(phrase.text)
    if portion:
        facts.formula = f"{portion.group('whole')} * {float(portion.group('share')) / 100:g}"
        phrase.cut(portion.start("said"), portion.end())
        return
    total = _SUM.search(phrase.text)
    if total:
        sign = {"sum": "+", "product": "*", "difference": "-"}[total.group(1).casefold()]
        facts.formula = f"{total.group(2)} {sign} {total.group(3)}"
        phrase.cut(total.start(), total.end())
        return
    found = _BARE_FORMULA.fullmatch(phrase.text) if bare else _FORMULA.search(phrase.text)
    if (
        found
        and not re.search(r"\d[-/]\d|[a-z]/[a-z]", found.group(1), re.IGNORECASE)
        and re.search(rf"[A-Za-z_)]\w* ?{_OPERATORS}", found.group(1), re.IGNORECASE)
    ):
        facts.formula = found.group(1).strip()
        phrase.cut(found.start(), found.end())


def read_references(phrase: Phrase, facts: Facts) -> None:
    found = phrase.take(_REFERENCES)
    if found:
        table, column = found.group(1), found.group(2)
        facts.references = f"{table or ''}.{column or ''}".strip(".") or "?"
