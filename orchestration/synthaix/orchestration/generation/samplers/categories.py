"""Values from a list, with weights; booleans."""

from collections.abc import Sequence

import numpy as np

from synthaix.orchestration.generation.samplers.draw import Cells, Draw, Maker, Setting
from synthaix.orchestration.generation.seeding import Ints, permuted
from synthaix.orchestration.schema.column import Cell, Constraints

TRUE_SHARE = 0.5


def chances_of(rules: Constraints) -> tuple[list[Cell], list[float] | None]:
    """The values that can occur, each once, and their weights; None when all are alike."""
    values: list[Cell] = list(rules.enum or ())
    weights = rules.weights
    if weights is None or len(weights) != len(values) or not sum(weights):
        return list(dict.fromkeys(values)) if not _mixed(values) else values, None
    kept = [(value, weight) for value, weight in zip(values, weights, strict=True) if weight > 0]
    return [value for value, _ in kept], [weight for _, weight in kept]


def picked(rng: np.random.Generator, size: int, weights: Sequence[float] | None, count: int) -> Ints:
    """Places in a list of this size."""
    if weights is None:
        return rng.integers(0, size, count)
    levels = np.cumsum(np.array(weights))
    places: Ints = np.searchsorted(levels[:-1] / levels[-1], rng.random(count), side="right")
    return places


def choice_maker(setting: Setting, values: Sequence[Cell], weights: Sequence[float] | None = None) -> Maker:
    """Cells from a list; a unique column goes through it in a scrambled order."""
    listed, name, key = list(values), setting.name, setting.key
    if setting.rules.unique:

        def counted(draw: Draw) -> Cells:
            return [listed[place] for place in permuted(draw.index, len(listed), key).tolist()]

        return Maker(counted, float(len(listed)), distinct=True)
    chances = list(weights) if weights is not None else None

    def drawn(draw: Draw) -> Cells:
        return [listed[place] for place in picked(draw.rng(name), len(listed), chances, len(draw.index)).tolist()]

    return Maker(drawn, float(len(listed)))


def enum_maker(setting: Setting) -> Maker:
    """Cells from the column's `enum`."""
    return choice_maker(setting, *chances_of(setting.rules))


def boolean_maker(setting: Setting) -> Maker:
    """True and false; `enum` with weights says how often each."""
    if setting.rules.enum:
        return enum_maker(setting)
    if setting.rules.unique:
        return choice_maker(setting, [True, False])
    name = setting.name
    return Maker(lambda draw: (draw.rng(name).random(len(draw.index)) < TRUE_SHARE).tolist(), 2.0)


def _mixed(values: Sequence[Cell]) -> bool:
    """Whether equal-looking values differ in type, such as 1 and true, which Python takes for one."""
    return len({type(value) for value in values}) > 1
