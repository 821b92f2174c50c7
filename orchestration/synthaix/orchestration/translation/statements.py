"""What a request says beside its list of columns, applied to a table."""

import re
from collections.abc import Callable, Sequence
from datetime import date

from synthaix.orchestration.schema.catalogue.spelling import spelled
from synthaix.orchestration.schema.kinds import find
from synthaix.orchestration.translation.asides import read_phrase
from synthaix.orchestration.translation.cadence import spread_over
from synthaix.orchestration.translation.clauses import clauses
from synthaix.orchestration.translation.counts import ROW_NOUNS, row_count
from synthaix.orchestration.translation.denials import denied
from synthaix.orchestration.translation.items import items_in
from synthaix.orchestration.translation.mentions import first_mention, mentions_in
from synthaix.orchestration.translation.mixtures import mix, share, values
from synthaix.orchestration.translation.moments import TODAY
from synthaix.orchestration.translation.shapes import TableSketch
from synthaix.orchestration.translation.sketches import Sketch, sketch_of
from synthaix.orchestration.translation.surroundings import money, places, qualify, when
from synthaix.orchestration.translation.wording import cut, is_plural

_NOISE = re.compile(
    r"^(?:(?:please|and|also|just|but|so) ){0,9}(?:(?:make|keep) (?:it|them|everything|the (?:data|values"
    r"|numbers|names))(?: \w+){0,3} (?:realistic|diverse|varied|believable|plausible|consistent|sensible"
    r"|natural|simple|coherent|clean|look real)|(?:the |all )?(?:data|values|rows|it|they|names|numbers"
    r"|everything)? ?(?:should|must|needs? to|has to|have to)? ?(?:be |look |feel |seem )?(?:as )?"
    r"(?:realistic|diverse|varied|believable|plausible|consistent|sensible|authentic|lifelike|random)\b.*"
    r"|(?:output|return|save|export|deliver|format|give|as|in)\b.*\b(?:csv|json|excel|parquet|table|file"
    r"|jsonl|xlsx|sql)\b.*|thanks?(?: you)?.*|let'?s say|say|for example|something like that|\d+ \w+ (?:of "
    r"data )?(?:is|are) (?:fine|ok|okay|enough|good)(?:, say)?|thank you.*|cheers.*|(?:this|it|the data"
    r"|they) (?:is|are|will be) (?:for|used|just).*|for (?:testing|a demo|my|our|the|an? |training|use"
    r"|load|ml|machine|development|qa).*|no (?:real|actual|pii|personal).*|"
    r"(?:ensure|with|make sure|use|add|include) (?:there (?:is|are) )?(?:enough |good |some |a lot of "
    r"|realistic |diverse ){0,9}(?:diversity|variety|realism|variation|realistic values|realistic data"
    r"|randomness)\b.*|(?:no|avoid|without) duplicat\w+(?: (?:rows|records|entries))?|use (?:common sense"
    r"|your judg\w+|defaults|sensible defaults).*|(?:any|whatever) .*(?:fine|ok|works).*|ok|okay|etc|asap"
    r"|that's (?:it|all).*|nothing else|hi|hello|hey(?: there)?|(?:i|we)(?:\'m| am|\'re| are|\'d like| want| need| would like| have)? (?:to (?:test|demo|try|build|populate|seed|train|load|stress|benchmark|show|play)|building|testing|demoing|making|creating|working|doing|running|writing|trying|planning)\b.*)$",
    re.IGNORECASE,
)
_ADD = re.compile(
    r"^(?:(?:please|and|also|plus|additionally|in addition|then|finally|ideally|optionally|maybe"
    r"|preferably|oh|btw|ps|p\.s\.?|by the way),? ){0,9}(?:(?:there |it |they |each (?:row|record|\w+) |every "
    r"(?:row|record|\w+) |the (?:table|dataset|rows|data) |all (?:rows|records|\w+) |we |i |you "
    r")?(?:should |must |needs? to |has to |have to |would |will |could |can |may )?(?:also |then "
    r")?(?:like |want |need )?(?:to )?(?:also )?(?:have|has|include|includes|contain|contains|add|be|carry"
    r"|need|want|get|come with|track|record|show|store|put in|throw in)|with|including|plus|include|add"
    r"|also|append|want|need|i'd like)(?: (?:also|in|as well))? "
    r"(?P<what>.+)$",
    re.IGNORECASE,
)
_DROP = re.compile(
    r"^(?:please |and |also |but ){0,9}(?:no|without|exclude|excluding|leave out|remove|drop|skip|omit"
    r"|except(?: for)?|don't (?:include|need|want|add)|do not (?:include|need|want|add)|no need for) "
    r"(?:the |any |an? |for )?(?P<what>.+?)(?: (?:column|field|please|needed|required|at all)){0,9}$",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"^(?:all|every|each|none of the|no)(?: of the| the)? (?:columns?|fields?|values?|cells?"
    r"|attributes?)\b(?P<rest>.*)$",
    re.IGNORECASE,
)
_MODAL = re.compile(
    r"\b(?:must|should|shall|needs? to|has to|have to|is|are|be|will|can|may|always|never|ranges?|ranging"
    r"|between|follows?|falls?|fall|come|comes|equals?|goes|go|at least|at most|from|in)\b|[<>=:]",
    re.IGNORECASE,
)
_SHARED = re.compile(
    r",? (?:and|but|while|whereas|with) (?=(?:about |around |roughly )?\d{1,3} ?% of)|, (?=\d{1,3} ?% of)",
    re.IGNORECASE,
)
MANY_CHANGES = 40


