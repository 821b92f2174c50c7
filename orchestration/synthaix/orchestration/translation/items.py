"""A written list cut into its items: one phrase for each column."""

import re
from functools import cache, lru_cache

from synthaix.orchestration.schema.column import NUMERIC_TYPES, TEMPORAL_TYPES
from synthaix.orchestration.schema.kinds import find, kinds
from synthaix.orchestration.translation.choices import read_flag_share
from synthaix.orchestration.translation.facts import Facts, Phrase
from synthaix.orchestration.translation.heads import with_heads
from synthaix.orchestration.translation.naming import asks_indirectly, stripped
from synthaix.orchestration.translation.qualifiers import PORTION
from synthaix.orchestration.translation.wording import cut

_AND = re.compile(
    r",? (?:and also|and then|and|&|plus|as well as|along with|together with|followed by|and finally|also"
    r"|(?<!\w)\+(?!\w)) (?!(?:so on|more|etc|above|over|up|below|under|older|greater|less|fewer)\b)",
    re.IGNORECASE,
)
_AFTER_AND = re.compile(
    r"^(?:(?:a |an |the |with |in |must |should |is |are |be |always |not |never ){0,9}(?:sd|std|standard "
    r"deviation|stddev|sigma|mean|average|max(?:imum)?|at most|\d[\d,.]*|unique|required|optional|nullable"
    r"|not null|non-null|positive|before|after|later|greater|less|under|below|up to|no more|between|two|2) "
    r"?)",
    re.IGNORECASE,
)
_QUALIFIER = re.compile(
    r"^(?:which|that|where|who|whose|must|should|ranging|range(?: of| from| between|:)? ?[\d$€£-]|between|in the (?:last|past|range|form"
    r"|format|next)|in (?:usd|eur|gbp|\d)|within|up to|at least|at most|formatted|normally|uniformly"
    r"|distributed|"
    r"always|never|not null|not|no nulls|optional$|unique$|nullable$|required$|mandatory$|mostly|mainly|rarely|seldom|sometimes|occasionally|e\.g|eg\b"
    r"|i\.e|such as|usually|typically|starting with|prefixed|max\.? ?\d|min\.? ?\d|(?:maximum|minimum)(?: of)? ?[$€£]?\d|more "
    r"than|less than|over \d|under \d|after|before|later|"
    r"with (?:a |an |about |around |roughly )?(?:mean|average|min|max|minimum|maximum|\d|values?|standard"
    r"|sd|no|unique|duplicates|some null|nulls|decimals?|two decimals)|\d[\d.]* ?%|the rest|rest|remaining"
    r"|remainder|approximately|around \d|about \d|rounded|positive|non-negative|"
    r"from \d|from [$€£]|\d[\d.,]*k? ?(?:-|to) ?\d|\d+ (?:chars|characters|decimals|digits)|some of "
    r"(?:them|which)|all (?:of them )?unique|values?|sd|std|mean|\(|or\b|can be|may be|could be|equal to"
    r"|equals|calculated|computed|=|>|<|in years|in months|in days|lower ?case|upper ?case|nulls?|null if|empty if"
    r"|blank if)(?![A-Za-z_])",
    re.IGNORECASE,
)
_MARK = re.compile(
    r"(?:\b(?:one of|either|can be|being|could be|values?|options?|choices|among|such as|e\.g\.|like"
    r"|i\.e\.|limited to|is|are|from|may be|must be|should be|in|enum|types?|levels?|categories|statuses)"
    r"|(?<![<>!])[:=]|->) ?:?(?: the following:?)? ?[^\s,;:=]+(?: [^\s,;:=]+){0,3}$",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"^(?:rows?|volume|count|size|records|n|total rows|number of rows|row count|amount of rows) ?[:=] "
    r"?\d[\d,.]*[kKmM]?(?: rows| records)?$",
    re.IGNORECASE,
)
_TOGETHER = (
    "terms and conditions",
    "research and development",
    "date and time",
    "date & time",
    "name and address",
    "r&d",
    "q&a",
    "pros and cons",
    "food and beverage",
    "health and safety",
    "black and white",
    "time and date",
)


