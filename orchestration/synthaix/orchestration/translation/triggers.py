"""Where a sentence begins to list columns."""

import re

from synthaix.orchestration.schema.catalogue.spelling import spelled
from synthaix.orchestration.schema.kinds import find
from synthaix.orchestration.translation.domains import domain_named, domain_of
from synthaix.orchestration.translation.items import items_in
from synthaix.orchestration.translation.naming import stripped
from synthaix.orchestration.translation.request import Request
from synthaix.orchestration.translation.sketches import sketch_of
from synthaix.orchestration.translation.subjects import subject_in
from synthaix.orchestration.translation.wording import is_plural, singular_of

_COLUMNS = (
    r"(?:columns|fields|column(?! names?\b)|field(?! names?\b)|attributes?|properties|features|variables|headers?|data ?points|keys"
    r"|info(?:rmation)?|details|data|parameters|cols)"
)
_EXPLICIT = re.compile(
    r"(?:\b(?:with|having|including|includ(?:e|es)|using|use|has|have|needs?|contains?|containing|and|the"
    r"|my|these|following|required|requested|in|its|their|schema|output|mandatory|desired|expected|per[- "
    rf"]row)[, ]*(?:the |these |an? )?){{0,9}}(?:following )?(?:\d{{1,2}} )?\b{_COLUMNS}"
    r"(?: (?:are|is|should be|must be|should include|must include|would be|being|include|includes|like"
    r"|such as|for each \w+|to include|in (?:this|that) order|in order|needed|required|i need|i want|we "
    r"need|i'd like|as follows|called|named|names|i'm after|that i need|wanted|of interest|will be)){0,9}(?: "
    r"?:-?| ?=| ?->| ?-(?= ))? (?=[\w\"'`\[(])",
    re.IGNORECASE,
)
_EACH = re.compile(
    r"(?:^|[,.;:] ?| )(?:and |where |in which |for )?(?:each|every|all|per|one|any) (?:of (?:them|these"
    r"|which) |single |individual )?(?:\w+ )?\w+,? ?(?:\w+ )?(?:should |must |needs? to |has to |have to "
    r"|will |would |shall |ought to |also |at least |ideally ){0,9}(?:have|has|having|contain|contains|include"
    r"|includes|including|consists? of|show|shows|record|records|hold|holds|list|lists|capture|captures"
    r"|store|stores"
    r"|comes? with|needs|requires?|carr(?:y|ies)|get|gets|track|tracks|i (?:want|need|would like|'d like)"
    r"|we (?:want|need)|give me|provide)(?: (?:to (?:have|include|see|know|contain)|the following|at least"
    r"|a few|things like|also|these|columns?|fields?|attributes?|its|the|their)){0,9}:? (?=\S)",
    re.IGNORECASE,
)
WITH = re.compile(
    r"(?:^|[ ,(-])(?:(?:each (?:one )?|all |every one )?with|w/|including|includes?|incl\.?|inc\."
    r"|containing|contains?|consisting of|consists of|comprising|comprised of|having|featuring|features"
    r"|that (?:have|has|include|includes|contain|contains|show|shows|lists?|records?|captures?|tracks?)"
    r"|which (?:have|has|include|includes|contain|contains|shows?)|who have|made up of|"
    r"composed of|showing|capturing|recording|tracking|listing|storing|described by|defined by|along with"
    r"|should have|must have|should include|must include|has|have|where)(?![\w-])(?: (?:the following"
    r"|these|this|at least|things like|stuff like|fields like|columns like|columns such as|data like|info "
    r"like|information such as|their|its|an?|all|some|to know|to see|to include"
    r"|it to have|it to include|them to have|the usual|columns?|fields?|attributes?|for each|basic|just"
    r"|only|each having)\b:?){0,9}:? ?(?=\S)",
    re.IGNORECASE,
)
_FOR_EACH = re.compile(
    r"(?:^|[,.;:(] ?| )(?:and )?for (?:each|every|all|any)(?: of (?:the|these|them))?(?: \w+){1,2}?,?:? (?=(?:the|their|its|an?) \w)",
    re.IGNORECASE,
)
_WE_SEE = re.compile(
    r"(?:^|[ ,])(?:(?:we|i|you|they|users|people|it)(?: also| really)? (?:must|need to|want to|should|have to|would like to"
    r"|'d like to|would love to)(?: also)? (?:see|have|know|get|find|include|track|store|record|show|capture|list)"
    r"|(?:what|all|things|stuff) (?:we|i) (?:need|want|would like|'d like)(?: to (?:see|have|know))?(?: is| are)?):? "
    r"(?:the |these |their |at least )?(?=\S)",
    re.IGNORECASE,
)
_EACH_HAS = re.compile(
    r"(?:^|[ ,])(?:where|with|and|in which)? ?(?:each|every one|all)(?: one| of them| row)? (?:should "
    r"|must |needs to |will )?(?:have|has|having|with|include|includes|contain|contains|consists of):? "
    r"(?=\S)",
    re.IGNORECASE,
)
_BRACKET = re.compile(r"\((?=[^()]*(?:\([^()]*\)[^()]*){0,9},[^()]*(?:\([^()]*\)[^()]*){0,9}\)\W*$)")
_ROWS_COLON = re.compile(r" (?:rows|records|entries|lines|samples)(?: please| of them)? ?(?::| - )", re.IGNORECASE)
_COLON = re.compile(r"(?<=[A-Za-z)\d\"'`]) ?(?::|->| - (?=\S))-? ?(?=\S)")


