"""From a sketch to a column: its kind, its type, and the constraints that it states."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType

from synthaix.orchestration.schema.catalogue.kind import Kind
from synthaix.orchestration.schema.catalogue.spelling import spelled
from synthaix.orchestration.schema.column import NUMERIC_TYPES, TEMPORAL_TYPES, Column, ColumnType, Constraints
from synthaix.orchestration.schema.kinds import Match, find, kinds
from synthaix.orchestration.translation.conditions import below_zero
from synthaix.orchestration.translation.contrary import contrary, in_currency
from synthaix.orchestration.translation.denials import left_over
from synthaix.orchestration.translation.facts import Facts
from synthaix.orchestration.translation.forms import COUNTED, by_form, by_form_at_last
from synthaix.orchestration.translation.names import also_called, people
from synthaix.orchestration.translation.sketches import Sketch
from synthaix.orchestration.translation.stated import MONEY, description, implied_type, kind_with, rules_of
from synthaix.orchestration.translation.word_types import UNIT_ENDS, by_words

STATED, KNOWN, INFERRED, DOUBTFUL, DEFAULT = 1.0, 0.9, 0.75, 0.5, 0.5
SURE = 0.7  # a match from here on is taken for what was meant
EXACT = 0.97  # and from here on for the name itself
LIKELY = 0.58  # and from here on for a guess
_TEXTS = frozenset({"string", "text", "category"})
_BY_HEAD = frozenset({"general.count", "finance.amount", "general.percentage"})
_FALLBACK: Mapping[str, str] = MappingProxyType(
    {
        "date": "time.date",
        "datetime": "time.timestamp",
        "time": "time.time",
        "boolean": "general.flag",
        "uuid": "id.uuid",
    }
)


def column_of(sketch: Sketch, about: str, known: Mapping[str, str | None]) -> Column:
    """The column that a sketch means.

    Args:
        about: words about its table.
        known: kinds that the table's domain gives to names.
    """
    facts = sketch.facts
    kind, score = _kind_of(sketch, about, known)
    type_ = _type_of(sketch, kind)
    if kind is not None and not _fits(type_, kind, facts):
        kind, score = None, 0.0
        type_ = _type_of(sketch, None)
    if kind is None:
        kind = _plain_kind(sketch, type_)
    facts.unread = [said for said in facts.unread if not _is_called(said, kind)]
    rules = rules_of(facts, type_)
    if type_ in NUMERIC_TYPES:
        rules = {**in_currency(facts, kind), **rules}
    facts.doubts += contrary(facts, kind, f"{sketch.words} {about}")
    if facts.excluded:
        rules |= _without_excluded(facts, kind)
    if "below_zero" in facts.rules and type_ in NUMERIC_TYPES:
        rules = {**below_zero(kind), **rules}
    if kind is not None and score < EXACT and any(each.kind is kind for each in find(sketch.words)[:2]):
        score = max(score, find(sketch.words)[0].score)  # the search with a type scores lower
    return Column(
        name=sketch.name,
        type=type_,
        description=description(facts, type_),
        kind=kind.name if kind else None,
        constraints=Constraints.model_validate(rules) if rules else None,
        confidence=DEFAULT if sketch.inferred else _confidence(facts, score),
        locale=facts.locale,
    )


def _plain_kind(sketch: Sketch, type_: ColumnType) -> Kind | None:
    """What a column of an unknown name holds by its type, or a text by the moment that its name means."""
    if type_ == "integer" and sketch.facts.family == "number" and spelled(sketch.words)[-1:] == ("id",):
        return kinds()["id.number"]
    if type_ == "string" and not sketch.facts.choices and "pattern" not in sketch.facts.rules:
        meant = by_words(sketch.words)
        return kinds()[_FALLBACK[meant]] if meant in TEMPORAL_TYPES else None  # `startDate: string`
    return kinds()[_FALLBACK[type_]] if type_ in _FALLBACK else None


def _without_excluded(facts: Facts, kind: Kind | None) -> dict[str, object]:
    """The values that are left of a closed set; a note that this was not understood where the set is open."""
    usual = kind.constraints if kind is not None else None
    options = facts.choices or (usual.enum if usual is not None else None) or []
    weights = usual.weights if usual is not None and not facts.choices else None
    rules = left_over(options, weights, facts.excluded)
    if not rules:
        facts.unread.append(f"except {', '.join(map(str, facts.excluded))}")
    return rules


def _kind_of(sketch: Sketch, about: str, known: Mapping[str, str | None]) -> tuple[Kind | None, float]:
    """The kind that a sketch means, and how sure that is."""
    if sketch.kind is not None:
        return kinds().get(sketch.kind), 1.0
    implied = implied_type(sketch.facts) or ("boolean" if sketch.flag else "integer" if sketch.count else None)
    given = _given(sketch, implied, known)
    if given is not None:
        return given, 1.0
    formed = by_form(sketch, implied)
    if formed is not None:
        return kinds()[formed], KNOWN
    if sketch.facts.choices and implied == "category":
        by_values = kind_with(sketch.facts.choices)
        named = find(sketch.words, about)[:1]
        if by_values is not None and not any(each.score >= SURE and each.kind.type in _TEXTS for each in named):
            return by_values, KNOWN
    matches = _matches(sketch, about, implied)
    words = spelled(sketch.words)
    enough = EXACT if len(words) > 1 else SURE
    if implied in (None, "string") and words and words[-1] in people() and (not matches or matches[0].score < enough):
        return kinds()["person.full_name"], KNOWN
    unknown = not matches or matches[0].score < LIKELY
    guessed = by_form_at_last(sketch, implied) if unknown else None
    if guessed is not None:
        return kinds()[guessed], LIKELY
    if unknown:
        counted = also_called().get(words[-1]) if len(words) > 1 else None
        return (
            (kinds()[counted], INFERRED)
            if counted in _BY_HEAD and implied in (None, "float", "integer")
            else (None, 0.0)
        )
    best, score = _best(sketch, matches, implied)
    return (
        (kinds()["person.weight_kg"], score)
        if best.name == "product.weight_kg" and _of_people(about)
        else (best, score)
    )


def _is_called(said: str, kind: Kind | None) -> bool:
    """Whether words behind a name only name its kind once more: `diagnosis code (ICD-10)`."""
    names = {"".join(spelled(alias)) for alias in (kind.name.partition(".")[2], *kind.aliases)} if kind else set()
    return "".join(spelled(said)) in names


def _of_people(about: str) -> bool:
    """Whether what surrounds a column speaks of people."""
    return not {"person", "patient", "employee"}.isdisjoint(spelled(about))


def _given(sketch: Sketch, implied: ColumnType | None, known: Mapping[str, str | None]) -> Kind | None:
    """The kind that the table's domain, or our own list of names, gives to the name."""
    name = known.get(sketch.name) or also_called().get(" ".join(spelled(sketch.words)))
    given = kinds().get(name or "")
    if given is None or (implied == "string" and given.type == "text"):
        return None
    if given.type == "boolean" and sketch.name.rpartition("_")[2] in COUNTED:
        return None  # a `new customer` is one or not, `new customers` are counted
    return given if implied in (None, "text") or _fits(implied, given, sketch.facts) else None