_RATE_AHEAD = re.compile(  # `19% vat`
    r"^(\d{1,2}(?:\.\d+)? ?%) ((?:sales )?(?:vat|tax|gst|commission|discount|fee|markup))$", re.IGNORECASE
)
_NULLS_AHEAD = re.compile(  # `5% missing phone`
    r"^((?:about |around )?\d{1,2}(?:\.\d+)? ?% (?:missing|null|empty|blank))(?: for| of)? (?!values?\b)([a-z][\w ]*)$", re.IGNORECASE
)


def items_in(content: str) -> list[str]:
    """The items of a list, each with its qualifiers."""
    dashed = re.split(r" - (?=[A-Za-z])", content)
    if len(dashed) > 2 and len(cut(content, ",;\n")) == 1:
        content = "; ".join(dashed)  # `code - name - city`
    pieces = [each for each in _pieces(content) if not _COUNTED.match(each[1])][: 2 * MOST_ITEMS]
    joined = _with_values(with_heads(pieces))
    return [item for piece in joined for item in _expanded(piece)][:MOST_ITEMS]


def _pieces(content: str) -> list[tuple[str, str]]:
    """The list cut at commas and at `and`, each piece with what stood before it."""
    content = re.sub(r" ?(?:->|=>|[-:])$", "", content.rstrip())  # that led to what is no column: `... -> 8,800 events`
    found: list[tuple[str, str]] = []
    pipes = content.count("|")
    for part in cut(content, ",;\n|" if pipes > 1 and "," not in content else ",;\n"):
        before = ","
        for piece in _at_and(part):
            stripped_piece = re.sub(
                r"^(?:and|&|plus|as well as|also|along with) ", "", piece.strip(), flags=re.IGNORECASE
            )
            turned = stripped_piece
            stripped_piece = _NULLS_AHEAD.sub(r"\2 \1", _RATE_AHEAD.sub(r"\2 \1", stripped_piece))
            if stripped_piece:
                found.append((before if turned == piece.strip() else "and", stripped_piece))
            before = "and"
    return found


def _at_and(text: str) -> list[str]:
    """The parts between those `and` that separate columns."""
    parts, start = [], 0
    for match in _AND.finditer(text):
        before, after = text[start : match.start()], text[match.end() :]
        near = text[max(0, match.start() - 14) : match.end() + 14].casefold()
        if text.count("(", 0, match.start()) > text.count(")", 0, match.start()) or any(
            term in near for term in _TOGETHER
        ):
            continue
        if match.group().strip() == "+" and "=" in before:
            continue
        if _in_range(before, after) or (_AFTER_AND.match(after) and _is_qualifier_after(after)):
            continue
        parts.append(before)
        start = match.end()
    parts.append(text[start:])
    return [part.strip() for part in parts if part.strip()]


def _in_range(before: str, after: str) -> bool:
    """Whether the `and` belongs to `between 5 and 10`, `both a and b`."""
    before = before[-120:]
    opened = re.search(
        r"\b(?:between|both|sum of|product of|difference between)\b(?!.*\band\b)((?: \S+){1,4})$", before, re.IGNORECASE
    )
    return opened is not None


def _is_qualifier_after(after: str) -> bool:
    """Whether what follows `and` qualifies the column before it: `mean 50 and sd 10`, `over 5 and under 10`."""
    words = after.split()
    if re.match(r"(?:unique|optional|required|nullable|positive) ", after, re.IGNORECASE) and len(words) > 1:
        return False
    if re.match(r"\d", after):
        return (
            not re.match(r"\d[\d,.]*k? [a-z]", after, re.IGNORECASE)
            or re.match(
                r"\d[\d,.]* ?(?:%|usd|eur|years?|days?|percent|dollars?|characters?|chars?|words?|stars?)",
                after,
                re.IGNORECASE,
            )
            is not None
        )
    if re.match(
        r"(?:max(?:imum)?|average|mean|two|between|after|before|later|greater|less|a|an|the)\b", after, re.IGNORECASE
    ):
        return (
            re.match(
                r"(?:a |an |the )?(?:max(?:imum)?|average|mean)(?: of)? [$€£]?\d|(?:must |should |be |is ){0,9}"
                r"(?:between"
                r"|after|before|later|greater|less)\b|(?:a |an )?(?:sd|std|standard)",
                after,
                re.IGNORECASE,
            )
            is not None
        )
    return True


