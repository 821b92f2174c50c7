"""What contradicts a kind's usual range: a unit of another scale, or words of its name or its table."""

from collections.abc import Mapping
from types import MappingProxyType

from synthaix.orchestration.schema.catalogue.kind import Kind
from synthaix.orchestration.schema.catalogue.spelling import spelled
from synthaix.orchestration.translation.facts import Facts

_SCALES = frozenset(
    "yen jpy ¥ rupees rupee inr ₹ won krw pesos peso yuan rand lira kronor kroner thousands thousand millions million cents cent".split()
)
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


def contrary(facts: Facts, kind: Kind | None, words: str) -> list[str]:
    """What the usual values of a kind do not suit, when nothing states others."""
    stated = facts.low is not None or facts.high is not None or facts.choices or facts.formula or facts.moments
    if kind is None or stated or facts.rules.keys() & {"distribution", "pattern"}:
        return []
    unit = (facts.unit or "").casefold()
    if unit in _SCALES and kind.constraints is not None and kind.constraints.max is not None:
        return [f"values keep the usual range of `{kind.name}`, which is not in {unit}; state `min` and `max`"]
    against = [word for word in _CONTRARY.get(kind.name, "").split() if word in spelled(words)]
    told = f"`{against[0]}` does not suit the usual values of `{kind.name}`; state a range or values" if against else ""
    return [told] if told else []
