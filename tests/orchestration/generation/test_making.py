"""Which sampler makes a column."""

import pytest

from synthaix.orchestration.generation.making import builders
from synthaix.orchestration.generation.samplers.texts import topics
from synthaix.orchestration.schema.kinds import kinds


@pytest.mark.parametrize("name", [name for name, kind in kinds().items() if kind.type in ("string", "text")])
def test_every_kind_of_text_has_a_sampler_of_its_own(name: str) -> None:
    """No kind falls through to words about nothing: it has a maker, a topic or a pattern."""
    rules = kinds()[name].constraints
    assert name in builders() or name in topics() or (rules is not None and rules.pattern is not None)


@pytest.mark.parametrize("name", [name for name, kind in kinds().items() if kind.type == "category"])
def test_every_category_has_values(name: str) -> None:
    """A kind of category says which values there are, with a weight for each or none."""
    rules = kinds()[name].constraints
    assert rules is not None
    assert rules.enum is not None
    assert len(set(rules.enum)) == len(rules.enum) > 1
    assert rules.weights is None or len(rules.weights) == len(rules.enum)


def test_every_sampler_has_its_kind() -> None:
    """No maker is left without an entry in the catalogue."""
    assert set(builders()) | set(topics()) <= set(kinds())


@pytest.mark.parametrize(
    "name", [name for name, kind in kinds().items() if kind.type in ("integer", "float", "decimal")]
)
def test_every_number_is_bounded(name: str) -> None:
    """A kind of number states both bounds, values, or is a sequence."""
    rules = kinds()[name].constraints
    assert rules is not None
    sequence = rules.distribution is not None and rules.distribution.name == "sequence"
    assert sequence or rules.enum or (rules.min is not None and rules.max is not None)
