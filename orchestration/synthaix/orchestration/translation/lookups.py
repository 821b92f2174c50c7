"""Which column a change in words speaks of."""

import re

from synthaix.orchestration.errors import ArgumentInvalid
from synthaix.orchestration.schema.catalogue.spelling import spelled
from synthaix.orchestration.schema.column import Column
from synthaix.orchestration.schema.schema import Table
from synthaix.orchestration.translation.edits import OPS, Working
from synthaix.orchestration.translation.mentions import meant
from synthaix.orchestration.translation.sketches import Sketch
from synthaix.orchestration.translation.wording import snake, unquoted

ON = re.compile(r" (?:to|in|from|on|of|for) (?:the )?(?P<table>\w+)(?: table)?$", re.IGNORECASE)
ACCEPTED = (
    "add a phone column",
    "remove email",
    "rename amount to total",
    "make email unique",
    "amount between 5 and 100",
    "status should be active or inactive",
    "make notes optional",
    "10% missing phone",
    "end_date after start_date",
    "change age to integer",
    "move email first",
    "500 rows",
)


def not_understood(message: str, place: int | None = None) -> ArgumentInvalid:
    return ArgumentInvalid(
        message,
        field="changes",
        allowed=list(ACCEPTED),
        suggestion="Write one change in a sentence, naming columns as the schema does; or send edits with `op`: "
        + ", ".join(OPS)
        + ".",
    )


def sketches_of(table: Table) -> list[Sketch]:
    return [Sketch(column.name, column.name.replace("_", " "), kind=column.kind) for column in table.columns]


def column_named(working: Working, words: str) -> tuple[Table, Column] | None:
    """The column that words name: exactly, or as nearly as only one column answers to."""
    plain = re.sub(
        r"^(?:the |a |an |column |field )+|(?: column| field)$", "", unquoted(words).strip(), flags=re.IGNORECASE
    )
    for table in working.tables:
        for column in table.columns:
            if (
                column.name.casefold() in (plain.casefold(), snake(plain))
                or plain.casefold() == f"{table.name}.{column.name}".casefold()
            ):
                return table, column
    for table in working.tables:
        same = [column for column in table.columns if spelled(column.name) == spelled(plain)]
        if same:
            return table, same[0]
    for table in working.tables:
        found = meant(plain, sketches_of(table)) if len(plain.split()) <= 4 and not re.search(r"\d", plain) else None
        if found is not None:
            return table, table.column(found.name)
    return None


def columns_named(working: Working, words: str) -> list[tuple[Table, Column]] | None:
    """Every column that a list names; None when one of them is unknown."""
    whole = column_named(working, words) if " and " not in words and "," not in words else None
    if whole is not None:
        return [whole]
    scoped = ON.search(words)
    table = next(
        (each for each in working.tables if scoped and each.name.casefold() == scoped.group("table").casefold()), None
    )
    listed = words[: scoped.start()] if scoped and table is not None else words
    found = []
    for item in re.split(r",| and | or |&", re.sub(r"(?: columns| fields)$", "", listed.strip())):
        if item.strip():
            one = column_named(working, item.strip())
            if one is None:
                return None
            found.append(one)
    return found or None
