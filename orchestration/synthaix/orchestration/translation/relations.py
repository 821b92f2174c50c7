"""What holds between columns of a row: order, comparison, formula."""

import re
from collections.abc import Sequence

from synthaix.orchestration.errors import SchemaInvalid
from synthaix.orchestration.generation.expression import compile_expression
from synthaix.orchestration.schema.catalogue.spelling import spelled
from synthaix.orchestration.schema.column import NUMERIC_TYPES, TEMPORAL_TYPES, Column
from synthaix.orchestration.translation.choices import values_in
from synthaix.orchestration.translation.meaning import DEFAULT
from synthaix.orchestration.translation.mentions import meant, mentions_in
from synthaix.orchestration.translation.naming import stripped
from synthaix.orchestration.translation.sequels import in_one_unit, sequels, ways
from synthaix.orchestration.translation.shapes import TableSketch
from synthaix.orchestration.translation.sketches import Sketch

_SIGNS = (
    (re.compile(r"\b(?:multiplied by|times|by)\b|(?<= )x(?= )", re.IGNORECASE), "*"),
    (re.compile(r"\bdivided by\b", re.IGNORECASE), "/"),
    (re.compile(r"\bplus\b", re.IGNORECASE), "+"),
    (re.compile(r"\b(?:minus|less)\b", re.IGNORECASE), "-"),
)
_GAP_DAYS = re.compile(
    r"(?:within |up to |at most |no more than |\d+ ?(?:-|to) ?)(\d{1,4}) (day|night|week)s?", re.IGNORECASE
)
_OF_ANY_TYPE = frozenset({"unique", "nullable", "null_rate"})
_SURE_DAYS = 10  # the samplers put most followers within a month; tighter gaps would be rejected too often


def settle_formulas(table: TableSketch) -> None:
    """`call type = voice / sms / data` is no division when none of its parts is a column."""
    for sketch in table.sketches:
        words = sketch.facts.formula
        if not words or "/" not in words or any(sign in words for sign in "*+-("):
            continue
        others = [each for each in table.sketches if each is not sketch]
        values = values_in(words)
        if formula_of(words, others) is None and len(values) > 1:
            sketch.facts.formula, sketch.facts.choices = None, values


def related(table: TableSketch, columns: Sequence[Column]) -> list[Column]:
    """The columns with what their sketches say about each other; the table's checks and notes grow."""
    by_name = {column.name: column for column in columns}
    by_name |= in_one_unit(table.sketches, by_name, table.about)
    _apart(table, by_name)
    for earlier, later in list(sequels(table.sketches, by_name, table.about)):
        if not _is_past(by_name[later.name], by_name[earlier.name]) and not later.facts.after:
            later.facts.after = earlier.name
            table.assumptions.append(f"`{later.name}` comes after `{earlier.name}`.")
    for sketch in table.sketches:
        column = by_name.get(sketch.name)
        if column is None:
            continue
        if sketch.facts.formula:
            column = _calculated(table, sketch, column, by_name)
        for side in ("after", "before"):
            words = getattr(sketch.facts, side)
            if words:
                column = _ordered(
                    table, sketch, by_name[sketch.name] if not sketch.facts.formula else column, side, words, by_name
                )
                by_name[sketch.name] = column
        by_name[sketch.name] = column
        _compared(table, sketch, by_name)
    return [_comparable(table, by_name[column.name], by_name) for column in columns]


def _apart(table: TableSketch, by_name: dict[str, Column]) -> None:
    """Keep where something comes from and where it goes apart, where both hold the same kind of place."""
    for start, goal in ways(table.sketches):
        pair = [by_name[each.name] for each in (start, goal) if each.name in by_name]
        alike = len(pair) == 2 and pair[0].kind is not None and (pair[0].kind, pair[0].type) == (pair[1].kind, pair[1].type)
        if not alike or pair[0].type in TEMPORAL_TYPES or start.facts.beside or goal.facts.beside:
            continue
        if all(column.rules.enum is None or len(column.rules.enum) > 1 for column in pair):
            table.checks.append(f"{_quoted(start.name)} != {_quoted(goal.name)}")
            table.assumptions.append(f"`{goal.name}` is never `{start.name}`.")


