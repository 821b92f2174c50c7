"""A request taken apart: how many rows, of what, with which columns, and what else it says."""

import re

from synthaix.orchestration.translation.cadence import without_cadence
from synthaix.orchestration.translation.counts import ROW_NOUNS, Count, in_digits, row_count
from synthaix.orchestration.translation.denials import denied
from synthaix.orchestration.translation.domains import domain_named, domain_of, row_words
from synthaix.orchestration.translation.heads import with_heads
from synthaix.orchestration.translation.items import items_in
from synthaix.orchestration.translation.listings import Listing, listings_in
from synthaix.orchestration.translation.naming import stripped
from synthaix.orchestration.translation.regions import regions_in
from synthaix.orchestration.translation.request import Request
from synthaix.orchestration.translation.sketches import sketch_of
from synthaix.orchestration.translation.subjects import FILLERS, HEAD_END, VERBS, around_count, subject_in
from synthaix.orchestration.translation.triggers import WITH, colon_inside, knows, tail_of, trigger
from synthaix.orchestration.translation.wording import cut, is_plural, sentences, tidy, words_of

_RULE = re.compile(
    r"^(?:(?:all|who|they) )*(?:(?:be|live|come|are|is) )?(?:based|located|living|resident) (?:in|at|near|around)\b"
    r"|^(?:(?:be|live|come|are|is) (?:based|located|living|from|in|between|all)\b|(?:about |around |roughly |some )?\d[\d.]* ?%(?! (?:vat|tax|gst|commission|discount|fee|markup)\b)"
    r"(?: of(?: the| all| these| our)?)? [a-z]\w+|(?:all|no|every|each|most|some|half of(?: the)?) \w+(?: \w+)? (?:must|should"
    r"|are|is|have|has|were)|make sure|ensure|keep|use |the \w+ (?:must|should|are|is) )",
    re.IGNORECASE,
)
_MODAL = re.compile(r"\b(?:must|should|make sure|ensure|are|is)\b", re.IGNORECASE)
_IS_ABOUT = re.compile(
    r"^(?:the |each )?(?:rows?|records?|entries|data|dataset|table|it|this|lines?|topic|subject)(?: \w+)? "
    r"(?:(?:must |should |will |shall )?(?:are|is|be|represents?|describes?|covers?|contains?|holds?"
    r"|stands for))(?: about| an?| the| our| all| describing| of){0,9} (?P<subject>[\w' -]{3,60})$",
    re.IGNORECASE,
)
_DIRECTIVE = re.compile(
    r"^(?:#+ ?)?(?P<key>rows?|number of rows|row count|count|n|size|records|table(?: name)?|topic|subject"
    r"|entity|domain|dataset(?: name)?|about|theme|title|name of (?:the )?(?:table|dataset)|columns?"
    r"|fields?|schema|attributes?|headers?|format|output(?: format)?|file|"
    r"notes?|note|constraints?|requirements?|rules?|conditions?|context|locale|country|language|region"
    r"|remarks?|additional(?: info| notes| requirements)?|relations?|relationships?)(?: ?\(.*\))? ?[:=] "
    r"?(?P<rest>.*)$",
    re.IGNORECASE,
)
_ROWS = rf"(?:{'|'.join(ROW_NOUNS)}|of (?:them|those|these)|items|lines|in total|total|altogether|please|pls|thanks)"
_PURPOSE = re.compile(
    r",? (?:for (?:testing|test purposes|a demo|demo(?: purposes)?|my (?:app|project|class|demo|thesis"
    r"|tests?|model|dashboard|course|database|website|startup)|a (?:class|project|prototype|machine "
    r"learning|ml|dashboard|tutorial|workshop)|training|machine learning|ml|development|qa|load testing"
    r"|unit tests|prototyping|analytics|staging)[\w ]{0,40}|please|thanks|thank you|as (?:a )?(?:csv|json"
    r"|table|excel)(?: file)?|in (?:csv|json|excel|table|tabular|parquet|jsonl) ?(?:format|form)?)(?=$|[.,"
    r";!?])",
    re.IGNORECASE,
)


def read_request(prompt: str) -> Request:
    """Take a request apart."""
    text, cadence = without_cadence(in_digits(_PURPOSE.sub("", tidy(prompt))))
    listing = listings_in(text)
    request = Request(text, cadence=cadence)
    rest = _directives(listing, request)
    request.count = _count(text, request.subject)
    request.items += listing.items
    lines = [_with_commas(sentence) for line in rest for sentence in sentences(line)]
    for place, sentence in enumerate(lines):
        _read_sentence(sentence, request, first=place == 0)
    counted = request.noun = subject_in(around_count(text, request.count))
    if not request.subject or (
        domain_of(counted)[0] is not None
        and not set(counted.casefold().split()) <= set(request.subject.casefold().split())
    ):
        request.subject = counted or request.subject
        request.statements = [said for said in request.statements if said.casefold() != counted.casefold()]
    no = {item: said for item in request.items if (said := denied(item))}
    request.statements += [said for said, _ in no.values()]
    request.items = [no[item][1] if item in no else item for item in request.items if item not in no or no[item][1]]
    told = [item for item in request.items if _tells_apart(item)]
    request.items = [part for item in request.items if item not in told for part in _both(item)]
    request.statements += told
    request.items = [item for _, item in with_heads([(",", item) for item in request.items])]
    return request


