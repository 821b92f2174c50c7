"""A request in words -> a draft, by rules alone: no key, no model, the same answer every time."""

import re
from collections.abc import Sequence
from datetime import date

from synthaix.orchestration.errors import ArgumentInvalid, SchemaInvalid
from synthaix.orchestration.generation.pattern import compile_pattern
from synthaix.orchestration.schema.catalogue.spelling import spelled
from synthaix.orchestration.schema.column import Column, Constraints
from synthaix.orchestration.schema.draft import Draft
from synthaix.orchestration.schema.kinds import find
from synthaix.orchestration.schema.reading import read_schema
from synthaix.orchestration.schema.schema import Schema, Table
from synthaix.orchestration.translation.cadence import pace
from synthaix.orchestration.translation.completion import REPEATED, complete, draft_confidence
from synthaix.orchestration.translation.corrections import last_said
from synthaix.orchestration.translation.counts import in_digits, row_count
from synthaix.orchestration.translation.dependents import conditional, settle_rates
from synthaix.orchestration.translation.domains import row_words
from synthaix.orchestration.translation.edits import changed_table
from synthaix.orchestration.translation.keys import linked
from synthaix.orchestration.translation.languages import in_english
from synthaix.orchestration.translation.meaning import column_of
from synthaix.orchestration.translation.moments import TODAY
from synthaix.orchestration.translation.phrases import read_request
from synthaix.orchestration.translation.questions import questions_about
from synthaix.orchestration.translation.regions import regions_in
from synthaix.orchestration.translation.relations import related, settle_formulas
from synthaix.orchestration.translation.request import Request
from synthaix.orchestration.translation.shapes import TableSketch, table_sketch
from synthaix.orchestration.translation.sketches import Sketch
from synthaix.orchestration.translation.statements import apply_statements
from synthaix.orchestration.translation.surroundings import settle_locale
from synthaix.orchestration.translation.tables import parts_in
from synthaix.orchestration.translation.triggers import lists_columns
from synthaix.orchestration.translation.typos import corrected
from synthaix.orchestration.translation.unheard import unheard
from synthaix.orchestration.translation.weights import settle_leanings
from synthaix.orchestration.translation.wording import LONGEST, sentences, singular_of, snake, tidy

MOST_ROWS = 10**12
SECOND_ROOT = 100  # rows of a further table that no other one decides, when nothing is said
# what rows are about, which no column holds but a model that writes text wants to know
_TOPIC = re.compile(r"(?:about|from|for|between|of|at|on|by|who|against) (?!.*\d)[\w' -]{3,80}$", re.IGNORECASE)
_RELATIVE = re.compile(
    r"\b(?:last|past|previous|next|coming|recent) (?:\d+ )?(?:day|week|month|quarter|year|decade)s?\b|\b(?:ago|today|yesterday"
    r"|tomorrow|this (?:year|month|week|quarter)|year to date|ytd)\b",
    re.IGNORECASE,
)


def by_rules(prompt: str, context: str | None = None, *, has_model: bool = False, today: date = TODAY) -> Draft:
    """The draft that a sentence asks for.

    Args:
        context: more about it: what to include, where, when, within which bounds.
        today: what `the last 2 years` counts from.

    Raises:
        ArgumentInvalid: the request is too long, or says neither what rows are about nor what columns they have.
    """
    for name, text in (("prompt", prompt), ("context", context or "")):
        if len(text) > LONGEST:
            raise ArgumentInvalid(f"At most {LONGEST:,} characters.", field=name)
    reading = in_english(tidy(prompt))
    prompt, slips = corrected(last_said(reading.text))
    text = in_digits(prompt)
    more = in_digits(corrected(in_english(tidy(context or "")).text)[0])
    parts = parts_in(text)
    if parts is None:
        request = read_request(prompt)
        asked = read_request(context) if context and not request.items and lists_columns(context) else None
        if asked is not None and len(asked.items) > 2:
            request.items = asked.items
            more = "\n".join(asked.statements)
        tables = [_only_table(request, today)]
        count = request.count.rows if request.count else None
        if request.cadence:
            count = pace(tables[0], request.cadence, request.noun, request.count, today)
        statements = request.statements
    else:
        tables = linked(parts.tables, today)
        roots = [table for table in tables if table.parent is None]
        found = row_count(text, row_words())
        own = next((table.rows for table in roots if table.rows), None)
        count = own or (found.rows if found and not any(table.rows == found.rows for table in tables) else None)
        statements = [line for line in sentences(parts.rest) if _says_more(line, tables)]
    if count is None:
        counted = row_count(more, row_words())
        count = counted.rows if counted else None
    lost = _apply_all(tables, statements, today) + _apply_all(tables, sentences(more), today)
    if _RELATIVE.search(f"{text}\n{more}") and any(sketch.facts.moments for table in tables for sketch in table.sketches):
        tables[0].assumptions.append(f"Times such as `last year` are counted back from {today}, not from the present day.")
    tables[0].assumptions += [f'"{slip}" is read as "{meant}".' for slip, meant in slips]
    if reading.language:
        local = not regions_in(f"{text} {more}") and [settle_locale(table, reading.locale) for table in tables]
        spoken = "; people and places are those of its language" if local and any(local) else ""
        tables[0].assumptions.insert(0, f"The request is read as {reading.language}{spoken}; columns are called in English.")
    return _draft(tables, count, lost, f"{text}\n{more}", has_model=has_model)


