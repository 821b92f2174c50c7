"""What each column says about two rows being the same one, read from the schema and never guessed from cells.

identifier   tells rows apart and says nothing else (unique, uuid, sequence): left out, where the rest is wide enough
structured   numbers, booleans, categories, dates, codes, closed vocabularies: equal, or the rows differ
float        equal within a relative tolerance
naming       free strings, such as names: equal but for a typo
text         what a model writes at length: equal, or near in words or in meaning
derived      follows from other columns by an expression: part of the exact key, of no weight for nearness
exact_text   from a pool or a template: equal in canonical form

A verdict is a conjunction over columns: rows differ as soon as one column does. One rule stands beside it, for `rows`:
text that a model wrote is a repetition wherever it turns up again word for word, whatever the other columns hold.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from synthaix.orchestration.schema.column import Column
from synthaix.orchestration.schema.schema import Schema, Table

Space = Callable[[Schema, Table, Column], float]  # how many different values a column can take
Role = Literal["identifier", "structured", "float", "naming", "text", "derived", "exact_text"]

ROOM = 20  # times N: with so many possible rows, 1.03 N draws give N distinct ones
APART = 2_000  # floats of a column that the tolerance keeps apart, whatever their spread: ln(10) / 3e-4 is 7,700
EVIDENCE = 4  # times N: blocks so many that rows meet in one mostly because they are the same
NAMING_KINDS = frozenset(
    {
        "address.full", "address.street", "company.name", "company.project_name", "education.university", "event.name",
        "event.venue", "finance.merchant", "food.dish", "food.restaurant", "game.player_name", "general.name",
        "internet.email", "internet.username", "media.album", "media.artist", "media.book_title", "media.headline",
        "media.movie_title", "media.song_title", "person.first_name", "person.full_name", "person.last_name",
        "person.middle_name", "product.name", "sports.team", "travel.hotel",
    }
)  # fmt: skip
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Roles:
    """The columns of a table by role, each in schema order.

    Attributes:
        identifiers: left out of the comparison.
        whole: only whole rows are compared, and exactly: the space is too small for anything finer.
        compares: whether rows are compared at all; not when a sequence makes each row another one.
        wide: the structured columns alone hold several times N rows, so sharing them is strong evidence.
        halved: the naming column with the most values, which parts the rows where the structured ones are too few.
    """

    identifiers: tuple[str, ...] = ()
    structured: tuple[str, ...] = ()
    floats: tuple[str, ...] = ()
    naming: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    derived: tuple[str, ...] = ()
    exact_text: tuple[str, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()  # groups of columns whose joint values never repeat
    whole: bool = False
    compares: bool = True
    wide: bool = True
    halved: str | None = None

    @property
    def compared(self) -> tuple[str, ...]:
        """Every column that counts, in the order of the roles."""
        return self.structured + self.exact_text + self.floats + self.naming + self.text + self.derived

    def by_vectors(self, policy: str) -> bool:
        """Whether texts are compared by meaning under this policy."""
        return bool(self.text) and policy == "rows" and self.compares and not self.whole


def roles_of(schema: Schema, table: Table, *, rows: int, space: Space) -> tuple[Roles, str | None]:
    """The roles of a table's columns in a job of `rows` rows, and a sentence for the draft when they are unusual."""
    late = late_columns(table)
    given = {column.name: role_of(table, column) for column in table.columns}
    identifiers = _with_followers(table, {name for name, role in given.items() if role == "identifier"} | late)
    rest = [column for column in table.columns if column.name not in identifiers and given[column.name] != "derived"]
    room = sum(_bits(space(schema, table, column)) for column in rest)
    unique = tuple(group for group in _unique_groups(table) if not late & set(group))
    if room >= math.log2(ROOM * max(rows, 1)):
        by_role = {name: role for name, role in given.items() if name not in identifiers}
        known = {column.name: _bits(space(schema, table, column)) for column in rest}
        tolerant = sum(
            min(bits, math.log2(APART)) if by_role[name] == "float" else bits for name, bits in known.items()
        )
        if tolerant < math.log2(ROOM * max(rows, 1)):  # a tolerance would make too many rows one
            by_role = {name: "structured" if role == "float" else role for name, role in by_role.items()}
        closed = sum(bits for name, bits in known.items() if by_role[name] in ("structured", "exact_text"))
        wide = closed >= math.log2(EVIDENCE * max(rows, 1))
        roles = _roles(table, by_role, identifiers, unique, whole=False, compares=True, wide=wide)
        if not wide and roles.naming:
            roles = replace(roles, halved=max(roles.naming, key=known.__getitem__))
        return roles, None
    kept = {name: role for name, role in given.items() if name not in late}
    compares = not any(column.is_sequence for column in table.columns)
    roles = _roles(table, kept, late, unique, whole=True, compares=compares, wide=False)
    return roles, _note(roles, sorted(identifiers), room, compares=compares)


