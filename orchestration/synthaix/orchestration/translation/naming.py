"""What a column is called, out of what a phrase leaves once its qualifiers are read."""

import re
from dataclasses import dataclass

from synthaix.orchestration.schema.kinds import find, kinds
from synthaix.orchestration.translation.wording import singular_of, snake, unquoted

_LEAD = re.compile(
    r"^(?:(?:a|an|the|their|its|his|her|our|my|your|each|every|all|some|any|also|and|or|plus|with"
    r"|including|include|includes|incl\.?|contains?|containing|has|have|having|add|"
    r"of|for|as|is|are|be|being|please|additionally|finally|then|maybe|perhaps|ideally|optionally|just"
    r"|both|etc|i want|i need|we need|we want|needs?|another|"
    r"there is|there are|there should be|should have|must have|should include|corresponding|associated"
    r"|respective|relevant|appropriate|realistic|fake|random|randomly generated|"
    r"randomized|synthetic|plausible|believable|made-up|fictional|(?:column|field)(?! names?\b)|columns|fields|attribute"
    r"|called|named|a few|in which|by which|"
    r"something like|things like|stuff like|e\.g\.|i\.e\.|such as|like|along|together|obviously|of course"
    r"|usual)(?:[ :]+|$))+",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"(?:(?:^|(?<!ed)(?<!ble) )(?:to|from)|(?:^| )(?:columns?|fields?|attributes?|property|properties|for|of|is|are|being"
    r"|be|which|that|with|and|or|as|has|have|the|a|an|must|should|can|always|only|too|"
    r"as well|please|each|etc|per row|for each row|for each|per record|it|they|will|may|values?(?= )|but"
    r"|using|value of|also|respectively|obviously|where|when))$",
    re.IGNORECASE,
)
_ENDS = (
    *("ed up off out en aid old ent ade eft ght ost one put set gin ins ign art nds rts ires gned").split(),
    "d in",
)  # of participles and such
_DANGLING = re.compile(rf"{''.join(f'(?<!{end})' for end in _ENDS)} (?:on|at|by|in)$", re.IGNORECASE)
_SOLD = re.compile(
    r"^(?:total |number of )?(\w+s) (?:available|sold|left|remaining|ordered|in stock|used|completed"
    r"|scored|viewed|played|returned|produced|shipped|received|made|lost|won|attended|missed|taken"
    r"|purchased|bought|watched|read|visited|booked|worked|issued|sent|opened|answered|resolved|handled"
    r"|clicked|found|reported|on hand|per \w+)$",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"(?:is|has|was|can|should|needs|wants|allows|requires|accepts|supports|includes|does|did|will|are"
    r"|contains)_[a-z]",
    re.IGNORECASE,
)
_ASKS_IN_WORDS = re.compile(
    r"^(is|has|was|can|needs|allows|accepts|requires) (?:a |an )?([a-z]+(?: [a-z]+)?)$", re.IGNORECASE
)
_ASKED_YOU = re.compile(r"^(would|do|did|will|could) (?:you|they|he|she|the \w+) ((?:\w+ ?){1,4})$", re.IGNORECASE)
_CALLED = re.compile(r"\b(?:called|named) [\"'`]?([A-Za-z_]\w*)[\"'`]?", re.IGNORECASE)
_WHETHER = re.compile(
    r"^(?:a )?(?:flag|boolean|indicator|bool|marker|yes/no|true/false)?(?: (?:for|of|showing|indicating"
    r"|saying|telling|stating))?(?: ?\b(?:whether|if))(?: or not)? (?:the |they |it |he |she |this |a |an "
    r")?"
    r"(?:customer |user |patient |order |transaction |employee |person |student |item |product |email "
    r"|loan |row |it |account |payment |claim |device |member |guest |subscriber |booking |flight "
    r"|shipment |applicant |passenger |player )?"
    r"(?:(is|are|was|were|has been|have been|had been|got|gets|has|have|had) )?(?:a |an |the |been |still "
    r"|currently |ever |already ){0,9}(.+)$",
    re.IGNORECASE,
)
_MANY = re.compile(
    r"^(?:how many|number of|no\.? of|count of|# of|total number of) (?:the |different |times )?(.+)$", re.IGNORECASE
)
_ASKED = (
    (re.compile(r"^how old\b.*$", re.IGNORECASE), "age"),
    (re.compile(r"^aged$", re.IGNORECASE), "age"),
    (re.compile(r"^how long\b.*$", re.IGNORECASE), "duration"),
    (
        re.compile(
            r"^how much (?:they |he |she |it |was |is |were |the customer |the user ){0,9}(?:paid|spent|cost|costs"
            r"|charged|pay|spend)\b.*$",
            re.IGNORECASE,
        ),
        "amount",
    ),
    (re.compile(r"^how (?:happy|satisfied)\b.*$", re.IGNORECASE), "satisfaction"),
    (re.compile(r"^how often\b.*$", re.IGNORECASE), "frequency"),
    (re.compile(r"^how much (?:\w+ ){1,3}?(?:earns?|makes?|gets?|is paid|are paid)\b.*$", re.IGNORECASE), "salary"),
    (re.compile(r"^how (?:\w+ ){1,3}?(?:paid|pays?)$", re.IGNORECASE), "payment_method"),
    (
        re.compile(r"^how many (?:\w+ )?(?:was|were|are|is|been) (?:bought|sold|ordered)\b.*$", re.IGNORECASE),
        "quantity",
    ),
    (re.compile(r"^who (?:has )?won\b.*$", re.IGNORECASE), "winner"),
    (re.compile(r"^who (?:has )?wrote\b.*$", re.IGNORECASE), "author"),
    (re.compile(r"^what (?:\w+ ){1,3}?(?:bought|ordered|purchased)$", re.IGNORECASE), "product"),
    (
        re.compile(
            r"^where (?:they|he|she|it|the \w+) (?:lives?|is|are|was|were|based|located|comes?).*$", re.IGNORECASE
        ),
        "city",
    ),
)
_WHEN = re.compile(
    r"^(?:the )?(?:when|(date|time|day|moment|timestamp|datetime|year)(?: and time)? (?:when|that|on which"
    r"|at which|in which|they|it|he|she|the)) ?(?:they |it |he |she |the |we |was |were |is |are |got |has "
    r"been |been ){0,9}(.+)$",
    re.IGNORECASE,
)
_WHO_IS = re.compile(r"^who (?:the|their|its) (?P<noun>[\w ]{2,30}?)(?: (?:is|was|are|were))?$", re.IGNORECASE)
_WHO_DID = re.compile(r"^who (?:has |had )?(\w+(?:ed|ld|nt|de|ght|ok)) (?:it|them|this|the \w+)$", re.IGNORECASE)
_WHICH = re.compile(
    r"^(?:in |at |on |by |for |from )?(?:which|what) (?P<noun>\w+(?: \w+)?) (?:they|he|she|it|we|was|were|is|are|the \w+)\b.*$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r" (?:that|which|who|whom|when|where|whose|for which|on which|at which|in which|so that|because|used "
    r"to|used for|they|he|she|we|you|to show|to indicate|showing|indicating|describing|representing"
    r"|denoting|telling|of what|of how|of why|of who|about what|about how) .*$",
    re.IGNORECASE,
)
_OF = re.compile(r"^(.+?) (?:of|for) (?:the |a |an |each |every |that |this |their )?(.+)$", re.IGNORECASE)
_PARTICIPLE = re.compile(
    r"(?:ed|en|ted|paid|sold|lost|won|sent|read|active|premium|new|valid|public|available|open|online)$", re.IGNORECASE
)
KEPT_PLURAL = frozenset(
    "sales news details terms notes hours minutes seconds days years months weeks miles kilometers points "
    "steps goals assists likes views clicks shares followers subscribers visits "
    "impressions calories bedrooms bathrooms beds baths rooms pages guests nights passengers seats tags "
    "skills hobbies interests features amenities ingredients genres credits marks "
    "attendees participants employees children kids dependents parcels packages pallets boxes bytes plays "
    "hits retries attempts copies visitors reactions upvotes retweets comments "
    "symptoms allergies medications languages units pieces stars conditions contents remarks observations "
    "instructions reps sets wins losses draws kills deaths tokens requests errors "
    "conversions opens bounces orders items sessions users returns earnings winnings savings expenses "
    "proceeds dimensions coordinates servings portions preferences settings options "
    "permissions roles categories topics keywords labels attributes species series gps os address status "
    "alerts downloads installs fps hp kills crashes doors cylinders floors".split()
)


MOST_NOUNS = 5  # words of a name; a longer phrase is a description


@dataclass(frozen=True, slots=True)
class Named:
    """A column's name, and what the words around it add.

    Attributes:
        name: in snake case; empty when nothing is left that names anything.
        words: for the search in the catalogue.
        flag: whether the phrase asks a question of yes and no.
    """

    name: str
    words: str
    description: str = ""
    flag: bool = False
    count: bool = False


def asks_indirectly(text: str) -> bool:
    """Whether a phrase names its column by a question: `which doctor they see`, `who won`."""
    plain = stripped(text)
    return any(pattern.match(plain) for pattern in (_WHO_IS, _WHO_DID, _WHICH, *(pattern for pattern, _ in _ASKED)))


def named(text: str, *, counted: bool = False, plural: bool = False) -> Named:
    """The name in a phrase.

    Args:
        counted: whether its cells are numbers, so that a plural says what they count.
        plural: whether a plural that is no other form of a known name is the name itself.
    """
    quoted = re.search(r"`([^`]{1,64})`", text)
    if quoted:
        return Named(quoted.group(1).strip(), quoted.group(1).replace("_", " "))
    if len(text.strip()) == 1 and text.strip().isalpha():
        return Named(text.strip().casefold(), text.strip())
    called = _CALLED.search(text)
    plain = called.group(1) if called else unquoted(stripped(text))
    return (
        _yes_or_no(text, plain)
        or _circumscribed(plain)
        or _counting(plain)
        or _noun(plain, counted=counted, plural=plural)
    )


def _yes_or_no(text: str, plain: str) -> Named | None:
    """`is_active`, `has rings`, `whether it was returned`."""
    if _ASKS.match(plain) and " " not in plain:
        return Named(snake(plain), plain.replace("_", " "), flag=True)
    asked = _ASKED_YOU.match(plain)
    if asked:
        return Named(
            snake(f"{asked.group(1)} {asked.group(2)}"), f"{asked.group(1)} {asked.group(2)}", plain, flag=True
        )
    asks = _ASKS_IN_WORDS.match(text.strip(" ,;:.-"))
    if asks and (not _is_exact(asks.group(2)) or find(asks.group(2))[0].kind.type == "boolean"):
        return Named(snake(asks.group()), asks.group(), flag=True)
    whether = _WHETHER.match(plain)
    return _flag(whether) if whether else None


def _circumscribed(plain: str) -> Named | None:
    """`how old they are`, `when the order was placed`."""
    for pattern, name in _ASKED:
        if pattern.match(plain):
            return Named(name, name, plain)
    asked = _WHO_IS.match(plain) or _WHICH.match(plain)
    if asked:
        return Named(snake(asked.group("noun")), asked.group("noun"), plain)
    agent = _WHO_DID.match(plain)
    if agent:
        return Named(snake(f"{agent.group(1)} by"), f"{agent.group(1)} by", plain)
    when = _WHEN.match(plain)
    return _moment(when) if when and len(when.group(2).split()) <= 5 else None


def _counting(plain: str) -> Named | None:
    """`6 numbers`, `how many items`, `number of orders`, `seats sold`."""
    several = re.match(r"(\d{1,2}) (?:unique |different |distinct |random )?([a-z]+s)$", plain, re.IGNORECASE)
    if several:
        return Named(snake(several.group(2)), several.group(2))
    many = _MANY.match(plain)
    what = stripped(_CLAUSE.sub("", many.group(1))) if many else ""
    if what and not plain.casefold().startswith("number of times"):
        asked = plain.casefold().startswith("how many")
        name = f"{singular_of(what.casefold())} count" if asked else f"number of {what}"
        return Named(snake(name), f"number of {what}", count=True)
    sold = _SOLD.match(plain.replace("_", " "))
    if sold and sold.group(1).casefold() not in ("hours", "sales"):
        return Named(snake(plain), f"number of {sold.group(1)}", count=True)
    return None


def _noun(plain: str, *, counted: bool, plural: bool) -> Named:
    """What is left: a noun phrase, without its clauses."""
    clause = _CLAUSE.search(plain)
    description = plain if clause and len(plain.split()) > 3 else ""
    phrase = stripped(plain[: clause.start()] if clause and clause.start() else plain)
    phrase = _in_order(re.sub(r"['’]s?\b", "", phrase))
    words = phrase.split()
    if len(words) > MOST_NOUNS:
        description = description or phrase
    whole = " ".join(words[:MOST_NOUNS])
    name = snake(
        stripped(
            whole
            if counted or (plural and not (len(words) > 1 and _is_exact(singular_of(whole.casefold()))))
            else _one(whole)
        )
    )
    return Named(name, name.replace("_", " "), description)


def _is_exact(words: str) -> bool:
    best = find(words)
    return bool(best) and best[0].score >= 0.97


def stripped(text: str) -> str:
    """Without articles, fillers and what dangles."""
    plain = text.strip(" ,;:.-=+\"'&()[]{}|/?!<>~")
    for _ in range(4):
        shorter = _TAIL.sub("", _LEAD.sub("", plain))
        shorter = _DANGLING.sub("", shorter) if len(shorter.split()) > 2 else shorter.strip(" ,;:.-=+\"'&()[]{}|/?!<>~")
        if shorter == plain:
            break
        plain = shorter
    return plain


def _flag(whether: re.Match[str]) -> Named:
    verb, rest = (whether.group(1) or "").casefold(), stripped(_CLAUSE.sub("", whether.group(2)))
    words = stripped(" ".join(rest.split()[:4]))
    if verb in ("has", "have", "had") and not _PARTICIPLE.search(words.partition(" ")[0]):
        return Named(snake(f"has {words}"), f"has {words}", flag=True)
    if words.endswith((" by", " with", " via", " in", " from", " at")):
        return Named(snake(words), words)  # `whether it was paid by card or cash` asks for more than yes or no
    if verb:
        return Named(snake(f"is {words}"), f"is {words}", flag=True)
    return Named(snake(words), words, flag=True)


def _moment(when: re.Match[str]) -> Named:
    unit = (when.group(1) or "").casefold()
    rest = stripped(re.sub(r"\b(?:was|were|is|are|they|it|has|have|been|got|the)\b", " ", when.group(2)))
    rest = " ".join(rest.split()[:4])
    if not rest:
        return Named(unit, unit)
    if unit in ("date", "day", "year", "time"):
        return Named(snake(f"{rest} {unit}"), f"{rest} {unit}")
    return Named(snake(f"{rest} at"), f"{rest} at")


def _in_order(text: str) -> str:
    """`name of the customer` as `customer name`, unless the phrase is a term of its own."""
    found = _OF.match(text)
    if found is None or len(text.split()) > 7:
        return text
    best = find(text.replace("_", " "))
    if best and best[0].score >= 0.97:
        return text
    head, owner = found.group(1), found.group(2)
    owner, per, rate = owner.partition(" per ")
    if head.casefold() in ("list", "set", "array", "collection", "series", "couple", "kind", "sort"):
        return owner
    return f"{owner} {head}{per}{rate}" if len(owner.split()) <= 3 else head


def _one(text: str) -> str:
    """The last word in the singular, unless it counts or lists something."""
    head, _, last = text.rpartition(" ")
    if (
        len(last.rpartition("_")[2]) <= 3
        or last.casefold() in KEPT_PLURAL
        or last.rpartition("_")[2].casefold() in KEPT_PLURAL
        or not last.casefold().endswith("s")
    ):
        return text
    one = singular_of(last.casefold()) if last.islower() else singular_of(last)
    return f"{head} {one}".strip() if one in _SINGULARS() else text


def _SINGULARS() -> frozenset[str]:  # noqa: N802
    return frozenset(alias.rpartition(" ")[2] for kind in kinds().values() for alias in kind.aliases)
