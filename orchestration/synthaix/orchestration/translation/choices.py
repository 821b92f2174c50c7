"""Closed sets of values in a phrase, with shares when they are given."""

import re

from synthaix.orchestration.schema.catalogue.spelling import spelled
from synthaix.orchestration.schema.kinds import find
from synthaix.orchestration.translation.facts import Choice, Facts, Phrase
from synthaix.orchestration.translation.names import also_called
from synthaix.orchestration.translation.wording import cut, unquoted

_MARK = (
    r"(?:(?:which |that |whose )?(?:is |are |being |can be |may be |could be |should be |must be |will be "
    r"|be |has |have |takes? |with |as ){0,9}(?:(?:any |exactly )?one of(?: the following)?|either(?: of)?|any "
    r"of|randomly (?:chosen |picked |selected )?(?:from|between)|chosen from"
    r"|picked from|selected from|drawn from|among|amongst|(?:the )?(?:possible |allowed |valid |following "
    r")?(?:values?|options?|choices|categories|levels|enum|types)(?: (?:are|is|can be|being|of|like"
    r"|include|such as|to)){0,9}|limited to|restricted to|in the set|from the set"
    r"|enum(?:eration)?(?: of)?|such as|e\.g\.|eg\.?|for example|for instance|like|i\.e\.|ie)|can be|could "
    r"be|may be|either|should be|must be|is|are|being|->|=|in(?= ?[\[{(])|only)"
)
_MARKED = re.compile(rf"(?:^|(?<=[\s,:(]))[,:]? ?{_MARK} ?[:=]? ?[\[{{(]?(.+?)[\]}})]?$", re.IGNORECASE)
_SHARE = re.compile(r"(\d{1,3}(?:\.\d+)?) ?(?:%|percent)", re.IGNORECASE)
_SLASHED = re.compile(
    r"(?:^|(?<=[\s:(=]))((?:[A-Za-z][\w'&+-]*|\d{1,4})(?: ?[/|] ?(?:[A-Za-z][\w'&+-]*(?: (?:[a-z]+|\d{1,2})(?= ?[/|]"
    r"|$))?|\d{1,4})){1,30})(?=$|[\s,.);])"
)
_PLAIN_OR = re.compile(
    r"^((?:[\w-]+ )*?[\w-]+(?: by| via)?)(?: of| as|:)? "
    r"((?:[\w&'-]+(?: [\w&'-]+)?(?:, | or )){0,9}[\w&'-]+,? or [\w&'-]+"
    r"|(?:[\w&'-]+(?: [\w&'-]+)?, ){1,9}[\w&'-]+(?: [\w&'-]+)?,? or [\w&'-]+(?: [\w&'-]+)?)$",
    re.IGNORECASE,
)
_RUN = re.compile(
    r"(?:^|(?<=[\s(]))(?:from )?(?:(?P<low>[A-Z]) ?(?:-|to|through|\.\.) ?(?P<high>[A-Z])"
    r"|(?P<prefix>[A-Z]{1,3})(?P<first>\d{1,2}) ?(?:-|to|through|\.\.) ?(?P=prefix)(?P<last>\d{1,2}))(?=$|[\s,)])"
)
_NUMBERS = re.compile(r"^(?P<name>.*[A-Za-z]) (?P<listed>\d[\d.]*(?:, \d[\d.]*)* or \d[\d.]*)$")  # `price 25, 45 or 80`
_REST = re.compile(
    r"\b(?:the )?(?:rest|remainder|remaining|others?)(?: (?:are|is|being|of them)){0,9}\b", re.IGNORECASE
)
_AND = re.compile(r" (?:and|or|vs\.?|versus|&) | ?[/|;] ?|,")
_FLAG_SHARE = re.compile(
    r"(?P<name>[A-Za-z][\w -]*?)(?: ?\()?(?: (?:in|for|at|with|about|around|roughly|only|is|are))* ?~? ?"
    r"(?P<share>\d{1,3}(?:\.\d+)?) ?(?:%|percent)(?: of (?:the )?(?:time|rows|cases|them|all))?\)?",
    re.IGNORECASE,
)
_RATES = frozenset("vat tax rate margin tip surcharge deposit commission interest discount fee share gst markup bonus level rest".split())
_PERCENT = r"(?:about |around |roughly |only |~ ?)*(?P<share>\d{1,3}(?:\.\d+)?) ?(?:%|percent)"
_YES_SHARE = re.compile(
    rf"\(?\b(?P<yes>true|yes|false|no)(?: ?[:=]| in| for| at| with)? {_PERCENT}(?: of [\w ]+)?\)?$", re.IGNORECASE
)
_PAIR_SHARE = re.compile(  # `yes/no 12%` says how many are yes, and not that no has that share
    r"(?: ?[:=,(])? ?\(?\b(?:(?:yes|true) ?(?:/|or) ?(?:no|false)|y ?/ ?n|t ?/ ?f|boolean|bool)\)?[ ,:;(=]*"
    rf"(?:in |for |at |with |only )?{_PERCENT}(?:,? (?:of (?:them |the time |rows )?)?(?P<yes>true|yes|y|positive|false|no|n)\b)?\)?"
    r"(?=$|[ ,;)])",
    re.IGNORECASE,
)
_SHARE_OF_YES = re.compile(rf"\(?(?:^|(?<=[ (]))(?:with )?{_PERCENT} (?P<yes>true|yes|false|no)\b\)?$", re.IGNORECASE)
_LAST = re.compile(r"^(?:and|or|as well as|either|both|etc\.?|maybe|also) ", re.IGNORECASE)
_JUNK = re.compile(r"^(?:etc\.?|and so on|so on|\.\.\.|more|others\b.*|other \w+.*|whatever)$", re.IGNORECASE)
MOST = 200
_HEADS = frozenset("type status class level method mode category kind tier plan size grade group priority stage channel".split())


