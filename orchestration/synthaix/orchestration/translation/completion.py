"""What a schema leaves open: kinds, strategies, confidence, sane bounds, keys and children. What is stated stays."""

from collections.abc import Sequence, Set

from synthaix.orchestration.generation.rules import around
from synthaix.orchestration.schema.catalogue.kind import Kind
from synthaix.orchestration.schema.catalogue.spelling import spelled
from synthaix.orchestration.schema.column import (
    NUMERIC_TYPES,
    TEMPORAL_TYPES,
    Column,
    Constraints,
    Distribution,
    Strategy,
)
from synthaix.orchestration.schema.kinds import find, kinds
from synthaix.orchestration.schema.schema import RowsPerParent, Schema, Table
from synthaix.orchestration.translation.meaning import DEFAULT, INFERRED, KNOWN, LIKELY, STATED, SURE
from synthaix.orchestration.translation.wording import plural_of, singular_of

CHILDREN = RowsPerParent(min=1, max=5)  # per parent row, when nothing is said
REPEATED = 1_000  # different values of an id that points at something outside the schema
_COPIED = ("min", "max", "decimals", "enum", "weights", "distribution", "format", "pattern")
_PEOPLE = frozenset(
    "user customer client employee patient student member person contact guest passenger driver teacher "
    "doctor author player applicant candidate subscriber staff".split()
)
_OWN_NAMES = frozenset({"id", "uuid", "guid", "pk", "row_id", "rowid", "uid", "_id", "record_id"})
_TELLING = ("person.full_name", "person.first_name", "person.last_name", "internet.email", "internet.username")
_KEYS = "OPENAI_API_KEY or GEMINI_API_KEY"


def complete(schema: Schema, *, has_model: bool) -> tuple[Schema, list[str], list[str]]:
    """The schema with kinds, strategies and defaults, with what was assumed and what to be warned of, in words."""
    assumptions: list[str] = []
    warnings: list[str] = []
    referenced = {column.rules.references for _, column in schema.columns() if column.rules.references}
    tables = []
    for table in schema.tables:
        kept = [
            _completed(column, table, schema, referenced, assumptions, has_model=has_model) for column in table.columns
        ]
        changes: dict[str, object] = {"columns": tuple(kept)}
        if table.rows is None and table.rows_per_parent is None and table.parent not in (None, table.name):
            changes["rows_per_parent"] = CHILDREN
            assumptions.append(
                f"`{table.name}` gets {CHILDREN.min} to {CHILDREN.max} rows for each row of `{table.parent}`."
            )
        parts = {name: getattr(table, name) for name in Table.model_fields}  # `model_copy` would keep cached columns
        tables.append(Table.model_validate({**parts, **changes}))
        warnings += _warnings(kept, has_model=has_model)
    return Schema(tables=tuple(tables)), assumptions, warnings


def _completed(
    column: Column, table: Table, schema: Schema, referenced: set[str], assumptions: list[str], *, has_model: bool
) -> Column:
    kind, score = _kind_of(column, table)
    changes: dict[str, object] = {}
    if kind is not None and column.kind is None:
        changes["kind"] = kind.name
    rules = _rules_of(column, kind, table, referenced, assumptions)
    if rules != column.constraints:
        changes["constraints"] = rules
    if column.strategy is None:
        changes["strategy"] = _strategy_of(column, kind, has_model=has_model)
    if column.confidence is None:
        changes["confidence"] = _confidence_of(column, score)
    return column.model_copy(update=changes)


def _kind_of(column: Column, table: Table) -> tuple[Kind | None, float]:
    """The kind that was stated, or the one that name, description and type speak for."""
    if column.kind is not None:
        return kinds().get(column.kind), 1.0
    if column.rules.expression or (column.type in ("array", "object") and column.values):
        return None, 0.0
    words = " ".join(column.name.replace("_", " ").split())
    about = (
        f"{column.description} {table.description} {table.name if table.name != 'rows' else ''} "
        f"{' '.join(table.names[:12])}"
    )
    matches = find(words, about[:600], column.type)
    if not matches or matches[0].score < LIKELY or not _agrees(column, matches[0].kind):
        return None, 0.0
    return matches[0].kind, matches[0].score


