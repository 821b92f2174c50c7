"""What rows are usually about, and the columns that each subject has when a request names none.

`domains.txt` has one line each: table | words that call for it | words that describe its columns to the catalogue |
columns. A column is a phrase as in a request; `@kind` gives its kind.
"""

from dataclasses import dataclass
from functools import cache
from importlib import resources

from synthaix.orchestration.schema.catalogue.spelling import spelled
from synthaix.orchestration.translation.wording import plural_of, singular_of


@dataclass(frozen=True, slots=True)
class Domain:
    """A subject of rows.

    Attributes:
        table: what its table is called.
        words: nouns and phrases that call for it, each as its words in the singular.
        about: words that tell the catalogue what the columns are about.
        columns: phrases, each with the kind that it has here.
    """

    table: str
    words: tuple[tuple[str, ...], ...]
    about: str
    columns: tuple[tuple[str, str | None], ...]


@cache
def domains() -> tuple[Domain, ...]:
    """Every subject."""
    found = []
    listed = resources.files("synthaix.orchestration.translation").joinpath("domains.txt").read_text(encoding="utf-8")
    for line in listed.strip().splitlines():
        table, words, about, columns = (part.strip() for part in line.split(" | "))
        phrases = tuple(_column(text) for text in _columns(columns))
        spelt = tuple(spelled(word.strip()) for word in words.split(","))
        found.append(Domain(table, spelt, about, phrases))
    return tuple(found)


def _columns(text: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for place, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth == 0:
            parts.append(text[start:place].strip())
            start = place + 1
    return [*parts, text[start:].strip()]


def _column(text: str) -> tuple[str, str | None]:
    phrase, _, kind = text.partition(" @")
    return phrase.strip(), kind.strip() or None


@cache
def _index() -> dict[tuple[str, ...], Domain]:
    index: dict[tuple[str, ...], Domain] = {}
    for domain in domains():
        for words in (*domain.words, spelled(domain.table)):
            index.setdefault(words, domain)
    return index


def domain_of(subject: str) -> tuple[Domain | None, tuple[str, ...]]:
    """The domain that a noun phrase calls for, and its words that do; the head comes last and the longer term wins."""
    words = spelled(subject)[:24]
    index = _index()
    for stop in range(len(words), 0, -1):
        for start in range(max(0, stop - 4), stop):
            if words[start:stop] in index:
                return index[words[start:stop]], words[start:stop]
    return None, ()


def domain_named(noun: str) -> Domain | None:
    """The domain that exactly this noun or phrase calls for."""
    return _index().get(spelled(noun))


@cache
def row_words() -> frozenset[str]:
    """Single plural and singular nouns that call for a domain."""
    words = {words[-1] for words in _index()}
    return frozenset(words | {plural_of(word) for word in words})


def singular_table(table: str) -> str:
    """What one row of a table is called: `order_items` -> `order_item`."""
    head, _, last = table.rpartition("_")
    one = {
        "people": "person",
        "inventory": "item",
        "weather": "observation",
        "clickstream": "event",
        "attendance": "entry",
        "fraud": "transaction",
        "production": "batch",
        "network_traffic": "connection",
    }.get(table)
    return one or (f"{head}_{singular_of(last)}" if head else singular_of(last))
