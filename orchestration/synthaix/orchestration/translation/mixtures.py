"""Values, shares and mixtures that a request asks for."""

import re
from collections.abc import Sequence
from datetime import date

from synthaix.orchestration.schema.catalogue.spelling import spelled
from synthaix.orchestration.translation.amounts import read_amounts
from synthaix.orchestration.translation.choices import values_in
from synthaix.orchestration.translation.facts import Choice, Facts, Phrase
from synthaix.orchestration.translation.mentions import first_mention, mentions_in
from synthaix.orchestration.translation.naming import stripped
from synthaix.orchestration.translation.readings import is_flag, kind_name, usual_options, usual_values
from synthaix.orchestration.translation.shapes import TableSketch
from synthaix.orchestration.translation.sketches import Sketch
from synthaix.orchestration.translation.stated import kind_with
from synthaix.orchestration.translation.wording import snake

_MIX = re.compile(
    r"^(?:please |and |also |it |the (?:data|dataset|rows|list) |there |you ){0,9}(?:should |must |needs? to "
    r"|has to |have to |to )?(?:be )?(?:include|includes|including|contain|contains|containing|cover"
    r"|covers|covering|with|have|has|add|feature|make sure (?:to include|there are|we have|you include|to "
    r"have)|ensure (?:there are|we have|you include)|be a mix of|are|use|generate|want|mix of|i want|we "
    r"need|i need|need)?(?: (?:a )?(?:mix(?:ture)?|combination|blend|variety|range) of)?"
    r"(?P<both> both| a mix of| some of| either| all of| some)? ?(?P<list>[\w' -]+?(?:, [\w' -]+?){0,9},? "
    r"(?:and|or|&|as well as|plus) [\w'-]+?(?: [\w'-]+)?) (?P<noun>[\w'-]+)$",
    re.IGNORECASE,
)
_BOTH = re.compile(r"^(?:with |including )?both (?P<list>[a-z][a-z-]+ (?:and|or) [a-z][a-z-]+)$", re.IGNORECASE)
_SHARE = re.compile(
    r"^(?:about |around |roughly |approximately |approx\.? |~|make |have |with |and |also |ensure |make "
    r"sure |that |there |should |be |is |are ){0,9}(?P<share>\d{1,3}(?:\.\d+)?) ?(?:%|percent|pct)(?: of)? "
    r"?(?P<rest>.+)$",
    re.IGNORECASE,
)
_SHARES_OF = re.compile(
    r"^(?:the |all |these |their |our |of ){0,9}(?P<noun>[\w' -]+?) (?:must be |should be |should have |must "
    r"have |will be |to be |can be |are to be |should |must |are |is |be |being |have |has |with |as "
    r"|marked |labelled |flagged |left |set to )+(?:an? |the |been |as ){0,9}(?P<what>.+)$",
    re.IGNORECASE,
)

_ONLY = re.compile(
    r"^(?:only|just|mostly|all|both|include|including|with|who are|that are|which are|either) ", re.IGNORECASE
)
GENDERS = {
    word: gender
    for gender, words in (("female", "women woman female females girls"), ("male", "men man male males boys"))
    for word in words.split()
}


def mix(table: TableSketch, plain: str, today: date) -> bool:
    """`include both debit and credit transactions`: values of a column that tells them apart."""
    both = _BOTH.match(plain)
    if both is not None and not mentions_in(plain, table.sketches):
        set_values(table, values_in(both.group("list")), [])
        return True
    found = _MIX.match(plain)
    if found is None:
        return False
    noun = found.group("noun").casefold()
    own = (
        noun in table.nouns
        or snake(noun) in table.nouns
        or noun
        in (
            "ones",
            "types",
            "kinds",
            "cases",
            "entries",
            "rows",
            "records",
            "values",
            "versions",
            "examples",
            "categories",
        )
        or (spelled(noun)[:1] and spelled(noun)[0] in table.nouns)
    )
    if not own:
        return False
    listed = re.sub(r"^(?:both|either|some|a mix of|all|of) ", "", found.group("list").strip(), flags=re.IGNORECASE)
    listed = re.sub(rf"\b{re.escape(noun)}\b", "", listed, flags=re.IGNORECASE)
    values = values_in(re.sub(r" (?:as well as|plus|&) ", " and ", listed))
    if len(values) < 2 or mentions_in(listed, table.sketches) or re.search(r"\d", listed):
        return False
    set_values(table, values, [])
    return True