def apply_statements(
    table: TableSketch, statements: Sequence[str], today: date = TODAY, *, adds: bool = True
) -> list[str]:
    """Apply statements to a table.

    Args:
        adds: whether what is understood as a further column is added.

    Returns: the statements that were not understood.
    """
    parts = (part for statement in statements[:MANY_CHANGES] for part in _parts(statement, table))
    return [part for part in parts if not _apply(table, part, today, adds=adds)]


def _parts(statement: str, table: TableSketch) -> list[str]:
    """A statement cut where it speaks of one column after another."""
    parts = [
        part
        for whole in cut(statement, ";")
        for piece in _SHARED.split(whole)
        for part in re.split(
            r"(?:,|\band\b|\bbut\b)? ?\b(?:(?:make sure|ensure|note)(?: that)?|so that|such that|where)\b ",
            piece,
            flags=re.IGNORECASE,
        )
        if part and part.strip(" ,")
    ]
    return [clause.strip(" ,.") for part in parts for clause in clauses(part.strip(" ,."), table.sketches)]


def _apply(table: TableSketch, statement: str, today: date, *, adds: bool) -> bool:
    plain = statement.strip(" ,.;:-!")
    if (
        not plain
        or _NOISE.match(plain)
        or _only_counts(plain)
        or set(plain.casefold().split()) <= table.nouns
        or _is_noun(plain)
    ):
        return True
    readers: tuple[Callable[[TableSketch, str, date], bool], ...] = (spread_over, mix, share, _everything, _drop)
    if any(reader(table, plain, today) for reader in readers) or (adds and _added(table, plain, today)):
        table.heard.append(plain)
        return True
    if qualify(table, plain, today):
        return True  # and notes itself what it heard
    understood = any(reader(table, plain, today) for reader in (places, money, when, values))
    table.heard += [plain] if understood else []
    return understood


def _is_noun(plain: str) -> bool:
    """Whether a statement is nothing but a noun that rows are called by."""
    return " " not in plain and is_plural(plain.casefold())


def _only_counts(plain: str) -> bool:
    """Whether a sentence only says how many rows."""
    found = row_count(plain, frozenset(ROW_NOUNS))
    rest = set(spelled(plain)) - {
        "row",
        "record",
        "entry",
        "generate",
        "make",
        "i",
        "need",
        "want",
        "about",
        "around",
        "please",
        "total",
        "in",
        "of",
        "sample",
        "line",
        "give",
        "me",
        "number",
        "the",
        "should",
        "be",
        "there",
        "have",
        "to",
        "dataset",
        "approximately",
        "exactly",
    }
    return found is not None and all(word[:1].isdigit() for word in rest)


def _everything(table: TableSketch, plain: str, today: date) -> bool:
    """`all fields are required`, `no nulls`."""
    found = _ALL.match(plain)
    if found is None and not re.match(
        r"^(?:no|without)(?: any)? (?:nulls?|missing values?|blanks?|empty values?|null values?|missing "
        r"data)(?: anywhere| in any column| at all| please)?$",
        plain,
        re.IGNORECASE,
    ):
        return False
    _, facts = read_phrase(found.group("rest") if found else "not null")
    if facts.empty:
        return False
    for sketch in table.sketches:
        sketch.facts.rules |= {name: value for name, value in facts.rules.items() if name in ("nullable", "null_rate")}
    return True


def _drop(table: TableSketch, plain: str, today: date) -> bool:
    """`no phone numbers`: leave a column out."""
    found = _DROP.match(plain)
    if found is None:
        return False
    named = mentions_in(found.group("what"), table.sketches)
    target = named[0] if named else None
    if target is None:
        telling = first_mention(found.group("what"), table.sketches)
        target = telling
    if target is None and denied(plain):
        table.assumptions.append(f"No column holds what the request does not want: {found.group('what')}.")
        return True
    if target is None or len(table.sketches) < 2 or len(found.group("what").split()) > 5:
        return False
    table.sketches = [sketch for sketch in table.sketches if sketch is not target.sketch]
    return True


def _added(table: TableSketch, plain: str, today: date) -> bool:
    """`also include a phone number`: further columns."""
    found = _ADD.match(plain)
    if found is None:
        return False
    items = items_in(found.group("what"))
    explicit = re.search(r"\b(?:columns?|fields?|attributes?)\b", plain, re.IGNORECASE) is not None
    fresh = [
        sketch_of(
            re.sub(
                r"^(?:the |an? )?(?:new |extra |additional |further )?(?:columns?|fields?|attributes?)(?: for| called| "
                r"named| with|:)? ",
                "",
                item,
                flags=re.IGNORECASE,
            ),
            today,
        )
        for item in items
    ]
    fresh = [sketch for sketch in fresh if sketch.name]
    if not fresh:
        return False
    known = [
        sketch
        for sketch in fresh
        if any(each.name == sketch.name for each in table.sketches) or explicit or _is_sure(sketch, table)
    ]
    if len(known) * 2 <= len(fresh):
        return False
    for sketch in fresh:
        if any(spelled(each.name) == spelled(sketch.name) for each in table.sketches):
            next(each for each in table.sketches if spelled(each.name) == spelled(sketch.name)).facts.merge(
                sketch.facts
            )
        else:
            table.add(sketch)
    return True


def _is_sure(sketch: Sketch, table: TableSketch) -> bool:
    if sketch.words.casefold() in table.nouns:
        return False
    best = find(sketch.words, table.about)
    return bool(best) and best[0].score >= 0.75