def role_of(table: Table, column: Column) -> Role:
    """What a column is, regarded by itself."""
    rules = column.rules
    if rules.unique or column.is_sequence or (column.type == "uuid" and not rules.references):
        return "identifier"
    if rules.expression or column.strategy == "expression":
        return "derived"
    if rules.references or rules.enum:
        return "structured"
    if column.type in ("float", "decimal"):
        return "float"
    if column.type not in ("string", "text"):
        return "structured"
    if column.type == "text" and column.strategy == "llm":
        return "text"
    if column.template or column.values or column.strategy == "pool" or column.type == "text":
        return "exact_text"
    if rules.pattern or (rules.format and rules.format != "email"):
        return "structured"
    free = column.strategy == "llm" or column.kind is None or column.kind in NAMING_KINDS
    return "naming" if free else "structured"


def late_columns(table: Table) -> set[str]:
    """The columns that are filled only at commit: sequences, self-references and what follows from them."""
    first = {column.name for column in table.columns if column.is_sequence or _own_reference(table, column)}
    return _with_followers(table, first, bounds=True)


def _own_reference(table: Table, column: Column) -> bool:
    return (column.rules.references or "").partition(".")[0] == table.name


def _with_followers(table: Table, names: set[str], *, bounds: bool = False) -> set[str]:
    """These columns, and every one whose expression or template (and, if asked, `after` or `before`) mentions one."""
    found = set(names)
    while True:
        more = {
            column.name for column in table.columns if column.name not in found and _mentions(column, bounds) & found
        }
        if not more:
            return found
        found |= more


def _mentions(column: Column, bounds: bool) -> set[str]:
    rules = column.rules
    templates = [column.template] if isinstance(column.template, str) else list(column.template or ())
    words = {word for text in [rules.expression or "", *templates] for word in _WORD.findall(text)}
    return words | {name for name in (rules.after, rules.before) if name and bounds}


def _unique_groups(table: Table) -> list[tuple[str, ...]]:
    """What must not repeat; a sequence and a sampled UUID cannot."""
    single = [(column.name,) for column in table.columns if column.rules.unique and not _never_repeats(column)]
    return single + [group for group in table.unique_together or () if group not in single]


def _never_repeats(column: Column) -> bool:
    made = column.strategy in (None, "sampler") and not column.values
    return column.is_sequence or (column.type == "uuid" and made and not column.rules.references)


def _bits(values: float) -> float:
    return math.log2(values) if values > 1 else 0.0


def _roles(
    table: Table, by_role: dict[str, Role], identifiers: set[str], unique: tuple[tuple[str, ...], ...], *,
    whole: bool, compares: bool, wide: bool,
) -> Roles:  # fmt: skip
    def of(*roles: Role) -> tuple[str, ...]:
        return tuple(column.name for column in table.columns if by_role.get(column.name) in roles)

    left_out = tuple(column.name for column in table.columns if column.name in identifiers)
    return Roles(
        left_out, of("structured", "identifier"), of("float"), of("naming"), of("text"), of("derived"),
        of("exact_text"), unique, whole, compares, wide,
    )  # fmt: skip


def _note(roles: Roles, identifiers: list[str], room: float, *, compares: bool) -> str | None:
    near = roles.floats + roles.naming
    if not identifiers and not near:
        return None
    most = f"about {2**room:,.0f}" if room < 50 else "too few"
    if not identifiers:
        return f"Only {most} different rows exist, so rows count as duplicates only when they are equal."
    named = ", ".join(f"`{name}`" for name in identifiers)
    if not compares:
        return f"Without {named} only {most} different rows exist, so rows that differ only there are kept."
    return f"Without {named} only {most} different rows exist, so whole rows are compared, {named} included."