def _with_values(pieces: list[tuple[str, str]]) -> list[str]:
    """Pieces that only continue the one before them, joined to it."""
    items: list[str] = []
    open_list = False
    for place, (before, piece) in enumerate(pieces):
        if not items:
            items.append(piece)
            open_list = _opens_values(piece)
            continue
        ahead = _or_ahead(pieces, place) if _may_take_values(items[-1], open_list) else False
        if _continues(items[-1], before, piece, open_list=open_list, ahead=ahead):
            glue = " and " if before == "and" else ", "
            items[-1] = f"{items[-1]}{glue}{piece}"
            open_list = (open_list or ahead) and not re.search(r"(?:^| )or ", piece)
        else:
            items.append(piece)
            open_list = _opens_values(piece)
    return items


def _may_take_values(item: str, open_list: bool) -> bool:
    return open_list or not re.search(r"[()]|\w (?:if|when|unless) ", item)


def _opens_values(piece: str) -> bool:
    """Whether the piece begins a list of values that has not ended: `status: active`."""
    if re.search(r" or \S+$", piece) or piece.endswith((")", "]")):
        return False
    if re.search(r"\d ?%", piece):
        if PORTION.search(piece) or re.search(r"% ?(?:-|to|and) ?\d|\d ?% (?:missing|nulls?|empty|blank)", piece):
            return False
        return not read_flag_share(Phrase(piece), Facts())
    if re.search(r"\w (?:if|when|unless) |\b(?:can|may|could|might) be (?:negative|zero|0|below|empty|blank|null|missing)", piece):
        return False  # `closed at if status is closed`
    if re.match(r"(?:is|has|was|can|needs) ", piece, re.IGNORECASE):
        return False  # `is renting`
    if re.search(r"\w ?/ ?[\w-]+$", piece) or _SAMPLE.search(piece) or re.search(r"= ?[\w ]+ [-*+/x] [\w.(]", piece):
        return False
    found = _MARK.search(piece)
    return (
        found is not None
        and not re.search(
            r"\b(?:is|are|in|from|like) (?:a |an |the )?(?:unique|optional|required|\d|[$€£]|string|int|usd|eur"
            r"|last|past)",
            piece,
            re.IGNORECASE,
        )
        and (
            re.search(
                r"(?<![<>!])[:=]|\b(?:one of|either|can be|being|could be|values?|options?|choices|among|such as|e\.g\.|like"
                r"|limited to|may be|enum|is|are)\b",
                piece,
                re.IGNORECASE,
            )
            is not None
        )
    )


_SAMPLE = re.compile(  # one value that shows the form of all
    r"\b(?:like|e\.g\.|eg|such as|format|form) [\"'`]?(?=[\w#/-]*[A-Z#])(?=[\w#/-]*[\d#])[A-Z0-9#][\w#/-]*[\"'`]?$",
    re.IGNORECASE,
)


def _or_ahead(pieces: list[tuple[str, str]], place: int) -> bool:
    """Whether a list of values runs from here to an `or`: `active, inactive or pending`."""
    if re.search(r" or (?:null|none|empty|blank|missing)\b", pieces[place][1], re.IGNORECASE):
        return False
    numbered = re.match(r"([A-Za-z][A-Za-z ]*) \d", pieces[place][1])
    if _states_itself(pieces[place][1]) or (numbered and _is_known(numbered.group(1))):
        return False
    for _, piece in pieces[place : place + 8]:
        if re.search(r" or (?:null|none|empty|blank|missing)$", piece, re.IGNORECASE):
            return False  # `listed on, sold on or null`
        if re.search(r"[(:|]|\w/\w", piece) or _is_coded_pair(piece):
            return False  # it has values of its own
        if re.match(r"or ", piece, re.IGNORECASE) or re.search(r"^\S+(?: \S+)? or \S+(?: \S+)?$", piece):
            return True
        if len(piece.split()) > 2 or "(" in piece or (_is_known(piece) and not _is_value(piece)):
            return False
    return False