_NO_LIST = re.compile(
    r"(?:please )?(?:create|generate|make(?! ?,| and )|give me|build|produce|i need|we need|i want|we want)\b"
    r"|(?:an? |the )?(?:standard deviation|std|sd|mean|median|average|min|max|minimum|maximum|values?|no|\d+ decimals?)\b(?! \w+,)"
)


def trigger(sentence: str, request: Request) -> tuple[int, int, bool] | None:
    """Where the list of columns begins: end of the head, start of the list, and whether it is called so."""
    found: list[tuple[int, int, bool]] = []
    for pattern, explicit in (
        (_EXPLICIT, True),
        (_EACH, True),
        (_EACH_HAS, True),
        (_FOR_EACH, True),
        (_WE_SEE, False),
        (WITH, False),
        (_COLON, False),
    ):
        for match in pattern.finditer(sentence):
            content = sentence[match.end() :]
            if not _opens_list(content, match.group(), explicit=explicit) or (
                match.group().strip() == "-" and re.search(r"[,=]", sentence[: match.start()])
            ):
                continue
            found.append((match.start(), match.end(), explicit))
            break
    bracket = _BRACKET.search(sentence)
    if bracket and bracket.start() and subject_in(sentence[: bracket.start()]):
        items = items_in(sentence[bracket.end() :])
        if len(items) > 2 and sum(map(knows, items)) * 2 > len(items):
            found = [each for each in found if not _names_only(sentence[each[1] : bracket.start()])]
            found.append((bracket.start(), bracket.end(), False))
    comma = _after_subject(sentence, request)
    if comma is not None:
        found.append(comma)
    if not found:
        return None
    first = _behind_count(request, found, sentence) or min(found)
    if not first[2] and _is_list_already(sentence[: first[0]]):
        return None
    explicit_near = [each for each in found if each[2] and first[0] <= each[0] <= first[1] + 40]
    return (
        max(explicit_near, key=lambda each: each[1])
        if explicit_near and not _lists_before(sentence, first, explicit_near[-1])
        else first
    )


def _behind_count(request: Request, found: list[tuple[int, int, bool]], sentence: str) -> tuple[int, int, bool] | None:
    """The colon that follows how many: `i have a farm simulation and require 365 rows: day, yield`."""
    if request.count is None or not _ROWS_COLON.match(request.text, request.count.stop):
        return None
    return next((each for each in found if sentence[each[0] : each[1]].strip() in (":", "-")), None)


def _names_only(between: str) -> bool:
    """Whether between a trigger and a list in brackets stands nothing but a noun."""
    return "," not in between and len(between.split()) <= 4


def _is_list_already(head: str) -> bool:
    """Whether columns are listed before the trigger, which then only belongs to one of them."""
    items = items_in(head) if head.count(",") > 1 else []
    if len(items) < 3 or (domain_of(items[0])[0] is not None and is_plural(items[0].rpartition(" ")[2].casefold())):
        return False
    return sum(map(knows, items)) * 2 > len(items)


def _after_subject(sentence: str, request: Request) -> tuple[int, int, bool] | None:
    """`60k taxi rides, pickup time, fare, tip`: a list that follows its subject after a comma, or after `like`."""
    like = re.search(r" (?:like|such as|e\.g\.|readings of|records of|rows of|lists? of) (?=\S)", sentence)
    for match in [*([like] if like else []), *list(re.finditer(r"[,;.] | - ", sentence))[:1]]:
        head, content = sentence[: match.start()], sentence[match.end() :]
        head = f"{head} {match.group().replace(' of', '')}".strip() if match.group().endswith(" of ") else head
        domain, words = domain_of(subject_in(head))
        if domain is None or (
            not is_plural(head.rpartition(" ")[2].casefold()) and words[-1:] != tuple(spelled(head)[-1:])
        ):
            continue
        if not is_plural(head.rpartition(" ")[2].casefold()) and _is_column(head):
            continue  # `ip address, method, path`
        if request.subject and not is_plural(head.rpartition(" ")[2].casefold()):
            continue  # `policyholder, plate number, ...` after a sentence about policies
        items = items_in(content)
        if len(items) >= 3 and sum(map(knows, items)) * 2 > len(items) and not WITH.search(head):
            return match.start(), match.end(), False
    return None


def _lists_before(sentence: str, first: tuple[int, int, bool], explicit: tuple[int, int, bool]) -> bool:
    """Whether a list already runs between the first trigger and a later, explicit one."""
    between = sentence[first[1] : explicit[0]]
    return len(items_in(between)) > 1 and explicit[0] > first[1]