def _only_table(request: Request, today: date) -> TableSketch:
    """The one table that a request speaks of."""
    if not request.items and not request.subject:
        raise ArgumentInvalid(
            "The request says neither what the rows are about nor which columns they have.",
            field="prompt",
            suggestion="Say it like this: 500 customers with name, email and age 18-65. Or send `schema`.",
        )
    table = table_sketch(request.subject, request.items, today)
    if table.listed and not table.familiar:
        _name_subject(table, request.subject)
    if not table.sketches:
        table = table_sketch(request.subject or "rows", [], today)
    return table


def _name_subject(table: TableSketch, subject: str) -> None:
    """`500 IPs with country and ASN`: what rows are is itself a column."""
    own = singular_of(subject.casefold())
    own = own[:-1] if len(own) == 3 and own.endswith("s") else own
    best = find(own) if own else []
    if (
        best
        and best[0].score >= 0.97
        and best[0].kind.domain in ("internet", "phone", "finance", "address", "vehicle")
        and len(own.split()) < 3
        and all(_is_other(sketch, best[0].kind.name) for sketch in table.sketches)
    ):
        table.sketches.insert(0, Sketch(snake(own), own, kind=best[0].kind.name))
        table.assumptions.append(f"`{snake(own)}` was added, since each row is one.")


def _is_other(sketch: Sketch, kind: str) -> bool:
    best = find(sketch.words)
    return not best or best[0].kind.name != kind


def _says_more(line: str, tables: Sequence[TableSketch]) -> bool:
    """Whether what is left of a sentence says anything beside the names of tables."""
    nouns = {noun for table in tables for noun in table.nouns}
    words = [word for word in re.findall(r"[a-z][\w-]*", line.casefold()) if word not in nouns]
    return (len([word for word in words if len(word) > 3]) > 1 and bool(regions_in(line))) or re.search(
        r"\b(?:must|should|are|is|in|from|between|over|%|no|only|unique|optional|missing|last|since)\b|%",
        line.casefold(),
    ) is not None


def _apply_all(tables: Sequence[TableSketch], statements: Sequence[str], today: date) -> list[str]:
    """Apply statements to the tables they speak of; what none understood comes back."""
    if len(tables) == 1:
        return apply_statements(tables[0], statements, today)
    lost = []
    for statement in statements:
        words = set(re.findall(r"[a-z_]+", statement.casefold()))
        named = [table for table in tables if words & {noun for noun in table.nouns if len(noun) > 2}]
        ordered = [*named, *(table for table in tables if table not in named)]
        left: list[str] = [statement]
        for place, table in enumerate(ordered):
            adds = bool(named) and place < len(named)
            left = apply_statements(table, left, today, adds=adds)
            if not left:
                break
        lost += left
    return lost


