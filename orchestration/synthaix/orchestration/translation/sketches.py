"""A column under construction: what was said of it so far."""

import re
from dataclasses import dataclass, field, replace
from datetime import date

from synthaix.orchestration.translation.asides import read_phrase
from synthaix.orchestration.translation.facts import Facts
from synthaix.orchestration.translation.moments import TODAY
from synthaix.orchestration.translation.naming import Named, named

_HANGING = re.compile(
    r"(?<!ed)(?<!en)(?<!wn)(?<!ld)(?<!nt)(?<!id)(?<!de) (?:in|of|from|as|is|are|to|being|between)$", re.IGNORECASE
)  # once the values are taken out


@dataclass(slots=True)
class Sketch:
    """A column before its kind and type are settled.

    Attributes:
        words: what it is called, for the search in the catalogue.
        kind: a kind that a domain gives it.
        listed: whether the request names it; otherwise a domain suggests it.
        inferred: whether the name itself was guessed.
    """

    name: str
    words: str
    facts: Facts = field(default_factory=Facts)
    kind: str | None = None
    listed: bool = True
    inferred: bool = False
    flag: bool = False
    count: bool = False


def sketch_of(text: str, today: date = TODAY, *, plural: bool = False) -> Sketch:
    """What a phrase says; a sketch without a name is only a qualifier.

    Args:
        plural: whether a plural is the name itself, and not how the request speaks of all columns.
    """
    rest, facts = read_phrase(text, today)
    numbers = any(isinstance(value, int | float) and not isinstance(value, bool) for value in facts.choices)
    counted = numbers or (facts.high is not None and facts.high >= 2 and facts.high == int(facts.high))
    found = named(
        _HANGING.sub("", rest) if not facts.empty else rest, counted=counted and not facts.fractions, plural=plural
    )
    if facts.type == "boolean" and re.match(r"(?:is|has|was) \w+$", rest):
        found = replace(found, name=rest.casefold().replace(" ", "_"), flag=True)  # `is premium 12%`
    sketch = Sketch(found.name, found.words, facts, flag=found.flag, count=found.count)
    if found.description and not facts.description:
        facts.description = found.description[:300]
    return sketch


def named_sketch(name: str, words: str | None = None) -> Sketch:
    """A column of this name of which nothing else is said."""
    return Sketch(name, words or name.replace("_", " "))


__all__ = ["Named", "Sketch", "named_sketch", "sketch_of"]