_PAIR = re.compile(r"^[\w-]+ or [\w-]+$")


def _is_named_pair(piece: str, item: str) -> bool:
    """Whether `variant A or B` is a column of its own behind `user_id`, a name that begins no list of values."""
    pair = re.fullmatch(r"([A-Za-z][\w-]+) ([\w-]+) or ([\w-]+)", piece)
    if pair is None or _is_value(pair.group(1)):
        return False
    return _is_coded_pair(piece) or (len(stripped(item).split()) <= 2 and (_is_sure(item) or "_" in item))


def _is_coded_pair(piece: str) -> bool:
    """`variant A or B`: a word and two codes."""
    pair = re.fullmatch(r"([a-z][\w-]+) ([\w-]+) or ([\w-]+)", piece)
    return pair is not None and not (pair.group(2) + pair.group(3)).islower()


def _is_measured(item: str) -> bool:
    """Whether a column holds numbers or dates, so that words after it are no values of it."""
    best = find(stripped(item))
    return bool(best) and best[0].score >= 0.7 and best[0].kind.type in NUMERIC_TYPES | TEMPORAL_TYPES


def _states_itself(piece: str) -> bool:
    """Whether a piece with an `or` names its own column: `currency EUR or USD`."""
    words = piece.split()
    if " or " not in piece or len(words) < 4 or words[1].casefold() == "or":
        return False
    return _is_known(words[0]) and not _is_value(words[0])


_SHARE_OF_ROWS = re.compile(
    r"(?:about |around |roughly |some )?\d[\d.]* ?%(?: of)? (?!(?:vat|tax|gst|commission|fee|markup|true|yes|no|false|missing|nulls?|empty|blank|of|optional"
    r"|chance|are|is|in|for|and|or|off|discount|max|min|the rest)\b)[a-z]",
    re.IGNORECASE,
)


def _continues(item: str, before: str, piece: str, *, open_list: bool, ahead: bool) -> bool:
    if "%" not in item and _SHARE_OF_ROWS.match(piece):
        return False  # `approved yes/no, 35% approved`
    if open_list and re.search(r"\b(?:either|one of)\b", item) and " or " in piece:
        return True
    if re.search(r"\d$", item) and re.fullmatch(r"\d[\d.]*(?: or \d[\d.]*)?", piece):
        return True  # `price 25, 45 or 80`
    if before == "and" and re.search(r" or [\w-]+$", item) and piece.isalpha() and not _is_known(piece):
        return True  # `third party or fire and theft`
    if _QUALIFIER.match(piece) and not _names_column(piece):
        return True
    if ahead:
        return not ((_PAIR.match(piece) and _is_measured(item)) or _is_named_pair(piece, item))
    if re.match(r"[A-Za-z][\w ]*\((?!\d[\d.]* ?%\))", piece) and item.endswith(")"):
        return False
    if (
        re.search(r"\d ?%", piece)
        and re.search(r"\d ?%", item)
        and not _is_known(re.split(r"\(|\d| but | missing", piece)[0])
    ):
        return True
    if not open_list:
        return False
    if len(piece.split()) > 3 or re.search(r"[(:]|\d-\d", piece):
        return False
    plain = stripped(piece).casefold()
    if " " not in plain and "_" not in plain:
        return plain not in _USUAL or _is_value(piece)
    return _is_value(piece) or not _is_known(piece)