def read_choices(phrase: Phrase, facts: Facts, *, bare: bool = False) -> None:
    """Take a list of values out of the phrase.

    Args:
        bare: whether the whole phrase is such a list, as in brackets or after a colon.
    """
    if len(_SHARE.findall(phrase.text)) >= 1 and _read_shares(phrase, facts, bare=bare):
        return
    if _read_run(phrase, facts):
        return
    if bare:
        values = values_in(phrase.text)
        if len(values) > 1:
            facts.choices, phrase.text = values, ""
        return
    marked = _MARKED.search(phrase.text)
    if marked and not _is_number_range(marked.group(1)):
        values = values_in(marked.group(1))
        if len(values) > 1 and all(len(str(value).split()) <= 5 for value in values):
            facts.choices = values
            phrase.cut(marked.start(), marked.end())
            return
    numbers = _NUMBERS.match(phrase.text)
    if numbers:
        facts.choices, phrase.text = values_in(numbers.group("listed")), numbers.group("name")
        return
    if _read_or(phrase, facts):
        return
    slashed = _SLASHED.search(phrase.text)
    if slashed and (phrase.text[: slashed.start()].strip(" :(") or slashed.group(1).count("/") > 1):
        values = values_in(slashed.group(1))
        if len(values) > 1 and not re.fullmatch(
            r"(?:and/or|y/n/a|n/a|km/h|m/s|24/7|tcp/ip)", slashed.group(1).casefold()
        ):
            facts.choices = values
            phrase.cut(slashed.start(1), slashed.end(1))


def _read_run(phrase: Phrase, facts: Facts) -> bool:
    """`class A-G`, `priority P1 to P4`: letters, or numbers behind a letter, from one to the other."""
    found = _RUN.search(phrase.text)
    if found is None:
        return False
    if found.group("low"):
        codes = range(ord(found.group("low")), ord(found.group("high")) + 1)
        values = [chr(code) for code in codes]
    else:
        numbers = range(int(found.group("first")), int(found.group("last")) + 1)
        values = [f"{found.group('prefix')}{number}" for number in numbers]
    if not 1 < len(values) <= 30:
        return False
    facts.choices = list(values)
    phrase.cut(found.start(), found.end())
    return True