_BOTH = re.compile(r"^(?:with |including )?both ([a-z][a-z-]+) (?:and|or) ([a-z][a-z-]+)$", re.IGNORECASE)


def _tells_apart(item: str) -> bool:
    """Whether `both debit and credit` says what rows there are: two columns have names that are known."""
    found = _BOTH.match(item.strip(" ,;."))
    return found is not None and not all(map(knows, found.groups()))


def _both(item: str) -> list[str]:
    """`both email and phone` as the two columns that it names."""
    found = _BOTH.match(item.strip(" ,;."))
    return list(found.groups()) if found else [item]


def _with_commas(sentence: str) -> str:
    """`9k tickets - order id - seat (A to M) - price` with a colon and semicolons, as other lists are written."""
    sentence = re.sub(r"(?<!in )\{([^{}]*,[^{}]*)\}", r"\1", sentence)
    for mark, least in ((" - ", 3), (" / ", 4)):
        parts = re.split(rf"{mark}(?=[A-Za-z])", sentence)
        if len(parts) > least and sentence.count("(") == sentence.count(")"):
            joint = ": " if subject_in(parts[0]) and not knows(parts[0]) else "; "
            return f"{parts[0]}{joint}{'; '.join(parts[1:])}"
    return sentence


def _directives(listing: Listing, request: Request) -> list[str]:
    """The lines that are no list, without those of the form `Rows: 500`."""
    rest: list[str] = []
    for line in listing.rest:
        found = _DIRECTIVE.match(line)
        if found is None:
            rest.append(line)
            continue
        key = found.group("key").casefold()
        value, *others = sentences(found.group("rest")) or [""]
        rest += others
        if key.startswith(
            ("table", "topic", "subject", "entity", "domain", "dataset", "about", "theme", "title", "name of")
        ):
            request.subject = request.subject or subject_in(value)
        elif key.startswith(("column", "field", "schema", "attribute", "header")):
            if value and not listing.items:
                request.items += items_in(value)
        elif key.startswith(
            ("note", "constraint", "requirement", "rule", "condition", "context", "remark", "additional", "relation")
        ):
            request.statements += [value] if value else []
        elif key in ("locale", "country", "language", "region"):
            request.statements.append(f"from {value}")
    return rest


def _count(text: str, subject: str) -> Count | None:
    nouns = row_words() | frozenset(word.casefold() for word in subject.split())
    return row_count(text, nouns)


def _read_sentence(sentence: str, request: Request, *, first: bool) -> None:
    """One sentence: the list of columns with its subject, or a statement."""
    whole = sentence
    sentence = _without_count(sentence, request)
    about = _IS_ABOUT.match(sentence)
    if about and not request.subject and subject_in(about.group("subject")):
        request.subject = subject_in(about.group("subject"))
        return
    if not request.items and sentence.startswith(":"):
        request.items += items_in(sentence.lstrip(" :"))  # `50 rows: email, tier`
        return
    if not request.items and _read_list(sentence, request):
        return
    if not request.items and (not request.subject or not _MODAL.search(re.sub(r"\(.*?\)", "", sentence))):
        listed = _plain_list(sentence, request, least=3 if request.subject else 2)
        if listed:
            request.items += listed
            return
    if not request.subject and (first or _looks_like_order(whole)):
        _set_subject(sentence, request)
        if request.subject:
            return
    if stripped(sentence) and (
        set(words_of(VERBS.sub(" ", sentence)))
        - FILLERS
        - {"size", "count", "volume", "output", "n", "amount", "quantity"}
        or re.search(r"\d", sentence)
    ):
        request.statements.append(sentence.strip(" ,;-"))