def _compared(table: TableSketch, sketch: Sketch, by_name: dict[str, Column]) -> None:
    """`destination different from origin`: a check, when there is such a column."""
    if sketch.facts.beside is None:
        return
    sign, words = sketch.facts.beside
    other = meant(words, [each for each in table.sketches if each is not sketch and each.name in by_name])
    if other is None:
        sketch.facts.unread.append(f"{'the same as' if sign == '==' else 'different from'} {words}")
        by_name[sketch.name] = by_name[sketch.name].model_copy(update={"confidence": DEFAULT})
    else:
        table.checks.append(f"{_quoted(sketch.name)} {sign} {_quoted(other.name)}")


def _comparable(table: TableSketch, column: Column, by_name: dict[str, Column]) -> Column:
    """The column without an order to one that became a time of day, or a date, for a later order."""
    rules = column.rules.model_dump(exclude_defaults=True, exclude_none=True)
    lost = [
        side
        for side in ("after", "before")
        if rules.get(side) in by_name and (by_name[rules[side]].type == "time") != (column.type == "time")
    ]
    for side in lost:
        table.lost.append(f"what `{column.name}` comes {side}: times of day and dates do not compare")
        del rules[side]
    return Column.model_validate({**column.model_dump(exclude={"constraints"}), "constraints": rules or None}) if lost else column


def _is_past(column: Column, other: Column) -> bool:
    """Whether a column's stated dates end before those of the other begin."""
    last, first = column.rules.max, other.rules.min
    return isinstance(last, str) and isinstance(first, str) and last[:10] <= first[:10]


def _calculated(table: TableSketch, sketch: Sketch, column: Column, by_name: dict[str, Column]) -> Column:
    text = formula_of(sketch.facts.formula or "", [each for each in table.sketches if each.name != sketch.name])
    if text is None:
        table.lost.append(f"the formula of `{sketch.name}`: it names columns that are not there")
        return column.model_copy(update={"confidence": DEFAULT})
    names = compile_expression(text).names
    if any(by_name[name].type not in NUMERIC_TYPES for name in names if name in by_name and "days_between(" not in text):
        table.lost.append(f"the formula of `{sketch.name}`: it calculates with columns that are no numbers")
        return column.model_copy(update={"confidence": DEFAULT})
    if column.type not in NUMERIC_TYPES:
        column = column.model_copy(update={"type": "decimal", "kind": None})
    if column.type == "integer" and any(name in by_name and by_name[name].type != "integer" for name in names):
        column = column.model_copy(update={"type": "decimal", "kind": None})
    rules = {
        name: value
        for name, value in column.rules.model_dump(exclude_defaults=True, exclude_none=True).items()
        if name in ("nullable", "null_rate", "decimals")
    }
    digits = "" if column.type == "integer" else ", 2"
    final = f"round({text}{digits})" if "/" in text or column.type == "decimal" else text
    return Column.model_validate(
        {**column.model_dump(exclude={"constraints"}), "constraints": {**rules, "expression": final}}
    )


def formula_of(words: str, sketches: Sequence[Sketch]) -> str | None:
    """A formula in words as an expression over column names; None when a name in it is unknown."""
    text = words
    for pattern, sign in _SIGNS:
        text = pattern.sub(f" {sign} ", text)
    parts = re.split(r"([*+/()]|(?<=[\w ) ])-(?=[\w ( ]))", text)
    written: list[str] = []
    for part in parts:
        plain = part.strip()
        if not plain:
            continue
        if re.fullmatch(r"[*+/()-]|\d+(?:\.\d+)?%?", plain):
            written.append(f"{float(plain[:-1]) / 100:g}" if plain.endswith("%") else plain)
            continue
        if plain.casefold() in ("round", "1"):
            written.append(plain)
            continue
        found = _exactly(plain, sketches)
        name = _quoted(found.name) if found else _days(plain, sketches)
        if name is None:
            return None
        written.append(name)
    try:
        expression = compile_expression(" ".join(written))
    except SchemaInvalid:
        return None
    return " ".join(written) if expression.names else None


def _exactly(words: str, sketches: Sequence[Sketch]) -> Sketch | None:
    """The column that an operand names: all its words, or a column whose words they are a part of."""
    plain = stripped(words)
    whole = [mention for mention in mentions_in(plain, sketches) if spelled(mention.sketch.name) == spelled(plain)]
    if whole:
        return whole[0].sketch
    wanted = set(spelled(plain))
    heads = {sketch.name: set(spelled(sketch.name.partition("_per_")[0])) for sketch in sketches}
    parts = [sketch for sketch in sketches if wanted and wanted <= heads[sketch.name]]
    if len(parts) == 1:
        return parts[0]
    found = meant(plain, sketches) if len(plain.split()) <= 3 else None
    # what a price is `per` is no other name of the price: `nights` are not `price per night`
    return None if found is None or ("_per_" in found.name and not wanted & heads[found.name]) else found