def read_several(phrase: Phrase, facts: Facts) -> bool:
    """`present or absent or late`: values without a name."""
    text = phrase.text.strip()
    if not re.fullmatch(r"[A-Za-z-]+(?:(?: or |, )[A-Za-z-]+)+ or [A-Za-z-]+", text):
        return False
    facts.choices, phrase.text = list(re.split(r" or |, ", text)), "status"
    return True


def _read_or(phrase: Phrase, facts: Facts) -> bool:
    """`side buy or sell`, `tier of bronze, silver or gold`: the words after the name."""
    pair = re.fullmatch(r"([A-Za-z-]+) or ([A-Za-z-]+)", phrase.text.strip())
    if pair:
        facts.choices = [pair.group(1), pair.group(2)]
        return True  # the words stay: they are the only name there is
    found = _PLAIN_OR.match(phrase.text)
    if found is None or re.search(
        r"(?<!\w)\d+(?!\w)|\b(?:before|after|later|earlier|equal|more|less|older|null|empty|missing|not|each|both)\b",
        found.group(2),
        re.IGNORECASE,
    ):
        return False
    name, listed = found.group(1).strip(), found.group(2)
    head, _, rest = listed.partition(" ")
    if head.casefold() in _HEADS and not rest.startswith("or "):
        name, listed = f"{name} {head}", rest  # `room type single, double or suite`
    values = values_in(listed)
    if len(values) < 2:
        return False
    facts.choices, phrase.text = values, name
    return True


def _is_number_range(text: str) -> bool:
    return (
        re.match(
            r"(?:between|from|in the range|at least|at most|up to|over|under|more than|less than|after|before|not "
            r"|never |unique|optional|greater|positive|later|in the |within)\b",
            text.strip(),
            re.IGNORECASE,
        )
        is not None
    )


def values_in(text: str) -> list[Choice]:
    """The values of a written list, each once: numbers as numbers, yes and no of a program as booleans."""
    found: list[Choice] = []
    text = text.strip().strip("[]{}").strip()
    parts = cut(text, ",;|")
    if len(parts) < 2 and not re.search(r"[\"'`]", text):
        parts = cut(text, "/")  # beside commas a slash is part of a value: `1-0, 0-1, 1/2-1/2`
    if len(parts) < 2 or any(re.search(r" (?:and|or) ", part) for part in parts[-1:]):
        joints = r" (?:or|vs\.?|versus) " if re.search(r" or ", text) else r" (?:and|vs\.?|versus|&) "
        parts = [piece for part in parts for piece in re.split(joints, part)]
    for part in parts:
        plain = re.sub(r" only$", "", _LAST.sub("", unquoted(part.strip().strip(".").strip())))
        plain = re.sub(r"\(.*\)$", "", plain).strip() or plain
        if plain and not _JUNK.match(plain) and len(plain) <= 80:
            value = value_of(plain)
            if not any(str(value).casefold() == str(other).casefold() for other in found):
                found.append(value)
    return _alike(_without_last_unit(found))[:MOST]


def _without_last_unit(values: list[Choice]) -> list[Choice]:
    """`12, 24 or 36 months`: what stands behind the last of several numbers is the unit of all."""
    *numbers, last = values or [""]
    unit = re.fullmatch(r"(-?\d[\d.]*) [A-Za-z]+", str(last))
    plain = len(numbers) > 1 and all(isinstance(value, int | float) and not isinstance(value, bool) for value in numbers)
    return [*numbers, value_of(unit.group(1))] if unit and plain else values


def _alike(values: list[Choice]) -> list[Choice]:
    """All of them numbers, or none: beside words a number is written as it was."""
    words = any(isinstance(value, str) for value in values)
    return [str(value) if words and isinstance(value, int | float) and not isinstance(value, bool) else value for value in values]