def _draft(
    tables: Sequence[TableSketch], count: int | None, lost: Sequence[str], text: str, *, has_model: bool
) -> Draft:
    topics = [part.strip() for part in lost if _TOPIC.match(part.strip())]
    tables[0].description = "; ".join(topics)[:200]
    built: list[Table] = []
    for table in tables:
        built.append(_table(table, built, count, alone=len(tables) == 1))
    built = _with_rows(tables, built, count)
    schema = read_schema(Schema(tables=tuple(built)))
    whole, assumed, warnings = complete(schema, has_model=has_model)
    assumptions = [note for table in tables for note in table.assumptions] + assumed
    if not tables[0].listed:
        assumptions.insert(0, f"The request names no columns; these are usual for {tables[0].name.replace('_', ' ')}.")
    told = [f"Not in the schema: {note}." for table in tables for note in table.lost]
    told += [f'Not understood, and left out: "{_short(part)}"' for part in lost if part.strip() not in topics]
    told += _doubts(tables) + _invented(whole)
    silent = unheard(text, tables, whole, [*told, *lost])
    if silent.asking:
        told.append("Not understood, and in no column or rule: " + _quoted(silent.asking))
    if silent.context:
        assumptions.append(f"{_quoted(silent.context)}: context, without effect on the values that no model writes.")
    return Draft(
        schema=whole,
        inferred_count=min(count, MOST_ROWS) if count else None,
        confidence=draft_confidence(whole),
        assumptions=tuple(dict.fromkeys(assumptions)),
        questions=questions_about(
            whole, counted=count is not None, listed=tables[0].listed, familiar=tables[0].familiar
        ),
        warnings=tuple(dict.fromkeys([*told, *warnings])),
    )


def _quoted(parts: Sequence[str]) -> str:
    return ", ".join(f'"{part}"' for part in parts)


def _doubts(tables: Sequence[TableSketch]) -> list[str]:
    """What stands behind the name of a column and says something that was not understood."""
    return [
        f'`{sketch.name}`: "{_short(said)}" was not understood; check its type and rules.'
        for table in tables
        for sketch in table.sketches
        for said in sketch.facts.unread
    ] + [
        f"`{sketch.name}`: {said}."
        for table in tables
        for sketch in table.sketches
        for said in dict.fromkeys(sketch.facts.doubts)
    ]


def _invented(schema: Schema) -> list[str]:
    """Columns of which nothing is known but that they hold words."""
    named = [
        f"`{column.name}`"
        for _, column in schema.columns()
        if column.kind is None
        and column.type == "string"
        and not column.values
        and not (column.rules.enum or column.rules.pattern or column.rules.references or column.rules.expression)
    ]
    told = f"Nothing says what is in {', '.join(named)}: the cells are invented words. Give `values` or a `pattern`."
    return [told] if named else []


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 80 else f"{plain[:77]}..."


def _table(table: TableSketch, earlier: Sequence[Table], count: int | None, *, alone: bool) -> Table:
    """The table of a sketch; what it references stands before it."""
    settle_rates(table)
    settle_formulas(table)
    settle_leanings(table)
    columns = [_safe(column_of(sketch, _about(sketch, table), table.known), table) for sketch in table.sketches]
    columns = related(table, columns)
    columns = [
        _referencing(sketch, column, earlier, table, alone=alone)
        for sketch, column in zip(table.sketches, columns, strict=True)
    ]
    columns = conditional(table, columns)
    columns = [_repeating(column, sketch, table, count) for column, sketch in zip(columns, table.sketches, strict=True)]
    checks = tuple(dict.fromkeys(table.checks)) or None
    return Table(name=table.name, description=table.description, columns=tuple(columns), checks=checks)


def _about(sketch: Sketch, table: TableSketch) -> str:
    """What surrounds a column; a bare word of an unknown subject takes it from its company: beside an SKU a product."""
    if table.familiar or " " in sketch.words:
        return table.about
    found = [find(each.words)[:1] for each in table.sketches[:12] if each is not sketch]
    domains = [match.kind.domain for matches in found for match in matches if match.score >= 1.0]
    return table.about if {"person", "internet", "phone"} & {*domains} else f"{table.about} {' '.join(domains)}"


