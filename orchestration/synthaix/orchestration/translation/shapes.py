"""A table under construction."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from synthaix.orchestration.schema.column import TEMPORAL_TYPES
from synthaix.orchestration.schema.schema import ONLY_TABLE
from synthaix.orchestration.translation.domains import Domain, domain_of, singular_table
from synthaix.orchestration.translation.mentions import first_mention
from synthaix.orchestration.translation.moments import TODAY
from synthaix.orchestration.translation.names import people
from synthaix.orchestration.translation.naming import KEPT_PLURAL, stripped
from synthaix.orchestration.translation.qualifiers import PREVIOUS
from synthaix.orchestration.translation.regions import regions_in
from synthaix.orchestration.translation.sequels import date_verbs
from synthaix.orchestration.translation.sketches import Sketch, named_sketch, sketch_of
from synthaix.orchestration.translation.word_types import by_words
from synthaix.orchestration.translation.wording import is_plural, plural_of, singular_of, snake

MOST_COLUMNS = 200
_RULE = re.compile(
    r"(?:the )?[\w ]{2,30}? (?:must|should|can't|cannot|can not|may not|is|are|comes?|happens?|always|never)(?: be| come)?"
    r"(?: never| always| not)? (?:after|before|later|earlier|greater|less|more|higher|lower)\b",
    re.IGNORECASE,
)


@dataclass(slots=True)
class TableSketch:
    """A table before its columns are settled.

    Attributes:
        about: words that tell the catalogue what the columns are about.
        nouns: what its rows are called, singular and plural.
        topic: the table of its domain, by which it is known what it belongs to; its own name without one.
        known: kinds that its domain gives to names.
        listed: whether the request names the columns.
        description: what else is said of its rows.
        assumptions: what was assumed, in words.
        lost: what was said and is not in the schema, in words.
        heard: sentences that were understood.
    """

    name: str
    about: str
    one: str
    nouns: frozenset[str]
    topic: str = ""
    known: dict[str, str | None] = field(default_factory=dict)
    sketches: list[Sketch] = field(default_factory=list)
    listed: bool = False
    familiar: bool = False
    rows: int | None = None
    rows_per_parent: tuple[int, int] | None = None
    parent: str | None = None
    description: str = ""
    checks: list[str] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)

    def add(self, sketch: Sketch) -> Sketch | None:
        """Add a column, or what it says to the column of its name; None when it has no name."""
        if not sketch.name:
            if self.sketches:
                self.sketches[-1].facts.merge(sketch.facts)
            return None
        same = next((each for each in self.sketches if each.name.casefold() == sketch.name.casefold()), None)
        if same is not None:
            if same.facts.contradicts(sketch.facts):
                same.facts.doubts.append(
                    f"two ranges are stated; the last one counts, not {same.facts.low:g} to {same.facts.high:g}"
                )
            same.facts.merge(sketch.facts)
            return same
        if len(self.sketches) < MOST_COLUMNS:
            self.sketches.append(sketch)
            return sketch
        return None


def table_sketch(subject: str, items: Sequence[str], today: date = TODAY, *, named: bool = False) -> TableSketch:
    """A table about a subject: with the columns that were listed, or with its domain's.

    Args:
        named: whether the subject is the table's own name, which then stays: `pupils`, though they are students.
    """
    domain, matched = domain_of(subject)
    words = subject.split()
    last = words[-1] if words else ""
    name = domain.table if domain else snake(plural_of(last.casefold())) if last else ONLY_TABLE
    name = name or ONLY_TABLE
    topic = name
    if named and items and is_plural(last.casefold()):
        name = snake(subject)
    one = singular_table(name) if name != ONLY_TABLE else "row"
    nouns = {
        name,
        topic,
        one,
        last.casefold(),
        singular_of(last.casefold()),
        plural_of(singular_of(last.casefold())),
        *matched,
        *(plural_of(word) for word in matched[-1:]),
    }
    about = " ".join(filter(None, [domain.about if domain else "", subject, "person" if nouns & people() else ""]))
    table = TableSketch(name, about, one, frozenset(word for word in nouns if word), topic, familiar=domain is not None)
    if domain is not None:
        table.known = {snake(_plain(phrase)): kind for phrase, kind in domain.columns}
        short = {snake(_plain(phrase)).removeprefix(f"{one}_"): kind for phrase, kind in domain.columns}
        table.known = {name: kind for name, kind in short.items() if name != "id"} | table.known
    heads = [stripped(re.split(r"[(:\d]", item)[0]).rpartition(" ")[2].casefold() for item in items]
    plurals = [head for head in heads if is_plural(head) and head not in KEPT_PLURAL]
    one_by_one = (
        2 * len(plurals) <= len(heads) and len(heads) > 1
    )  # elsewhere it speaks of `the names and emails of people`
    if nouns & people():
        table.known = {"name": "person.full_name", **table.known}
    for item in items:
        _add_item(table, item, today, plural=one_by_one)
    date_verbs(table.sketches)
    table.listed = bool(table.sketches)
    if not table.listed:
        for sketch in _usual(domain, one, today):
            table.add(sketch)
    return table


def _add_item(table: TableSketch, item: str, today: date, *, plural: bool) -> None:
    """Add a listed column, or what an item says of a column before it: `ordered on, delivery is never before the order`."""
    item, where = _without_nationality(item)
    sketch = sketch_of(item, today, plural=plural and not where)
    for region in regions_in(where):
        sketch.facts.locale = sketch.facts.locale or region.locale
        sketch.facts.heard.append(where)
    dated = [each for each in table.sketches if by_words(each.words) in TEMPORAL_TYPES]
    if sketch.facts.after == PREVIOUS:
        sketch.facts.after = dated[-1].name if dated else None
    spoken = None
    if _RULE.match(item):
        spoken = first_mention(item, table.sketches)
        if spoken is None and (sketch.facts.after or sketch.facts.before):
            spoken = first_mention(item, dated)
    if spoken is not None and spoken.start < len("the "):
        spoken.sketch.facts.merge(sketch.facts)
    else:
        table.add(sketch)


def _without_nationality(item: str) -> tuple[str, str]:
    """`Japanese names` as names, and where they are from."""
    found = re.match(r"(?P<where>[A-Z][a-z]+) (?P<what>(?:(?:full|first|last|given|family) )?(?:names?|address(?:es)?|phone numbers?)\b.*)$", item)
    return (found.group("what"), found.group("where")) if found and regions_in(found.group("where")) else (item, "")


def _plain(phrase: str) -> str:
    return (
        phrase.partition(" ")[0]
        if "_" in phrase.partition(" ")[0]
        else phrase.partition(" (")[0]
        .partition(" between")[0]
        .partition(" after")[0]
        .partition(" optional")[0]
        .partition(" =")[0]
        .partition(" 3%")[0]
    )


def _usual(domain: Domain | None, one: str, today: date) -> list[Sketch]:
    """The columns that a subject usually has."""
    if domain is None:
        prefix = one if one != "row" else "item"
        generic = [
            (f"{prefix}_id", "id.number"),
            ("name", "general.name"),
            ("category", "general.category"),
            ("description", "text.description"),
            ("status", "general.status"),
            ("created_at", "time.created_at"),
        ]
        return [Sketch(name, name.replace("_", " "), kind=kind, listed=False, inferred=True) for name, kind in generic]
    sketches = []
    for phrase, kind in domain.columns:
        sketch = sketch_of(phrase, today)
        sketch.name = snake(_plain(phrase))
        sketch.kind, sketch.listed = kind, False
        sketches.append(sketch)
    return sketches


__all__ = ["MOST_COLUMNS", "TableSketch", "named_sketch", "table_sketch"]
