"""What columns are called beside the catalogue's aliases, and what people are called whose names a column holds."""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

from synthaix.orchestration.schema.catalogue.spelling import spelled


@cache
def also_called() -> Mapping[str, str]:
    """Kinds by a column's words in the singular."""
    return MappingProxyType(
        {" ".join(spelled(words)): kind for kind, listed in _lines() if kind != "PEOPLE" for words in listed}
    )


@cache
def people() -> frozenset[str]:
    """Words such as `barista`: a column called so holds names."""
    return frozenset(word for kind, listed in _lines() if kind == "PEOPLE" for word in listed)


@cache
def _lines() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The lines of `names.txt`: a kind, and what columns of it are called."""
    text = resources.files("synthaix.orchestration.translation").joinpath("names.txt").read_text(encoding="utf-8")
    found = []
    for line in text.strip().splitlines():
        kind, _, listed = line.partition(" | ")
        found.append((kind, tuple(word.strip() for word in listed.split(","))))
    return tuple(found)