def _days(words: str, sketches: Sequence[Sketch]) -> str | None:
    """How many days or nights lie between two dates of a row of which one follows the other."""
    if not re.fullmatch(r"(?:(?:number|no) of |the )*(?:days|nights)(?: stayed| spent| rented| booked)?", words, re.IGNORECASE):
        return None
    later = [sketch for sketch in sketches if sketch.facts.after]
    earlier = meant(later[0].facts.after or "", [each for each in sketches if each is not later[0]]) if len(later) == 1 else None
    return f"days_between({_quoted(earlier.name)}, {_quoted(later[0].name)})" if earlier else None


def _ordered(
    table: TableSketch, sketch: Sketch, column: Column, side: str, words: str, by_name: dict[str, Column]
) -> Column:
    others = [each for each in table.sketches if each.name != sketch.name and each.name in by_name]
    temporal = [each for each in others if by_name[each.name].type in TEMPORAL_TYPES]
    other = meant(words, temporal) if column.type in TEMPORAL_TYPES else meant(words, others)
    if other is None:
        table.lost.append(f"what `{sketch.name}` comes {side}: no other column fits")
        return column
    target = by_name[other.name]
    if column.type in NUMERIC_TYPES and target.type in NUMERIC_TYPES:
        sign = ">" if side == "after" else "<"
        table.checks.append(f"{_quoted(column.name)} {sign} {_quoted(target.name)}")
        return column
    if target.type not in TEMPORAL_TYPES:
        table.lost.append(f"what `{sketch.name}` comes {side}: the other column holds no dates")
        return column
    if column.type not in TEMPORAL_TYPES:
        column = _as_moments(column, target)
    if (column.type == "time") != (target.type == "time"):
        fitted = target.type if sketch.facts.type is None else column.type
        column = column.model_copy(update={"type": fitted, "kind": None if fitted != column.type else column.kind})
        if (column.type == "time") != (target.type == "time"):
            table.lost.append(f"what `{sketch.name}` comes {side}: times of day and dates do not compare")
            return column
    first, last = (target.name, column.name) if side == "after" else (column.name, target.name)
    if _comes_after(by_name, first, last):
        table.lost.append(f"what `{sketch.name}` comes {side}: the columns would follow each other in a circle")
        return column
    _check_gap(table, sketch, column.name, target.name, side)
    rules = column.rules.model_dump(exclude_defaults=True, exclude_none=True)
    return Column.model_validate(
        {**column.model_dump(exclude={"constraints"}), "constraints": {**rules, side: target.name}}
    )


def _as_moments(column: Column, target: Column) -> Column:
    """The column with the type of the moments that it follows; bounds and values of another type have no sense there."""
    kept = {name: value for name, value in column.rules.model_dump(exclude_defaults=True).items() if name in _OF_ANY_TYPE}
    return Column.model_validate(
        {**column.model_dump(exclude={"constraints"}), "type": target.type, "kind": None, "constraints": kept or None}
    )


def _comes_after(by_name: dict[str, Column], later: str, earlier: str) -> bool:
    """Whether the orders that are set already put one column behind another, over any number of steps."""
    seen: set[str] = set()
    waiting = [later]
    while waiting:
        name = waiting.pop()
        if name == earlier:
            return True
        if name in seen or name not in by_name:
            continue
        seen.add(name)
        waiting += [by_name[name].rules.after or "", *(each.name for each in by_name.values() if each.rules.before == name)]
    return False


def _check_gap(table: TableSketch, sketch: Sketch, name: str, other: str, side: str) -> None:
    """`within 30 days after`: a check when the samplers can keep it, a note otherwise."""
    for note in [note for note in sketch.facts.notes if note.endswith((" after", " before"))]:
        if re.match(r"at least 1 day\b", note):
            continue  # what comes after a date comes on another day
        found = _GAP_DAYS.search(note)
        days = 0 if found is None else int(found.group(1)) * (7 if found.group(2).casefold() == "week" else 1)
        if days >= _SURE_DAYS:
            first, last = (other, name) if side == "after" else (name, other)
            table.checks.append(f"days_between({_quoted(first)}, {_quoted(last)}) <= {days}")
        else:
            table.lost.append(f"how far `{name}` and `{other}` are apart; only their order is kept")


def _quoted(name: str) -> str:
    return name if name.isidentifier() else f"`{name}`"