def value_of(text: str) -> Choice:
    """A value as it was meant: a number when it is one, else text."""
    plain = unquoted(text)
    if plain != text.strip():
        return plain
    if re.fullmatch(r"-?(?:0|[1-9]\d{0,11})", plain):
        return int(plain)
    if re.fullmatch(r"-?\d{1,9}\.\d{1,6}", plain):
        return float(plain)
    return (
        {"true": True, "false": False}.get(plain.casefold(), plain) if plain.casefold() in ("true", "false") else plain
    )


def _read_shares(phrase: Phrase, facts: Facts, *, bare: bool = False) -> bool:
    """`60% active, 40% inactive`, `active (60%), inactive (40%)`, `80% a and the rest b`."""
    text = phrase.text
    first = _SHARE.search(text)
    assert first is not None  # noqa: S101 - the caller has seen one
    pieces = [piece for piece in _AND.split(re.sub(r"[()\[\]]", " ", text)) if piece.strip()]
    named: list[tuple[str, float | None]] = []
    head = ""
    for piece in pieces:
        share = _SHARE.search(piece)
        rest = _REST.search(piece)
        if share is None and rest is None:
            if bare and _label(piece):
                named.append((_label(piece), None))  # what is left of a hundred is shared by those that name no share
                continue
            if named:
                return False
            head = f"{head} {piece}"
            continue
        name = _label(piece[: share.start()] + " " + piece[share.end() :] if share else _REST.sub(" ", piece))
        if not named and share is not None and piece[: share.start()].strip(" :-") and not bare:
            before, after = piece[: share.start()].strip(" :-"), _label(piece[share.end() :])
            before = re.sub(r"(?: (?:in|for|at|with|about|around|is|are|only|roughly))+$", "", before)
            answer = re.search(r" (true|yes|false|no)$", before, re.IGNORECASE) if not after else None
            if answer:  # `alert true in 1%`
                head, name = f"{head} {before[: answer.start()]}", answer.group(1)
            elif after:
                head, name = f"{head} {before}", after
            else:  # `status active 60%`: the last word is the value
                lead, _, name = before.rpartition(" ")
                head, name = f"{head} {lead}", _label(name)
        if not name:
            return False
        named.append((name, float(share.group(1)) if share else None))
    if len(named) < 2:
        return _read_one_share(phrase, facts, named)
    facts.choices = [value_of(name) for name, _ in named]
    facts.shares = completed_shares([share for _, share in named])
    phrase.text = head.strip(" :,-")
    return True


def read_yes_no(phrase: Phrase, facts: Facts) -> None:
    """`manager yes/no 12%`, `active (true/false, 80% true)`: the share of yes."""
    said = _PAIR_SHARE.search(phrase.text)
    if said is None or not phrase.text[: said.start()].strip():
        return
    _set_flag(facts, said.group("share"), yes=(said.group("yes") or "yes").casefold() not in ("false", "no", "n"))
    phrase.cut(said.start(), said.end())