def _read_list(sentence: str, request: Request) -> bool:
    """Take the columns out of a sentence that announces them; false when it announces none."""
    found = trigger(sentence, request)
    if found is None:
        return False
    start, stop, explicit = found
    counted = subject_in(around_count(request.text, request.count)).casefold()
    head, content = colon_inside(sentence[:start], sentence[stop:], counted)
    if sentence[stop - 1 : stop] == "(":
        content = content.rstrip().removesuffix(")")
    content, tail = tail_of(content)
    parts = cut(content, ";")
    if len(parts) > 1 and domain_named(stripped(parts[0])) and is_plural(parts[0].rpartition(" ")[2].casefold()):
        head = f"{head} {parts.pop(0)}"
    rules = [part for part in parts if _RULE.match(part)]
    listed = items_in("; ".join(part for part in parts if part not in rules))
    rules += [item for item in listed if _RULE.match(item)]
    items = _without_noun([item for item in listed if not _RULE.match(item)], counted)
    items = _with_common(items)
    if not _is_list(items, explicit=explicit):
        return False
    request.items += items
    request.statements += [*tail, *rules]
    each = _EACH_NOUN.search(sentence[start:stop])
    _set_subject(head if subject_in(head) or each is None else each.group(1), request)
    return True


_EACH_NOUN = re.compile(
    r"\b(?:each|every|per) (?:single |individual )?([\w -]+?)(?:,| (?:i|we|should|must|has|have|needs?|with|contains?"
    r"|includes?|record|show|to)\b)",
    re.IGNORECASE,
)


def _with_common(items: list[str]) -> list[str]:
    """`a, b, c all integers between 1 and 100`: what is said of all, said of each."""
    found = (
        re.match(
            r"(.+?),? (?:all|each|both)(?: of (?:them|which))? (?:are |being |should be |must be )?(.+)$", items[-1]
        )
        if len(items) > 1
        else None
    )
    if found is None:
        return items
    common = sketch_of(found.group(2))
    if common.name or common.facts.empty:
        return items
    return [f"{item} {found.group(2)}" for item in [*items[:-1], found.group(1)]]


def _without_noun(items: list[str], counted: str) -> list[str]:
    """The items without the noun that was counted: `tickets, each with a subject` lists no ticket."""
    if items:
        items = [
            re.sub(r"^(?:readings|measurements|observations|records|samples|entries) of (?=\w)", "", items[0]),
            *items[1:],
        ]
    if not items or not counted:
        return items
    first = items[0].strip().casefold()
    if len(items) > 2 and (first == counted or (is_plural(first) and subject_in(first) == counted)):
        return items[1:]
    owned = re.match(r"([\w' -]{3,40}?) (?:with|w/|including|having|containing) (?=\S)", items[0])
    if owned and owned.group(1).casefold() == counted:
        return [items[0][owned.end() :], *items[1:]]
    return items


def _looks_like_order(sentence: str) -> bool:
    return (
        re.search(
            r"\b(?:generate|create|make|build|produce|give|need|want|simulate|synthesi[sz]e|like|dataset|rows"
            r"|records)\b",
            sentence,
            re.IGNORECASE,
        )
        is not None
    )


_NAMED_FIRST = r"(?:^|[:;.!] ?)(?P<noun>(?:[\w'-]+ ){0,3}[a-z]+s)(?: \([A-Z]\w+\))?,? (?:x |about |around |~ ?)?"


def _without_count(sentence: str, request: Request) -> str:
    """The sentence without the words that say how many; the noun counted becomes the subject."""
    if request.count is None:
        return sentence
    number = request.text[request.count.start : request.count.stop]
    ahead = re.search(rf"{_NAMED_FIRST}{re.escape(number)}(?: rows| records| of (?:them|those|these))?[,:;] ?", sentence)
    if ahead and not request.subject and subject_in(ahead.group("noun")) and "," in sentence[ahead.end() :]:
        request.subject = subject_in(ahead.group("noun"))
        request.statements += [f"in {region.city or region.country}" for region in regions_in(ahead.group())]
        return f": {sentence[ahead.end() :]}"  # `basket lines, ~12.5k, basket id, ...`
    place = sentence.find(number)
    while place > 0 and (sentence[place - 1].isalnum() or sentence[place - 1] in ".,_"):
        place = sentence.find(number, place + 1)
    if place < 0:
        return sentence
    found = row_count(sentence, row_words() | frozenset(request.subject.casefold().split()))
    if found is None or sentence[found.start : found.stop] != number:
        if request.text.count(number) > 1:
            return sentence
        found = Count(request.count.rows, place, place + len(number))
    before = re.sub(
        r"(?:\b(?:about|around|roughly|approximately|approx\.?|exactly|at least|up to|some|a total of|total of"
        r"|only|just|over|n ?= ?|rows? ?[:=]|count ?[:=]|a|x)|~) ?$",
        "",
        sentence[: found.start],
        flags=re.IGNORECASE,
    )
    after = re.sub(
        r"^ ?(?:x )?(?:(?:synthetic|fake|sample|random|mock|realistic|data|test|dummy|unique|different) "
        rf"){{0,9}}{_ROWS}\b(?: of(?: data)?(?= (?:with|for|,|\.|$)))?|^ ?x(?= )",
        " ",
        sentence[found.stop :],
        flags=re.IGNORECASE,
    )
    before = (
        re.sub(r"(?:,? ?\b(?:for|of|x|with|in|on|across|and))$", " for ", before.rstrip(), flags=re.IGNORECASE)
        if _is_after_list(before)
        else before
    )
    joined = f"{before.rstrip()} {after.strip()}"
    if _is_after_list(before) and after.strip():
        noun = re.split(r"\b(?:with|including|having|where|in|from|,)\b|[,.;:]", after.strip(), maxsplit=1)[0]
        found_subject = subject_in(noun)
        if found_subject and len(found_subject.split()) <= 4:
            request.subject = request.subject or found_subject
            joined = f"{re.sub(r' for $', '', before)}, {after.strip()[len(noun) :]}"
    return re.sub(
        r"[ ,]+(?=:)|(?: ?,)+(?= ->| - (?!\d))|(?: ->| -)$", "", re.sub(r"\( ?[,;]? ?\)", " ", " ".join(joined.split()))
    ).strip(" ,")