def set_values(table: TableSketch, values: list[Choice], shares: list[float | None]) -> Sketch:
    """Give a closed set of values to the column that tells them apart; add it when there is none."""
    target = _column_with(table, values)
    if target is None:
        kind = kind_with(values)
        noun = (
            kind.name.partition(".")[2]
            if kind is not None and not kind.name.startswith(("finance.", "general."))
            else f"{table.one}_type"
        )
        target = Sketch(noun, noun.replace("_", " "), kind=kind.name if kind and noun != f"{table.one}_type" else None)
        if any(each.name == noun for each in table.sketches):
            target = next(each for each in table.sketches if each.name == noun)
        else:
            table.sketches.append(target)
            table.assumptions.append(f"`{target.name}` was added to tell {_listed(values)} apart.")
    else:
        table.assumptions.append(f"`{target.name}` takes {_listed(values)}, since the request asks for them.")
    target.facts.choices, target.facts.shares = values, shares
    if target.facts.type is not None and target.facts.type not in ("string", "category", "integer"):
        target.facts.type = None
    return target


def _column_with(table: TableSketch, values: Sequence[Choice]) -> Sketch | None:
    """The column whose values these are: stated ones, those of its kind, or `type` of the rows."""
    folded = {str(value).casefold() for value in values}
    for sketch in table.sketches:
        if folded <= {str(choice).casefold() for choice in sketch.facts.choices}:
            return sketch
    for sketch in table.sketches:
        if sketch.facts.choices:
            continue
        enum = usual_values(sketch, table)
        if folded <= enum:
            return sketch
    names = (f"{table.one}_type", "type", f"{table.one}_category", "category", "kind")
    return next(
        (sketch for name in names for sketch in table.sketches if sketch.name == name and not sketch.facts.choices),
        None,
    )


def _listed(values: Sequence[Choice]) -> str:
    names = [f"`{value}`" for value in values]
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]


def share(table: TableSketch, plain: str, today: date) -> bool:
    """`20% of orders are cancelled`, `10% of emails are missing`, `5% fraud`."""
    found = _SHARE.match(plain)
    if found is None:
        return False
    share, rest = min(100.0, float(found.group("share"))), found.group("rest").strip()
    several = re.findall(r"(\d{1,3}(?:\.\d+)?) ?%", rest)
    if several:
        facts = Facts()
        phrase = Phrase(f"{share:g}% {rest}")
        from synthaix.orchestration.translation.choices import read_choices

        read_choices(phrase, facts)
        if facts.choices:
            set_values(table, facts.choices, facts.shares)
            return True
        return False
    split = _SHARES_OF.match(rest)
    noun, what = (split.group("noun"), split.group("what")) if split else ("", rest)
    what = re.sub(r"^(?:of (?:the )?\w+ )?(?:(?:them|those|these|all) (?:(?:are|is|being|were) )?)?", "", what).strip()
    if re.match(
        r"(?:missing|null|empty|blank|not (?:set|given|present)|absent|unknown|left blank|nan)\b", what, re.IGNORECASE
    ) or re.search(r"\b(?:missing|null|empty|blank)\b(?: values?)?$", rest, re.IGNORECASE):
        return _missing(table, noun or rest, what, share)
    return _one_share(table, noun, stripped(what), share)