def read_flag_share(phrase: Phrase, facts: Facts) -> bool:
    """`is_fraud about 0.5%`, `hazardous 4%`: the share of yes in a column of yes and no."""
    found = _FLAG_SHARE.fullmatch(phrase.text.strip())
    even = re.fullmatch(r"(?P<name>[A-Za-z][\w -]+?) \(?(?P<share>50)/50\)?", phrase.text.strip())
    if even:
        _set_flag(facts, even.group("share"), yes=True)
        phrase.text = even.group("name")
        return True
    said = _YES_SHARE.search(phrase.text) or _SHARE_OF_YES.search(phrase.text)
    if said is not None:
        _set_flag(facts, said.group("share"), yes=said.group("yes").casefold() in ("true", "yes"))
        phrase.cut(said.start(), said.end())
        phrase.text = re.sub(
            r" (?:\(?(?:yes ?/ ?no|true ?/ ?false|y ?/ ?n|bool(?:ean)?)\)?)(?: with)?$",
            "",
            phrase.text,
            flags=re.IGNORECASE,
        )
        return True
    if found is None:
        return False
    name = found.group("name")
    if re.fullmatch(r"(?:(?:may|can|could|might|will|should) be |is |are )?(?:left )?(?:blank|empty|null|missing|none|absent|not set)", name, re.IGNORECASE):
        facts.rules |= {"nullable": True, "null_rate": min(100.0, float(found.group("share"))) / 100}
        phrase.text = ""
        return True  # `owner (blank for 30%)`
    best = find(name)
    if not _is_flag(name) and ((best and best[0].score >= 0.6) or name.rpartition(" ")[2].casefold() in _RATES):
        return _read_rate(phrase, facts, found)
    if (
        re.search(r"\b(?:one of|either|status|type|values?)\b|[,:/]", phrase.text, re.IGNORECASE)
        or len(name.split()) > 4
        or any(map(str.isdigit, name))
    ):
        return False
    _set_flag(facts, found.group("share"), yes=True)
    phrase.text = found.group("name")
    return True


def _read_rate(phrase: Phrase, facts: Facts, found: re.Match[str]) -> bool:
    """`vat 23%`: a rate that is the same everywhere."""
    if (
        not re.fullmatch(r"[A-Za-z][A-Za-z _-]* ?\(?\d+(?:\.\d+)? ?%\)?", phrase.text)
        or len(found.group("name").split()) > 2
    ):
        return False
    facts.choices, facts.unit, phrase.text = [value_of(found.group("share"))], "%", found.group("name")
    facts.rate = float(found.group("share"))
    return True


def _set_flag(facts: Facts, said: str, *, yes: bool) -> None:
    share = min(100.0, float(said))
    share = share if yes else 100 - share
    facts.type, facts.choices, facts.shares = "boolean", [True, False], [share, 100 - share]


def _is_flag(name: str) -> bool:
    best = find(name)
    called = also_called().get(" ".join(spelled(name)))
    return called == "general.flag" or (bool(best) and best[0].kind.type == "boolean" and best[0].score >= 0.85)


def _read_one_share(phrase: Phrase, facts: Facts, named: list[tuple[str, float | None]]) -> bool:
    """`5% true`: of a boolean."""
    if (
        len(named) == 1
        and named[0][1] is not None
        and named[0][0].casefold()
        in ("true", "yes", "false", "no", "chance", "probability", "of the time", "of rows", "rate", "positive")
    ):
        share = min(100.0, named[0][1])
        no = named[0][0].casefold() in ("false", "no")
        facts.type = "boolean"
        facts.choices, facts.shares = [True, False], [100 - share if no else share, share if no else 100 - share]
        found = _SHARE.search(phrase.text)
        assert found is not None  # noqa: S101 - it was named
        before = phrase.text[: found.start()].strip(" :(,-")
        phrase.text = re.sub(
            r"(?: (?:true|yes|false|no|in|for|at|with|about|around|is|are|only|roughly))+$", "", before
        )
        return True
    return False


def _label(text: str) -> str:
    """A value's name without what joins it to the sentence."""
    plain = re.sub(
        r"^(?:of (?:them|the|which|rows|cases|all)|are|is|being|be|should be|will be|with|as|were|have|the|:"
        r"|-)+ ",
        "",
        text.strip(" :,-."),
        flags=re.IGNORECASE,
    )
    plain = re.sub(r"^(?:are|is|being|be|should be|will be|as) ", "", plain.strip(), flags=re.IGNORECASE)
    return _LAST.sub("", unquoted(plain)).strip(" :,-.")


def completed_shares(shares: list[float | None]) -> list[float | None]:
    """The shares, what is left of a hundred spread over those that name none."""
    known = sum(share for share in shares if share is not None)
    open_ends = sum(share is None for share in shares)
    rest = max(0.0, 100.0 - known) / open_ends if open_ends else 0.0
    return [round(rest, 4) if share is None else share for share in shares]