def _is_after_list(before: str) -> bool:
    """Whether a list of columns already stands before the count."""
    return (before.count(",") >= 1 and WITH.search(before) is not None) or len(cut(before, ",")) >= 3


def _is_list(items: list[str], *, explicit: bool) -> bool:
    """Whether items are columns: several of them, or one that the catalogue knows."""
    if not items:
        return False
    if explicit or len(items) > 1:
        known = [item for item in items if knows(item)]
        return explicit or len(items) > 2 or bool(known)
    noun = items[0].rpartition(" ")[2].casefold()
    if is_plural(noun) and domain_of(items[0])[0] is not None and noun in row_words():
        return False  # `a dataset containing loan applications` lists nothing
    return knows(items[0]) or "(" in items[0]


def _plain_list(sentence: str, request: Request, *, least: int) -> list[str]:
    """`name, email, age for 100 customers`, `Give me ids, names and prices of products`."""
    body = _without_verbs(sentence) if len(cut(sentence, ",;|")) > 1 or " and " in sentence else ""
    found = re.search(
        r"^(.*\S) (?:for|of|about|from|on|x) (?:each of |all |each |every |the |a |an |my |our |some |\d[\d,"
        r".]*k? ){0,9}([\w' -]{3,40})$",
        body,
    )
    if request.subject or (
        found and re.search(r"\b(?:number|count|no|type|name|date|amount|kind|list|level|year)$", found.group(1))
    ):
        found = None
    listed, subject = (found.group(1), found.group(2)) if found else (body, "")
    if subject and domain_of(subject)[0] is None:
        listed, subject = body, ""
    counted = subject_in(around_count(request.text, request.count)).casefold()
    items = _without_noun(items_in(" ".join(listed.split()).strip(" ,")), counted)
    known = sum(knows(item) for item in items)
    if (
        len(items) < least
        or known * 2 <= len(items)
        or all(domain_named(stripped(item)) is not None and stripped(item).casefold().endswith("s") for item in items)
    ):
        return []
    if len(items) == 2 and not subject and not request.subject and known < 2:
        return []
    if subject:
        _set_subject(subject, request)
    return items


def _without_verbs(sentence: str) -> str:
    """A sentence without what asks for the list: behind the first comma verbs are values and names, `produce`, `return id`."""
    first, comma, rest = sentence.partition(",")
    first += comma  # which tells `make,` from an order
    opening = VERBS.match(first)
    if opening and comma and len(first.split()) == 2 and knows(first):
        return sentence
    return f"{VERBS.sub(' ', first)}{rest}"


def _set_subject(text: str, request: Request) -> None:
    """Take the subject from the part before the list; what qualifies it becomes a statement."""
    plain = " ".join(VERBS.sub(" ", re.sub(r"[\"'`]", "", text)).split()).strip(" ,.;:-")
    ended = HEAD_END.search(f" {plain}")
    head, tail = (f" {plain}"[: ended.start()], f" {plain}"[ended.start() :]) if ended else (plain, "")
    found = subject_in(head)
    if not found and tail:
        found, tail = subject_in(re.sub(r"^ ?(?:in|from|at|on|by|about|of|for|over) ", "", tail)), ""
    comma = cut(head, ",")
    if len(comma) > 1 and subject_in(comma[0]):
        found = subject_in(comma[0])
        request.statements += [part for part in comma[1:] if subject_in(part) or re.search(r"\d", part)]
    request.subject = request.subject or found
    _, word, behind = head.partition(" for ")
    if word and found and (re.search(r"\d", behind) or regions_in(behind)):
        request.statements.append(f"for {behind.strip()}")
    elif found and (named := regions_in(head)):
        request.statements.append(f"in {' and '.join(region.city or region.country for region in named)}")
    if tail.strip() and found and stripped(tail):
        request.statements.append(tail.strip())