def _agrees(column: Column, kind: Kind) -> bool:
    """Whether a kind that nobody stated would say nothing against what was."""
    if column.type == "boolean" or kind.type == "boolean":
        return column.type == kind.type
    if column.type in NUMERIC_TYPES:
        return kind.type in NUMERIC_TYPES
    if column.type in TEMPORAL_TYPES:
        return kind.type in TEMPORAL_TYPES and (kind.type == "time") == (column.type == "time")
    if column.type in ("array", "object", "uuid"):
        return kind.type == column.type
    enum = kind.constraints.enum if kind.constraints else None
    if column.rules.enum or column.values:
        return kind.type in ("category", "string") and not kind.text
    if column.rules.pattern and enum:
        return False
    return column.type != "text" or kind.text or kind.type == "string"


def _rules_of(
    column: Column, kind: Kind | None, table: Table, referenced: set[str], assumptions: list[str]
) -> Constraints | None:
    """The stated constraints, with the kind's usual ones where they say nothing."""
    stated = column.constraints
    if column.rules.references or column.rules.expression or column.values or column.template:
        return stated
    said = stated.model_fields_set if stated else frozenset()
    if _is_key(column, kind, table, referenced):
        return _key_rules(column, kind, said)
    usual = _usual(column, kind, said)
    if kind is not None and kind.name == "id.number" and column.type == "integer" and "distribution" not in said:
        usual |= {"min": 1, "max": REPEATED} if not said & {"min", "max", "enum"} else {}
        if usual.get("max") == REPEATED:
            assumptions.append(
                f"`{column.name}` repeats: it points at one of {REPEATED:,} things, since a row is not one of them."
            )
    if not usual:
        return stated
    return _joined(stated, usual)


def _joined(stated: Constraints | None, usual: dict[str, object]) -> Constraints:
    """Both, what was stated last; only what says something is set."""
    kept = stated.model_dump(exclude_unset=True) if stated else {}
    return Constraints.model_validate({**usual, **{name: value for name, value in kept.items() if value is not None}})


def _is_key(column: Column, kind: Kind | None, table: Table, referenced: set[str]) -> bool:
    """Whether the column tells the table's own rows apart."""
    if column.rules.unique or f"{table.name}.{column.name}" in referenced:
        return True
    if "unique" in (column.constraints.model_fields_set if column.constraints else ()):
        return False
    words = spelled(column.name)
    if not words or column.type not in ("integer", "string", "uuid", "category") or (kind is not None and kind.text):
        return False
    if column.name.casefold() in _OWN_NAMES:
        return True
    if words[-1] not in ("id", "uuid", "number", "code", "key", "guid", "no"):
        return False
    owner = "_".join(words[:-1])
    head = spelled(table.name)
    own = {singular_of(table.name), plural_of(table.name), table.name, *((head[-1],) if head else ()), "_".join(head)}
    if owner in own and words[-1] != "code":
        return True
    place = table.names.index(column.name)
    return (
        place == 0
        and owner in _PEOPLE
        and table.name == "rows"
        and any(_means(other, table) in _TELLING for other in table.columns)
    )


def _means(column: Column, table: Table) -> str:
    found, _ = _kind_of(column, table)
    return found.name if found else ""


def _key_rules(column: Column, kind: Kind | None, said: Set[str]) -> Constraints:
    usual: dict[str, object] = {"unique": True}
    if column.type == "integer" and not said & {"distribution", "min", "max", "enum", "exclusive_min", "exclusive_max"}:
        usual["distribution"] = Distribution(name="sequence", start=1, step=1).model_dump(exclude_none=True)
    elif column.type == "string" and kind is not None:
        usual |= _usual(column, kind, said)
    if (
        column.type == "string"
        and kind is None
        and not said & {"pattern", "format", "enum", "min_length", "max_length"}
    ):
        usual["pattern"] = "[A-Z]{2}[0-9]{8}"
    return _joined(column.constraints, usual)


def _usual(column: Column, kind: Kind | None, said: Set[str]) -> dict[str, object]:
    """What the kind says where the column says nothing and it applies to its type."""
    if kind is None or kind.constraints is None or not _alike(column, kind):
        return {}
    own = kind.constraints.model_dump(exclude_unset=True)
    usual = {name: own[name] for name in _COPIED if own.get(name) is not None and name not in said}
    spread = usual.get("distribution")
    if isinstance(spread, dict) and spread["name"] == "sequence":
        del usual["distribution"]
    if said & {"enum", "pattern"}:
        return {}
    if said & {"min", "max", "exclusive_min", "exclusive_max", "after", "before"}:
        usual = _beside(column, usual, own)
    if said & {"format", "min_length", "max_length", "pattern"}:
        usual.pop("pattern", None)
    if said & {"distribution"} and column.type in NUMERIC_TYPES:
        usual = around(usual, column.rules.distribution) if column.rules.distribution else usual
    if column.type == "integer":
        usual.pop("decimals", None)
    if column.type not in NUMERIC_TYPES:
        usual.pop("distribution", None)
    return usual


