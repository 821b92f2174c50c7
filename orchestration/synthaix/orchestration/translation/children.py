"""How many rows of one table belong to a row of another: `each customer has 1-5 orders`, `orders (about 5 each)`."""

import re

from synthaix.orchestration.translation.domains import domain_named, domain_of
from synthaix.orchestration.translation.naming import stripped
from synthaix.orchestration.translation.wording import is_plural, plural_of, singular_of

WORD = r"(?!(?:and|or|with|the|a|an|plus|then|of|for|in|each|every|their)\b)[A-Za-z][\w'-]*"
NOUN = rf"{WORD}(?: {WORD}){{0,2}}?"
_RANGE = (
    r"(?:(?:about |around |roughly |exactly |at least |up to |approximately |between |from )?(\d{1,4})(?: "
    r"?(?:-|to|and|or) ?(\d{1,4}))?|several|multiple|many|some|a few|one or more|zero or more|any number "
    r"of|a number of)"
)
_PER = (
    re.compile(
        rf"\b(?:each|every|per|a|any|all) (?P<parent>{NOUN})(?:,| (?:should|must|will|can|may|needs to|has to"
        r"|to)){0,9} (?:has|have|having|had|with|places?|makes?|gets?|owns?|contains?|includes?|writes?|receives?"
        r"|books?|submits?|takes?|holds?|possess(?:es)?|buys?|leaves?|posts?|creates?|belongs to|consists? of) "
        rf"(?P<up>up to |at most |at least )?{_RANGE} (?P<child>{NOUN})(?= each|$|[,.;:\n)(]| \(| (?:with|and"
        r"|including|having|containing|that|which|where|in|over|between|from|on|placed|made|of))",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?P<up>\bup to |\bat most |\bat least )?\b{_RANGE} (?P<child>{NOUN}) (?:per|for each|for every|each"
        rf"|by each|to each) (?P<parent>{NOUN})(?=$|[,.;:\n)(]| \(| (?:with|and|including|having|in|over|on))",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?:,|\band|\bwho|\bthat)? ?\b(?:with|having|has|have|and) (?P<up>up to |at most |at least )?{_RANGE} "
        rf"(?P<child>{NOUN})(?P<parent>) each\b",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?:,|\band)? ?(?P<up>\bup to |\bat most |\bat least )?\b{_RANGE}(?: rows| records)?(?P<child>) (?:per|for each|for every) "
        rf"(?P<parent>{NOUN})(?=$|[,.;:\n)])",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:,|\band|\bwho|\bthat)? ?\b(?:each (?:of (?:them|which|whom) )?(?:with|having|has|have)|each) "
        rf"(?P<up>up to |at most |at least )?{_RANGE} (?P<child>{NOUN})(?P<parent>)(?=$|[,.;:\n)(]| \(| (?:with"
        r"|and|including|having|containing))",
        re.IGNORECASE,
    ),
)
_COUNTED_CHILD = re.compile(
    rf"\b(?P<child>{NOUN}) ?[(,] ?(?P<up>up to |at most |at least )?{_RANGE} (?:each|(?:per|for each|for every|each|a) "
    rf"(?P<parent>{NOUN})) ?(?:\)|, ?(?=with\b))",
    re.IGNORECASE,
)
COUNT_BEHIND = re.compile(
    rf",? ?(?P<up>up to |at most |at least )?{_RANGE} (?:each|(?:per|for each|for every) {WORD})(?=$|[,.;\n])",
    re.IGNORECASE,
)
_BELONGS = re.compile(
    rf"\b(?:each|every|a|an|all|the) (?P<child>{NOUN}) (?:belongs? to|is linked to|are linked to"
    r"|references?|is for|is part of|refers to|is assigned to|is placed by|is written by|is made by|comes "
    rf"from) (?:exactly )?(?:a|an|one|its|the|some|1)? ?(?P<parent>{NOUN})(?=$|[,.;:\n)(])",
    re.IGNORECASE,
)

PerParent = tuple[str, str, tuple[int, int]]  # parent, child, how many children a parent has


def counted_children(text: str) -> tuple[str, list[PerParent]]:
    """`their orders (about 5 per customer)`: how many children, said behind their noun; the text without it."""
    found: list[PerParent] = []
    for match in list(_COUNTED_CHILD.finditer(text))[:8]:
        child, parent = table_noun(match.group("child")), match.group("parent") or ""
        if child is not None and (not parent or domain_of(parent)[0] is not None or f"{parent.casefold()}s" in text):
            found.append((parent, child, children_in(match)))
            text = text.replace(match.group(), match.group("child"), 1)
    return text, found


def children_in(match: re.Match[str]) -> tuple[int, int]:
    """The least and the most children that a match speaks of."""
    bound = (match.group("up") or "").strip().casefold()
    numbers = [int(group) for group in match.groups() if group and group.isdigit()]
    least, most = (numbers[0], numbers[-1]) if numbers else (1, 5)
    if bound in ("up to", "at most"):
        least = 0
    elif bound == "at least":
        most = least + 4
    return min(least, most), max(least, most, 1)


def per_parent(text: str) -> tuple[str, list[PerParent]]:
    """`each customer has 1-5 orders`: parents, children and how many; the text without them."""
    found: list[PerParent] = []
    rest = text
    for pattern in _PER:
        for match in list(pattern.finditer(rest))[:8]:
            child = table_noun(match.group("child")) if match.group("child") else ""
            child = _announced(match.group("child"), text) if child is None else child
            parent = match.group("parent") or ""
            if child is None or (
                parent
                and (domain_of(parent)[0] is None or match.group().lstrip(" ,").casefold().startswith(("a ", "an ")))
                and f"{parent.casefold()}" not in text.casefold().replace(match.group().casefold(), "")
            ):
                continue
            found.append((parent, child, children_in(match)))
            tail = rest[match.end() :]
            joined = re.match(r" ?(?:with|including|having|containing|\(|:) ?", tail) if child else None
            rest = (
                f"{rest[: match.start()]}. {child} with {tail[joined.end() :]}"
                if joined
                else f"{rest[: match.start()]}{tail}"
            )
    for match in list(_BELONGS.finditer(rest))[:8]:
        child, parent = (
            plural_of(singular_of(match.group("child").casefold())),
            plural_of(singular_of(match.group("parent").casefold())),
        )
        if (table_noun(child) and table_noun(parent)) or (
            re.search(rf"\b{re.escape(child)}\b", rest, re.IGNORECASE)
            and re.search(rf"\b{re.escape(parent)}\b", rest, re.IGNORECASE)
        ):
            found.append((parent, child, (0, 0)))
            rest = rest.replace(match.group(), "", 1)
    return rest, found


def _announced(noun: str, text: str) -> str | None:
    """A noun of no domain that the text lists the columns of: `episodes: title, run time`."""
    plain = stripped(noun).casefold()
    listed = is_plural(plain.rpartition(" ")[2]) and re.search(
        rf"(?:^|[.;,\n] ?){re.escape(plain)}(?: table)?(?::| \(| have| has) ?\w", text, re.IGNORECASE
    )
    return plain if listed else None


def table_noun(words: str) -> str | None:
    """The plural noun of a domain at the end of some words; None when they name no table."""
    plain = stripped(words).casefold()
    parts = plain.split()[-4:]
    for start in range(len(parts)):
        phrase = " ".join(parts[start:])
        if domain_named(phrase) is not None and (
            is_plural(parts[-1]) or parts[-1] in ("people", "staff", "data", "inventory")
        ):
            return phrase
    return None
