"""Columns that follow from others: a rate of one, a value only under a condition."""

from collections.abc import Sequence

from synthaix.orchestration.schema.catalogue.spelling import spelled
from synthaix.orchestration.schema.column import Column, Constraints
from synthaix.orchestration.schema.kinds import kinds
from synthaix.orchestration.translation.conditions import SHARED, holds_when
from synthaix.orchestration.translation.shapes import TableSketch
from synthaix.orchestration.translation.sketches import Sketch

MOST_CONDITIONS = 3  # each check drops half of the candidates
_BASES = ("net", "subtotal", "amount", "price", "base", "cost", "fare", "revenue", "sale", "value", "premium", "rent", "fee")
_WHOLES = ("gross", "total")
_ADDED = frozenset("vat tax gst tip surcharge fee markup".split())  # onto the base, to make the whole
_TAKEN = frozenset("discount commission".split())  # off it
_OWN_RATE = frozenset("rate percent percentage pct share ratio level".split())


def settle_rates(table: TableSketch) -> None:
    """`net, vat 19%, gross`: the rate as a formula over its base, and the whole as their sum.

    Where no column can be the base, the percents themselves are what the column holds, never a fixed amount.
    """
    for sketch in table.sketches:
        rate, words = sketch.facts.rate, spelled(sketch.words)
        if rate is None or not words or _OWN_RATE & {*words}:
            continue
        base = _first(table, _BASES, sketch)
        if base is None:
            sketch.kind, sketch.facts.type = "general.percentage", "float"
            table.assumptions.append(f"`{sketch.name}` holds the rate, {rate:g} percent; no column is its base.")
            continue
        sketch.facts.choices, sketch.facts.unit = [], None
        sketch.facts.formula = f"{base.name} * {rate / 100:g}"
        table.assumptions.append(f"`{sketch.name}` is {rate:g} percent of `{base.name}`.")
        whole = _first(table, _WHOLES, sketch)
        if whole is None or whole is base or not _is_open(whole) or not (_ADDED | _TAKEN) & {words[-1]}:
            continue
        sign, joined = ("+", "plus") if words[-1] in _ADDED else ("-", "less")
        whole.facts.formula = f"{base.name} {sign} {sketch.name}"
        table.assumptions.append(f"`{whole.name}` is `{base.name}` {joined} `{sketch.name}`.")


def _first(table: TableSketch, words: Sequence[str], but: Sketch) -> Sketch | None:
    """The column whose name ends in the first of these words that any does."""
    others = [each for each in table.sketches if each is not but and each.facts.rate is None]
    for word in words:
        found = next((each for each in others if spelled(each.words)[-1:] == (word,) or spelled(each.words)[:1] == (word,)), None)
        if found is not None:
            return found
    return None


def _is_open(sketch: Sketch) -> bool:
    facts = sketch.facts
    return not (facts.formula or facts.choices or facts.low is not None or facts.high is not None or facts.type == "boolean")


def conditional(table: TableSketch, columns: Sequence[Column]) -> list[Column]:
    """The columns, those under a condition filled exactly where it holds; the table's checks and notes grow."""
    found = list(columns)
    kept: list[str] = []
    for place, (sketch, column) in enumerate(zip(table.sketches, columns, strict=True)):
        words = sketch.facts.condition
        if not words:
            continue
        if {*spelled(words)} <= {*spelled(column.name)}:
            continue  # `paid at if paid` is only empty at times
        said = holds_when(words, [_with_values(each) for each in columns if each.name != column.name])
        if said is None or column.rules.unique or len(kept) == MOST_CONDITIONS:
            table.lost.append(f"when `{column.name}` holds a value ({words}): it is left empty at random")
            continue
        kept.append(column.name)
        name = column.name if column.name.isidentifier() else f"`{column.name}`"
        table.checks.append(f"({name} is None) == ({_opposite(said)})")
        table.assumptions.append(f"`{column.name}` holds a value exactly where `{said}`, so its share of nulls follows from that.")
        rules = {**column.rules.model_dump(exclude_unset=True), "nullable": True, "null_rate": SHARED}
        found[place] = column.model_copy(update={"constraints": Constraints.model_validate(rules)})
    return found


def _opposite(said: str) -> str:
    if said.startswith("not "):
        return said.removeprefix("not ")
    for sign, other in (("==", "!="), ("!=", "==")):
        if f" {sign} " in said:
            return said.replace(f" {sign} ", f" {other} ", 1)
    return f"not {said}"


def _with_values(column: Column) -> Column:
    """The column with the values that its kind gives it when the request names none."""
    kind = kinds().get(column.kind or "")
    usual = kind.constraints.enum if kind is not None and kind.constraints is not None else None
    if column.rules.enum or not usual:
        return column
    return column.model_copy(update={"constraints": Constraints(enum=usual)})