def _alike(column: Column, kind: Kind) -> bool:
    if column.type in NUMERIC_TYPES:
        return kind.type in NUMERIC_TYPES
    if column.type in TEMPORAL_TYPES:
        return kind.type in TEMPORAL_TYPES and (kind.type == "time") == (column.type == "time")
    if column.type in ("string", "category"):
        return kind.type in ("string", "category") and not kind.text
    return column.type == kind.type


def _beside(column: Column, usual: dict[str, object], own: dict[str, object]) -> dict[str, object]:
    """The kind's other bound where something is left between, and its spread where its middle lies inside."""
    kept = {name: value for name, value in usual.items() if name not in ("min", "max", "distribution")}
    rules = column.rules
    low = rules.min if rules.min is not None else rules.exclusive_min
    high = rules.max if rules.max is not None else rules.exclusive_max
    least, most = own.get("min"), own.get("max")
    if low is None and high is not None and least is not None and _below(least, high) and not rules.after:
        kept["min"] = least
    if high is None and low is not None and most is not None and _below(low, most) and not rules.before:
        kept["max"] = most
    spread = usual.get("distribution")
    if isinstance(spread, dict) and column.type in NUMERIC_TYPES:
        kept["distribution"] = (
            spread if _is_inside(spread, kept.get("min", low), kept.get("max", high)) else {"name": "uniform"}
        )
    return kept


def _is_inside(spread: dict[str, object], low: object, high: object) -> bool:
    """Whether a spread's middle lies well inside the bounds."""
    middle = next((spread[name] for name in ("median", "mean") if isinstance(spread.get(name), int | float)), None)
    if not isinstance(middle, int | float):
        return True
    least = low if isinstance(low, int | float) else None
    most = high if isinstance(high, int | float) else None
    if least is not None and least < 0 and spread.get("name") in ("lognormal", "exponential", "zipf", "poisson"):
        return False  # it would leave all below zero unused
    if least is not None and most is not None and spread.get("name") == "normal":
        edge = 0.05 * (most - least)
        return least + edge <= middle <= most - edge
    return (least is None or least < middle) and (most is None or middle < most)


def _below(first: object, second: object) -> bool:
    if isinstance(first, str) and isinstance(second, str):
        return first[:10] < second[:10]
    return isinstance(first, int | float) and isinstance(second, int | float) and first < second


def _strategy_of(column: Column, kind: Kind | None, *, has_model: bool) -> Strategy:
    if column.rules.expression:
        return "expression"
    if column.rules.references or column.is_sequence or column.type == "uuid":
        return "sampler"
    if column.values or column.template:
        return "pool"
    if column.rules.enum or column.rules.pattern:
        return "sampler"
    if is_language(column, kind):
        return "llm" if has_model else "pool"
    return "sampler"


def is_language(column: Column, kind: Kind | None = None) -> bool:
    """Whether the cells are language: what a model writes best."""
    known = kind or kinds().get(column.kind or "")
    return column.type == "text" or (column.type == "string" and known is not None and known.text)


def _confidence_of(column: Column, score: float) -> float:
    """How sure: what was stated, what the catalogue knows, what was guessed."""
    if (
        column.kind is not None
        or column.rules.enum
        or column.rules.expression
        or column.rules.references
        or column.values
        or column.template
    ):
        return STATED
    if column.type in ("integer", "float", "decimal", "boolean", "uuid", "date", "time", "datetime", "array", "object"):
        return STATED
    return KNOWN if score >= SURE else INFERRED if score >= LIKELY else DEFAULT


def _warnings(columns: Sequence[Column], *, has_model: bool) -> list[str]:
    found = []
    for column in columns:
        if column.strategy == "pool" and is_language(column) and not (column.values or column.template or has_model):
            found.append(
                f"`{column.name}` is written from templates: no model key is set. Set {_KEYS}, or give `values` or a "
                "`template`."
            )
        if column.strategy == "llm" and not has_model:
            found.append(
                f"`{column.name}` asks for a model and no model key is set. Set {_KEYS}, or give `values` or a "
                "`template`."
            )
    return found


def draft_confidence(schema: Schema) -> float:
    """The least confidence over the required columns; over all when none is required."""
    required = [column.confidence or DEFAULT for _, column in schema.columns() if not column.rules.nullable]
    every = required or [column.confidence or DEFAULT for _, column in schema.columns()]
    return round(min(every), 2)