def _opens_list(content: str, trigger: str, *, explicit: bool) -> bool:
    """Whether what follows a trigger can be a list of columns."""
    start = content.lstrip(" :-").casefold()
    if not explicit and _NO_LIST.match(start):
        return False
    if not start or (
        re.match(
            r"(?:no|about|around|roughly|approximately|exactly|a total of|at least|over|more than)? ?\d[\d,"
            r".]*[km]? ?(?:rows|records|entries|different|random|synthetic|fake|samples?|lines)?\b(?! ?-? ?digit)",
            start,
        )
        and not explicit
    ):
        return False
    if (
        re.match(
            r"(?:a (?:csv|dataset|table|list|database|json|file)|data (?:for|about|on)|(?:some )?(?:synthetic|fake"
            r"|mock|dummy|sample|test) )",
            start,
        )
        and not explicit
    ):
        return False
    if (
        explicit
        and re.search(r"\b(?:info(?:rmation)?|details|data|parameters)\b", trigger.casefold())
        and not re.search(r"[:=]|includ|follow|->", trigger.casefold())
    ):
        return False
    rows = re.match(
        r"((?:[\w'-]+,? ){1,4}?)(?:each |all |every one )?(?:with|containing|including|having|consisting|that "
        r"have|where)\b",
        start,
    )
    if (
        rows
        and not explicit
        and domain_of(rows.group(1))[0] is not None
        and rows.group(1).rstrip(" ,").endswith(("s", "data", "people"))
    ):
        return False
    return not (trigger.strip(" ,(").casefold() in ("has", "have", "where") and len(items_in(content)) < 2)


def colon_inside(head: str, content: str, counted: str) -> tuple[str, str]:
    """`customer data: name, email` after `with`: what stands before the colon belongs to the head."""
    found = re.match(r"([^:,()]{1,60}?)(?::| ->) ?(.+)$", content)
    if found is None:
        return head, content
    before = found.group(1).strip()
    generic = re.search(rf"\b(?:{_COLUMNS[3:-1]}|following|these|things)$", before, re.IGNORECASE) is not None
    if (
        generic
        or (counted and subject_in(before).casefold() in (counted, singular_of(counted)))
        or (
            domain_named(before) is not None
            and len(items_in(found.group(2))) > 1
            and (is_plural(before.rpartition(" ")[2].casefold()) or not _is_column(before))
        )
    ):
        return f"{head} {before}", found.group(2)
    return head, content


def _is_column(text: str) -> bool:
    best = find(stripped(text))
    return bool(best) and best[0].score >= 0.9


def tail_of(content: str) -> tuple[str, list[str]]:
    """The list without what follows it in the same sentence: `; also ...`, ` - make sure ...`."""
    found = re.search(
        r"(?:;| -|,)? (?:make sure|ensure|ensuring|making sure|where (?:the |all )?\w+(?: \w+)? (?:is|are|must"
        r"|should)|with the (?:constraint|condition|rule|requirement)s? that|such that|so that|keep in mind"
        r"|note that|given that|assuming|provided that|but (?:make|keep|no|not)\b(?! (?:over|older|more|above|beyond|exceeding|under|below)\b)|in which (?:case|the|each|all)\b|for (?:the )?(?:last"
        r"|past|year|period|customers in|users in|people in)|all (?:of (?:them|the \w+) )?(?:from|in|based in"
        r"|located in|dated|for)\b|for each (?:customer|user|person|row|record|patient|order|employee)$)(.*)$",
        content,
        re.IGNORECASE,
    )
    if found is None or not content[: found.start()].strip():
        return content, []
    said = re.sub(
        r"^(?:;| -|,)? ?(?:make sure(?: that)?|ensure(?: that)?|ensuring(?: that)?|making sure(?: that)?|where"
        r"|with the \w+ that|such that|so that|note that|but)",
        "",
        content[found.start() :].strip(),
        flags=re.IGNORECASE,
    ).strip(" ,;-")
    return content[: found.start()].rstrip(" ,;-"), [said] if said else []


def knows(item: str) -> bool:
    """Whether an item looks like a column: the catalogue knows it, or it says what its cells are."""
    sketch = sketch_of(item[:200])
    facts = sketch.facts
    if not sketch.name or len(sketch.name.split("_")) > 5:
        return False
    if (
        facts.type is not None
        or facts.low is not None
        or facts.high is not None
        or facts.choices
        or "nullable" in facts.rules
        or facts.rules.keys() & {"unique", "distribution", "pattern", "max_length"}
        or facts.unit
        or facts.moments
        or sketch.count
        or sketch.flag
        or sketch.words.endswith((" by", " at", " on"))
    ):
        return True
    best = find(sketch.words)
    return bool(best) and best[0].score >= 0.6


def lists_columns(text: str) -> bool:
    """Whether a text says outright which columns rows have."""
    return _EACH.search(text) is not None or _EXPLICIT.search(text) is not None
