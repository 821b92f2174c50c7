"""Pools and templates: cells drawn from given values, or text put together from slots."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from synthaix.orchestration.generation.column_rules import ColumnRules
from synthaix.orchestration.generation.samplers.categories import choice_maker
from synthaix.orchestration.generation.samplers.draw import Cells, Draw, Maker, Setting
from synthaix.orchestration.generation.samplers.phrases import MOST
from synthaix.orchestration.generation.seeding import fractions, key_of, permuted
from synthaix.orchestration.schema.column import Cell
from synthaix.orchestration.schema.kinds import kinds
from synthaix.orchestration.schema.schema import Table

OfKind = Callable[[Setting, str, str], Maker]  # the maker of a kind's cells, under a name of its own


@dataclass(frozen=True, slots=True)
class Slot:
    """A part of a template: fixed text, alternatives, a column or a kind."""

    texts: tuple[str, ...] = ()
    column: str | None = None
    kind: str | None = None


def slots_of(template: str, table: Table) -> list[Slot]:
    """The parts of a template. What is in braces and is no slot stays as it is."""
    parts: list[Slot] = []
    rest = template
    while rest:
        before, brace, after = rest.partition("{")
        inner, closing, rest = after.partition("}")
        if before:
            parts.append(Slot((before,)))
        if not brace:
            break
        parts.append(_slot(inner, table) if closing else Slot((brace + inner,)))
    return parts


def _slot(inner: str, table: Table) -> Slot:
    if inner in table.names:
        return Slot(column=inner)
    if inner in kinds():
        return Slot(kind=inner)
    return Slot(tuple(inner.split("|"))) if "|" in inner else Slot((f"{{{inner}}}",))


def templates_of(setting: Setting) -> list[list[Slot]]:
    """The column's templates, taken apart."""
    template = setting.column.template
    listed = [template] if isinstance(template, str) else list(template or ())
    return [slots_of(text, setting.table) for text in listed]


def values_maker(setting: Setting, values: Sequence[Cell]) -> Maker:
    """Cells from given values: evenly, or by the weights of the constraints."""
    rules = ColumnRules(setting.column)
    weights = setting.stated.weights
    known = [cell for cell in values if rules.fault(cell) is None] or list(values)
    if weights is not None and len(weights) == len(values) == len(known):
        return choice_maker(setting, known, weights)
    return choice_maker(setting, known)


def template_maker(setting: Setting, of_kind: OfKind) -> Maker:
    """Texts from the column's templates: which one and which alternatives is counted, so combinations come evenly."""
    templates = templates_of(setting)
    inner = {
        slot.kind: of_kind(setting, slot.kind, f"{setting.name} {slot.kind}")
        for template in templates for slot in template if slot.kind
    }  # fmt: skip
    sizes = [_ways(template) for template in templates]
    needs = frozenset(slot.column for template in templates for slot in template if slot.column)
    needs |= frozenset(name for maker in inner.values() for name in maker.needs)
    total = min(sum(sizes), MOST)
    key, pick = setting.key, key_of(setting.seed, setting.table.name, f"{setting.name} template")

    def made(draw: Draw) -> Cells:
        kinds_made = {name: maker.make(draw) for name, maker in inner.items()}
        columns = {name: draw.raw[name] for name in needs if name in draw.raw}
        counts = permuted(draw.index, total, key).tolist()
        shares = fractions(draw.index, pick).tolist()
        texts: Cells = []
        for row, (count, share) in enumerate(zip(counts, shares, strict=True)):
            template = templates[int(share * len(templates))]
            texts.append(_filled(template, count, row, columns, kinds_made))
        return texts

    space = float(sum(sizes))
    for maker in inner.values():
        space *= maker.space
    return Maker(made, space, needs)


def _ways(template: Sequence[Slot]) -> int:
    ways = 1
    for slot in template:
        ways *= max(1, len(slot.texts))
    return ways


def _filled(
    template: Sequence[Slot], count: int, row: int, columns: Mapping[str, Cells], made: Mapping[str, Cells]
) -> str:
    parts = []
    for slot in template:
        if slot.column is not None:
            parts.append(_told(columns[slot.column][row]))
        elif slot.kind is not None:
            parts.append(_told(made[slot.kind][row]))
        else:
            count, place = divmod(count, len(slot.texts))
            parts.append(slot.texts[place])
    return "".join(parts)


def _told(cell: Cell) -> str:
    """A cell inside a text."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return ", ".join(map(_told, cell)) if isinstance(cell, list) else str(cell)