def _safe(column: Column, table: TableSketch) -> Column:
    """The column without a pattern that cannot be used."""
    if column.rules.pattern is None:
        return column
    try:
        compile_pattern(column.rules.pattern, field="pattern")
    except SchemaInvalid:
        table.lost.append(f"the pattern of `{column.name}`, which is not supported")
        rules = column.rules.model_dump(exclude_unset=True, exclude={"pattern"})
        return column.model_copy(update={"constraints": Constraints.model_validate(rules) if rules else None})
    return column


def _referencing(
    sketch: Sketch, column: Column, earlier: Sequence[Table], table: TableSketch, *, alone: bool
) -> Column:
    """A foreign key with its parent's type and kind."""
    said = sketch.facts.references
    if said is None:
        return column
    parent_name, _, key = said.partition(".")
    parent = next((each for each in earlier if each.name == parent_name), None)
    if parent is None or key not in parent.names:
        if (not alone and said != "?") or alone:
            table.lost.append(f"what `{column.name}` points at: there is no such table here")
        return column
    target = parent.column(key)
    rules = {
        name: value
        for name, value in column.rules.model_dump(exclude_unset=True).items()
        if name in ("nullable", "null_rate", "unique") and value
    }
    return Column(
        name=column.name,
        type=target.type,
        kind=target.kind,
        description=column.description,
        confidence=1.0,
        constraints=Constraints.model_validate({**rules, "references": said}),
    )


def _repeating(column: Column, sketch: Sketch, table: TableSketch, count: int | None) -> Column:
    """The id of something else than the row: a number that comes again."""
    own = {f"{table.one}_id", f"{table.name}_id", "id", *(f"{noun}_id" for noun in table.nouns if " " not in noun)}
    if (
        column.kind != "id.number"
        or column.type != "integer"
        or column.rules.unique
        or sketch.facts.rules.get("unique") is False
        or (column.constraints is not None and column.constraints.references)
    ):
        return column
    if column.name in own and not _is_keyed(table, sketch):
        return column.model_copy(
            update={
                "constraints": _with(
                    column, {"unique": True, "distribution": {"name": "sequence", "start": 1, "step": 1}}
                )
            }
        )
    if column.rules.min is not None or column.rules.max is not None or column.rules.enum or column.rules.distribution:
        return column
    if not table.familiar and table.sketches[0] is sketch and sketch.listed and not column.name.endswith("_id"):
        return column
    many = _round_number(count)
    table.assumptions.append(
        f"`{column.name}` repeats: it points at one of {many:,} things, about "
        f"{max(1, round((count or 10 * many) / many))} rows each."
    )
    return column.model_copy(update={"constraints": _with(column, {"min": 1, "max": many})})


def _is_keyed(table: TableSketch, but: Sketch) -> bool:
    """Whether another column is said to tell the rows apart: `id SERIAL PRIMARY KEY` beside a `sensor_id`."""
    return any(
        each is not but and each.facts.rules.get("unique") and spelled(each.name)[-1:] == ("id",) for each in table.sketches
    )


def _with(column: Column, rules: dict[str, object]) -> Constraints:
    return Constraints.model_validate({**column.rules.model_dump(exclude_unset=True), **rules})


def _round_number(count: int | None) -> int:
    """How many different things a repeated id points at: a tenth of the rows, in one digit and zeros."""
    if count is None:
        return REPEATED
    tenth = max(10, count // 10)
    scale = 10 ** (len(str(tenth)) - 1)
    return int(tenth // scale * scale)


def _with_rows(sketches: Sequence[TableSketch], tables: list[Table], count: int | None) -> list[Table]:
    """The tables with the rows that each was said to have."""
    found = []
    root_seen = False
    for sketch, table in zip(sketches, tables, strict=True):
        has_parent = table.parent not in (None, table.name)
        if not has_parent:
            if root_seen:
                rows = sketch.rows or SECOND_ROOT
                if sketch.rows is None:
                    sketch.assumptions.append(f"`{table.name}` gets {rows} rows, since nothing says how many.")
                table = changed_table(table, rows=rows)
            root_seen = True
        elif sketch.rows:
            table = changed_table(table, rows=sketch.rows)
        elif sketch.rows_per_parent:
            low, high = sketch.rows_per_parent
            many: object = min(high, 10_000) if low == high else {"min": min(low, 10_000), "max": min(high, 10_000)}
            table = changed_table(table, rows_per_parent=many)
        found.append(table)
    return found
