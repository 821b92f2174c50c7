"""Requests written without looking at the rules: how often the keyless translator reads them right.

`held_out.json` is not for tuning: a rule made to fit one of its requests makes the scores worthless.
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NotRequired, TypedDict

from synthaix.orchestration.schema.column import Column
from synthaix.orchestration.schema.draft import Draft
from synthaix.orchestration.translation.rules import by_rules


class Request(TypedDict):
    """What a user typed, and what any sane reading of it has."""

    prompt: str
    context: NotRequired[str]
    rows: int | None
    columns: dict[str, list[str]]


REQUESTS: list[Request] = json.loads(Path(__file__).with_name("held_out.json").read_text(encoding="utf-8"))


@cache
def draft(prompt: str, context: str | None) -> Draft:
    """The keyless draft of a request, made once for the three tests."""
    return by_rules(prompt, context, has_model=False)


def translated() -> Iterator[tuple[Request, Draft]]:
    """Each request with its draft."""
    for request in REQUESTS:
        yield request, draft(request["prompt"], request.get("context"))


def normal(name: str) -> str:
    """A name without case, underscores or a plural's ending."""
    bare = name.casefold().replace("_", "").replace(" ", "")
    return bare[:-1] if bare.endswith("s") and not bare.endswith("ss") else bare


def singular(name: str) -> str:
    """A name whose words have each lost case and plural, put together."""
    return "".join(map(normal, name.split("_")))


def found(expected: str, drafted: Draft) -> list[Column]:
    """The columns that may be meant: those of the same name, or else those whose name holds it or is held by it."""
    wanted = singular(expected)
    columns = [column for table in drafted.schema.tables for column in table.columns]
    same = [column for column in columns if singular(column.name) == wanted]
    return same or [column for column in columns if wanted in singular(column.name) or singular(column.name) in wanted]


def report(failures: list[str], asked: int) -> str:
    """The share that was read right, and each one that was not."""
    return "\n".join([f"{asked - len(failures)} of {asked} right:", *failures])


def share(failures: list[str], asked: int) -> float:
    """How much of what was asked was read right, 0 to 1."""
    return 1 - len(failures) / asked


def test_row_counts() -> None:
    """The number of rows is the one named, and none when none was named."""
    failures = [
        f"{request['prompt'][:70]!r}: {request['rows']} rows expected, got {drafted.inferred_count}"
        for request, drafted in translated()
        if drafted.inferred_count != request["rows"]
    ]
    assert share(failures, len(REQUESTS)) >= 0.95, report(failures, len(REQUESTS))


def test_stated_columns_are_found() -> None:
    """Each column that was asked for is in some table, under its name or a close one."""
    failures = [
        f"{request['prompt'][:70]!r}: no {name}, got {[list(table.names) for table in drafted.schema.tables]}"
        for request, drafted in translated()
        for name in request["columns"]
        if not found(name, drafted)
    ]
    asked = sum(len(request["columns"]) for request in REQUESTS)
    assert share(failures, asked) >= 0.90, report(failures, asked)


def test_found_columns_have_an_acceptable_type() -> None:
    """Each column that was found has one of the types that a reader of the request would accept."""
    readings = [
        (request["prompt"], name, types, columns)
        for request, drafted in translated()
        for name, types in request["columns"].items()
        if (columns := found(name, drafted))
    ]
    failures = [
        f"{prompt[:70]!r}: {name} as {'/'.join(types)}, got {[(column.name, column.type) for column in columns]}"
        for prompt, name, types, columns in readings
        if not any(column.type in types for column in columns)
    ]
    assert share(failures, len(readings)) >= 0.95, report(failures, len(readings))