def _names_column(piece: str) -> bool:
    """Whether a piece that begins like a qualifier is a column all the same: `min price`, `values`."""
    if asks_indirectly(piece):
        return True
    if re.match(
        r"(?:after|before|in|within|from|with|which|that|must|should|or|between|up to|at least|over|under|more"
        r"|less)\b",
        piece,
        re.IGNORECASE,
    ):
        return False
    best = find(stripped(piece))
    return bool(best) and best[0].score >= 0.85 and not re.match(r"\d", piece)


@lru_cache(maxsize=4_096)
def _is_known(piece: str) -> bool:
    """Whether the catalogue knows a column of this name."""
    plain = stripped(re.sub(r"\b(?:unique|optional|nullable|required)\b", "", piece, flags=re.IGNORECASE))
    best = find(plain)
    return bool(best) and best[0].score >= 0.7


def _is_value(piece: str) -> bool:
    """Whether the piece is a value of a closed set of the catalogue, or an adjective that no column is called by."""
    plain = stripped(re.sub(r"\d[\d.]* ?%|[()]", "", piece)).casefold()
    return plain in known_values() and plain not in (
        "name",
        "email",
        "phone",
        "date",
        "age",
        "city",
        "country",
        "notes",
        "description",
    )


@cache
def known_values() -> frozenset[str]:
    """Every value of the catalogue's closed sets, lower case."""
    words = {
        str(value).casefold()
        for kind in kinds().values()
        if kind.constraints and kind.constraints.enum
        for value in kind.constraints.enum
    }
    return frozenset(word for word in words if word.replace(" ", "").replace("-", "").isalpha()) | {
        "active",
        "inactive",
        "pending",
        "open",
        "closed",
        "new",
        "used",
        "male",
        "female",
        "credit",
        "debit",
        "yes",
        "no",
        "basic",
        "premium",
        "sms",
        "usd",
        "eur",
        "gbp",
    }


def _expanded(piece: str) -> list[str]:
    """`first/last name` and `city/state` as two columns."""
    both = re.fullmatch(r"([A-Za-z-]+)/([A-Za-z-]+ [A-Za-z].*)", piece.strip())
    halves = with_heads([("", both.group(1)), ("and", both.group(2))]) if both else []
    if both and halves[0][1] != both.group(1):
        return [half for _, half in halves]
    run = re.match(
        r"([A-Za-z_]+ ?)(\d{1,2}) ?(?:to|-|through|\.\.\.?) ?\1(\d{1,2})\b(.*)$", piece.strip(), re.IGNORECASE
    )
    if run and 0 < int(run.group(3)) - int(run.group(2)) < 50:
        return [f"{run.group(1)}{number}{run.group(4)}" for number in range(int(run.group(2)), int(run.group(3)) + 1)]
    slash = re.fullmatch(r"([A-Za-z][A-Za-z _-]{2,30}?) ?/ ?([A-Za-z][A-Za-z _-]{2,30})", piece.strip())
    if slash and " / " in piece and all(len(side.split()) > 1 for side in slash.groups()):
        return [slash.group(1), slash.group(2)]
    if (
        slash
        and _is_sure(slash.group(1))
        and _is_sure(slash.group(2))
        and not _is_value(slash.group(1))
        and not _same_kind(slash.group(1), slash.group(2))
    ):
        return [slash.group(1), slash.group(2)]
    return [piece]


def _same_kind(first: str, second: str) -> bool:
    return find(first)[0].kind.name == find(second)[0].kind.name


def _is_sure(piece: str) -> bool:
    best = find(stripped(piece))
    return bool(best) and best[0].score >= 0.97


MOST_ITEMS = 250
_USUAL = frozenset(
    "name email phone age gender sex city country state address zip postcode street date time timestamp "
    "amount price cost total quantity qty status type category description title currency rating score id "
    "notes comment comments salary revenue "
    "username password url website company department position role language department tags color colour "
    "size weight height duration distance latitude longitude balance discount tax profit sku brand author "
    "genre year month day birthday dob "
    "created_at updated_at active priority severity region location merchant vendor supplier customer "
    "user product order invoice assignee owner manager review message subject body summary quantity stock "
    "mileage".split()
)