def _matches(sketch: Sketch, about: str, implied: ColumnType | None) -> list[Match]:
    """What the catalogue finds for the name, if need be without the unit at its end."""
    hint = _hint(sketch.facts, implied)
    base = sketch.words.partition(" per ")[0]  # `revenue per user` is a revenue
    words = (
        sketch.words
        if base == sketch.words or (find(sketch.words)[:1] and find(sketch.words)[0].score >= EXACT)
        else base
    )
    matches = find(words, f"{about} {sketch.facts.description}"[:400], hint)
    if matches and matches[0].score >= SURE:
        return matches
    for shorter, wanted in ((_without_unit(sketch.words), None), (_without_participle(sketch.words), NUMERIC_TYPES)):
        again = find(shorter, about, hint) if shorter else []
        if again and again[0].score >= SURE and (wanted is None or again[0].kind.type in wanted):
            return again
    return matches


def _best(sketch: Sketch, matches: Sequence[Match], implied: ColumnType | None) -> tuple[Kind, float]:
    """The match that is meant: the name's own one before what surrounds it, a moment where the last word is one."""
    best, words = matches[0], spelled(sketch.words)
    exact = find(sketch.words, type=_hint(sketch.facts, implied))[:2]
    if best.score < 1.0 and exact and exact[0].score >= EXACT and all(match.score < EXACT for match in exact[1:]):
        best = exact[0]
    elif best.score < EXACT and best.kind.type not in TEMPORAL_TYPES and _is_moment(words[-1], best.kind, implied):
        return kinds()["time.date" if words[-1] in ("date", "since", "until") else "time.timestamp"], KNOWN
    best = _by_head(words, best)
    if words[-1] == "year" and best.kind.type in TEMPORAL_TYPES:
        return kinds()["time.year"], KNOWN
    if best.kind.name == "general.count" and words[-1] in ("number", "no") and len(words) > 1 and not sketch.count:
        return kinds()["id.code"], KNOWN
    if len(words) > 1 and best.kind.type == "string" and sketch.name.rpartition("_")[2] in COUNTED:
        return kinds()["general.count"], INFERRED
    if words[-1] == "name" and best.kind.type != "string":
        return kinds()["general.name"], INFERRED
    if words[-1] in ("text", "body", "content") and len(words) > 1 and best.score < EXACT:
        said = find(" ".join(words[:-1]))
        best = said[0] if said and said[0].score >= SURE and said[0].kind.text else best
    nearly = matches[1:2] and matches[1].score >= best.score - 0.01 and matches[1].kind.domain != "general"
    if best.kind.domain == "general" and nearly:
        best = matches[1]
    return best.kind, best.score


def _by_head(words: Sequence[str], best: Match) -> Match:
    """The last word's own meaning where only the surroundings make it one of a person: the title of a review."""
    if best.kind.domain != "person" or best.score >= EXACT or len(words) < 2 or people() & {*words[:-1]}:
        return best
    own = find(words[-1])[:1]
    return own[0] if own and own[0].score >= EXACT and own[0].kind.domain != "person" else best


