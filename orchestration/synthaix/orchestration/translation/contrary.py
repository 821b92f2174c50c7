"""What contradicts a kind's usual range: a unit of another scale, or words of its name or its table."""

from collections.abc import Mapping
from types import MappingProxyType

from synthaix.orchestration.schema.catalogue.kind import Kind
from synthaix.orchestration.schema.catalogue.spelling import spelled
from synthaix.orchestration.translation.facts import Facts

_SCALES = frozenset("thousands thousand millions million cents cent".split())
# how many of a currency's units buy about what a dollar does: orders of magnitude, no exchange rates
_MAGNITUDES: Mapping[str, int] = MappingProxyType({
    **dict.fromkeys("won krw".split(), 1_000),
    **dict.fromkeys("yen jpy ¥ rupees rupee inr ₹".split(), 100),
    **dict.fromkeys("pesos peso yuan rand lira kronor kroner".split(), 10),
})  # fmt: skip
# words beside which a kind's usual values are those of something else
_CONTRARY: Mapping[str, str] = MappingProxyType({
    "hr.salary": "monthly weekly daily hourly month week day hour",
    "iot.voltage": "battery cell",
    "medical.heart_rate": "song music track playlist tempo",
    "time.year": "birth born death founded",
    "person.full_name": "recipe dish",
    "person.weight_kg": "pet dog cat animal",
    "product.weight_kg": "pet dog cat animal vehicle car truck",
})  # fmt: skip


def in_currency(facts: Facts, kind: Kind | None) -> dict[str, object]:
    """The usual bounds and spread of an amount in the stated currency, where its units are worth far less than a dollar."""
    many = _MAGNITUDES.get((facts.unit or "").casefold())
    usual = kind.constraints if kind is not None else None
    if many is None or usual is None or not isinstance(usual.max, int | float) or _is_stated(facts):
        return {}
    rules: dict[str, object] = {"max": usual.max * many}
    if isinstance(usual.min, int | float):
        rules["min"] = usual.min * many
    if usual.distribution is not None:
        spread = usual.distribution.model_dump(exclude_none=True)
        for name in {"mean", "std", "median"} & spread.keys():
            spread[name] *= many
        rules["distribution"] = spread
    if many >= 100 and usual.decimals:
        rules["decimals"] = 0
    return rules


def _is_stated(facts: Facts) -> bool:
    stated = facts.low is not None or facts.high is not None or facts.choices or facts.formula or facts.moments
    return bool(stated) or bool(facts.rules.keys() & {"distribution", "pattern"})


def contrary(facts: Facts, kind: Kind | None, words: str) -> list[str]:
    """What the usual values of a kind do not suit, when nothing states others."""
    if kind is None or _is_stated(facts):
        return []
    unit = (facts.unit or "").casefold()
    if unit in _SCALES and kind.constraints is not None and kind.constraints.max is not None:
        return [f"values keep the usual range of `{kind.name}`, which is not in {unit}; state `min` and `max`"]
    against = [word for word in _CONTRARY.get(kind.name, "").split() if word in spelled(words)]
    told = f"`{against[0]}` does not suit the usual values of `{kind.name}`; state a range or values" if against else ""
    return [told] if told else []