def _missing(table: TableSketch, noun: str, what: str, share: float) -> bool:
    target = first_mention(noun, table.sketches) or first_mention(what, table.sketches)
    if target is None:
        return False
    target.sketch.facts.rules |= {"nullable": True, "null_rate": round(share / 100, 4)}
    return True


def _one_share(table: TableSketch, noun: str, what: str, share: float) -> bool:
    """Give one value of a column, or `true` of a flag, its share."""
    value = GENDERS.get(what.casefold(), what.casefold())
    if re.match(r"(?:no|not any|zero|none) ", value):
        return False  # `have no posts` speaks of a count, which would contradict a flag
    if value in GENDERS.values() and not any(kind_name(sketch, table) == "person.gender" for sketch in table.sketches):
        table.sketches.append(Sketch("gender", "gender", Facts(choices=["female", "male"]), kind="person.gender"))
        table.assumptions.append("`gender` was added for the stated share.")
    for sketch in table.sketches:
        options = [str(choice) for choice in sketch.facts.choices] or usual_options(sketch, table)
        match = next(
            (option for option in options if option.casefold() == value or spelled(option) == spelled(value)), None
        )
        if match is not None and not set(map(str.casefold, options)) <= {"true", "false"}:
            shares = sketch.facts.shares or [None] * len(options)
            sketch.facts.choices = sketch.facts.choices or list(options)
            sketch.facts.shares = [
                share if option == match else (old if old is not None and old != share else None)
                for option, old in zip(options, shares, strict=False)
            ]
            known = sum(each for each in sketch.facts.shares if each is not None)
            if known > 100:
                sketch.facts.shares = [share if option == match else None for option in options]
            return True
    flag = _flag_for(table, what)
    if flag is None:
        if not what or len(what.split()) > 3 or not what.replace(" ", "").replace("-", "").replace("_", "").isalpha():
            return False
        name = snake(what if what.endswith("ed") else f"is {what}")
        flag = Sketch(name, name.replace("_", " "), flag=True)
        table.sketches.append(flag)
        table.assumptions.append(f"`{name}` was added for the stated share.")
    flag.facts.type = "boolean"
    flag.facts.choices, flag.facts.shares = [True, False], [share, 100 - share]
    return True


def _flag_for(table: TableSketch, what: str) -> Sketch | None:
    """The column of yes and no that a word such as `fraudulent` speaks of."""
    stems = {word[:5] for word in spelled(what)}
    for sketch in table.sketches:
        words = set(spelled(sketch.name)) - {"is", "has", "was"}
        if (
            words
            and {word[:5] for word in words} & stems
            and (sketch.flag or sketch.facts.type == "boolean" or sketch.kind == "general.flag" or is_flag(sketch))
        ):
            return sketch
    return None


def values(table: TableSketch, plain: str, today: date) -> bool:
    """`aged 18 to 65`, `mostly active`: bounds and values that name their column only by themselves."""
    phrase, facts = Phrase(plain), Facts()
    read_amounts(phrase, facts)
    if facts.low is not None or facts.high is not None:
        ages = [sketch for sketch in table.sketches if kind_name(sketch, table) == "person.age"]
        if re.search(r"\b(?:age|aged|years? old|adults?|older|younger)\b", plain, re.IGNORECASE):
            if ages:
                ages[0].facts.merge(Facts(low=facts.low, high=facts.high))
                return True
            if not table.listed:
                table.add(Sketch("age", "age", Facts(low=facts.low, high=facts.high)))
                return True
    values = values_in(_ONLY.sub("", plain))
    if 0 < len(values) <= 8 and all(len(str(value).split()) <= 3 for value in values):
        folded = {str(value).casefold() for value in values}
        for sketch in table.sketches:
            usual = usual_values(sketch, table)
            if folded <= usual and not sketch.facts.choices:
                sketch.facts.choices = list(values)
                table.assumptions.append(f"`{sketch.name}` takes only {_listed(values)}, as the request says.")
                return True
    return False