def _is_moment(last: str, kind: Kind, implied: ColumnType | None) -> bool:
    """Whether a name's last word speaks of a moment though its other words speak of something else."""
    if implied not in (None, "date", "datetime"):
        return False
    return last in ("start", "end", "timestamp", "datetime", "date", "since", "until") or (
        last == "time" and kind.domain not in ("time", "it", "hr")
    )


def _without_unit(words: str) -> str:
    """The name without the unit at its end: `price gbp` -> `price`."""
    head, _, last = words.casefold().rpartition(" ")
    return head if last in UNIT_ENDS else ""


def _without_participle(words: str) -> str:
    """The name without what was done at its end: `calories burned` -> `calories`."""
    head, _, last = words.casefold().rpartition(" ")
    return head if last.endswith(("ed", "en", "made", "paid", "sold", "spent")) else ""


def _hint(facts: Facts, implied: ColumnType | None) -> ColumnType | None:
    """The type that the catalogue is asked for; a loose `text` may be any kind of text."""
    if facts.family == "text":
        return None
    if implied is None and facts.family == "number":
        return "float"
    return implied


def _type_of(sketch: Sketch, kind: Kind | None) -> ColumnType:
    facts = sketch.facts
    implied = implied_type(facts)
    if facts.family == "text":
        return kind.type if kind is not None and kind.type in ("string", "category") else "text"
    if facts.type is not None:
        return facts.type
    if sketch.flag and not facts.choices:
        return "boolean"
    if facts.family == "number" and kind is not None and kind.type in _TEXTS:
        return _numeric_type(facts, _numeric_by_words(sketch.words))  # `employeeId: number`
    if kind is not None and (implied is None or _same_family(implied, kind.type)):
        return _numeric_type(facts, kind.type) if kind.type in NUMERIC_TYPES else kind.type
    if implied == "date" and by_words(sketch.words) == "datetime":
        return "datetime"
    if implied is not None and implied != "float":
        return implied
    if implied == "float" or facts.family == "number" or sketch.count:
        return _numeric_type(facts, "integer" if sketch.count else _numeric_by_words(sketch.words))
    if facts.moments is not None:
        return "integer" if "year" in spelled(sketch.words) else "date"
    return by_words(sketch.words)


def _same_family(implied: ColumnType, of_kind: ColumnType) -> bool:
    if implied in NUMERIC_TYPES and of_kind in NUMERIC_TYPES:
        return True
    if implied in ("date", "datetime") and of_kind in ("date", "datetime"):
        return True
    if implied == "string" and of_kind in ("uuid",):
        return False
    return implied == of_kind or (implied == "string" and of_kind in ("string", "text"))


def _numeric_type(facts: Facts, usual: ColumnType) -> ColumnType:
    """The usual type, unless bounds or decimals need fractions."""
    decimals = facts.rules.get("decimals")
    bounds = [
        bound
        for bound in (facts.low, facts.high, *(value for value in facts.choices if isinstance(value, float)))
        if isinstance(bound, int | float)
    ]
    fractions = (
        facts.fractions or any(bound != int(bound) for bound in bounds) or (isinstance(decimals, int) and decimals > 0)
    )
    if usual == "integer" and fractions:
        return "decimal" if facts.unit in MONEY else "float"
    return usual


def _numeric_by_words(words: str) -> ColumnType:
    guessed = by_words(words)
    if spelled(words)[-1:] == ("size",):
        return "integer"  # of a crew, a party
    return guessed if guessed in NUMERIC_TYPES else "integer"


def _fits(type_: ColumnType, kind: Kind, facts: Facts) -> bool:
    """Whether a kind makes sense for the type."""
    if type_ == kind.type:
        return True
    if type_ in NUMERIC_TYPES:
        return kind.type in NUMERIC_TYPES
    if type_ in ("date", "datetime"):
        return kind.type in ("date", "datetime")
    if type_ in ("string", "text"):
        return kind.type in _TEXTS | {"uuid"} or (
            type_ == "string" and not facts.choices and kind.domain in ("id", "time")
        )
    if type_ == "category":
        return kind.type in ("category", "string")
    return type_ == "array" and kind.type == "string"


def _confidence(facts: Facts, score: float) -> float:
    """How sure a reading is, by its source: what was stated, what the catalogue knows, what was guessed."""
    known = KNOWN if score >= EXACT else 0.8 if score >= SURE else INFERRED if score >= LIKELY else DEFAULT
    if facts.unread or facts.doubts:
        return min(known, DOUBTFUL)
    if facts.type is not None or facts.choices or facts.formula or facts.references or "pattern" in facts.rules:
        return STATED
    if implied_type(facts) is not None:
        return STATED if known >= KNOWN else 0.8
    return known


def born_before(today: date, years: int) -> str:
    """The last birth date of someone of this age."""
    return (today - timedelta(days=int(years * 365.25))).isoformat()


def plain_words(text: str) -> frozenset[str]:
    """The words of a text in the singular."""
    return frozenset(spelled(re.sub(r"[^\w' -]", " ", text)))
