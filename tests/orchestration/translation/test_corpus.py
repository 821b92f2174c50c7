"""What by_rules makes of the requests in `corpus.txt` and `fresh_*.txt`: counts, columns, types, kinds, constraints."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

from synthaix.orchestration.generation.checking import check_schema
from synthaix.orchestration.generation.sampling import TableSampler
from synthaix.orchestration.generation.validation import TableRules
from synthaix.orchestration.schema.column import Column
from synthaix.orchestration.schema.draft import Draft
from synthaix.orchestration.translation.edits import changed_table
from synthaix.orchestration.translation.rules import by_rules

CORPORA = [Path(__file__).with_name("corpus.txt"), *sorted(Path(__file__).parent.glob("fresh_*.txt"))]
SAMPLED = 64  # candidates of each table


@dataclass(frozen=True, slots=True)
class Wanted:
    """A column that a request states."""

    names: tuple[str, ...]
    types: tuple[str, ...]
    kinds: tuple[str, ...]
    rules: tuple[tuple[str, str], ...]

    def is_sane(self, column: Column) -> bool:
        """Whether type and kind are among those that a reader would accept."""
        kind = column.kind or "-"
        return column.type in self.types and any(pattern == "*" or fnmatch(kind, pattern) for pattern in self.kinds)


@dataclass(frozen=True, slots=True)
class Case:
    """A request with what it states."""

    prompt: str
    context: str | None
    rows: int | None
    columns: tuple[Wanted, ...]


@cache
def cases() -> tuple[Case, ...]:
    """Every request of the corpus."""
    found = []
    request = ""
    for line in (line for corpus in CORPORA for line in corpus.read_text(encoding="utf-8").splitlines()):
        if line.startswith("> "):
            rows, _, columns = line[2:].partition(" | ")
            prompt, _, context = request.partition(" ## ")
            found.append(
                Case(
                    prompt,
                    context or None,
                    int(rows) if rows != "-" else None,
                    tuple(map(wanted, columns.split(" ; "))),
                )
            )
        elif not line.startswith("# "):
            request = line.replace("\\n", "\n")
    return tuple(found)


def wanted(text: str) -> Wanted:
    """One column's expectation."""
    body, _, rules = text.partition(" {")
    names, types, *kinds = body.split()
    pairs = [rule.partition("=") for rule in re.split(r" (?=[a-z_]+=)", rules.rstrip("} ")) if rule]
    stated = tuple((name, value) for name, _, value in pairs)
    return Wanted(tuple(names.split(",")), tuple(types.split(",")), tuple(",".join(kinds or "*").split(",")), stated)


@cache
def draft_of(case: Case) -> Draft:
    """The draft of a request, made once."""
    return by_rules(case.prompt, case.context, has_model=False)


def named(draft: Draft) -> dict[str, Column]:
    """The columns by name, and by table and name."""
    found = {column.name: column for _, column in draft.schema.columns()}
    return found | {f"{table.name}.{column.name}": column for table, column in draft.schema.columns()}


def holds(column: Column, rule: str, value: str) -> bool:
    """Whether a constraint that was stated is on the column; `*` asks only that there is one."""
    actual = getattr(column.rules, rule)
    if actual is None and rule in ("min", "max"):
        actual = getattr(column.rules, f"exclusive_{rule}")
    if value == "*" or rule == "expression":
        return bool(actual)
    match rule:
        case "enum":
            return [str(choice) for choice in actual or ()] == value.split(",")
        case "weights":
            return shares(actual or ()) == shares(map(float, value.split(",")))
        case "distribution":
            return actual is not None and actual.name == value
        case "min" | "max" if isinstance(actual, int | float):
            return float(actual) == float(value)
        case "min" | "max":
            return str(actual)[:10] == value
        case "after" | "before":
            return str(actual).startswith(value)  # `opened` may be called `opened_at`
        case _:
            return str(actual) == value


def shares(weights: Iterable[float]) -> list[float]:
    """Weights as hundredths of their sum, in any order."""
    listed = sorted(weights)
    return [round(100 * weight / (sum(listed) or 1), 1) for weight in listed]


def test_the_corpus_is_broad() -> None:
    """At least sixty requests of our own, half of them held out while the rules were written."""
    assert len(cases()) >= 60


def test_row_counts_are_right() -> None:
    """In digits and words, whatever other numbers stand around them."""
    wrong = [case.prompt[:80] for case in cases() if draft_of(case).inferred_count != case.rows]
    assert not wrong


def test_stated_columns_are_found_with_sane_types_and_kinds() -> None:
    """At least 95 % of the stated columns are found, and 97 % of those have a sane type and kind."""
    missing, insane, asked = [], [], 0
    for case in cases():
        columns = named(draft_of(case))
        for each in case.columns:
            asked += 1
            column = next((columns[name] for name in each.names if name in columns), None)
            if column is None:
                missing.append((case.prompt[:60], each.names[0]))
            elif not each.is_sane(column):
                insane.append((case.prompt[:60], column.name, column.type, column.kind))
    assert len(missing) <= 0.05 * asked, missing
    assert len(insane) <= 0.03 * (asked - len(missing)), insane


def test_stated_constraints_are_kept() -> None:
    """Bounds, values, order, formulas and nulls arrive on their columns."""
    lost, asked = [], 0
    for case in cases():
        columns = named(draft_of(case))
        for each in case.columns:
            column = next((columns[name] for name in each.names if name in columns), None)
            for rule, value in each.rules:
                asked += 1
                if column is None or not holds(column, rule, value):
                    lost.append((case.prompt[:60], each.names[0], rule))
    assert len(lost) <= 0.03 * asked, lost


def test_listed_columns_stay_the_only_ones() -> None:
    """A request that lists its columns gets no others, but for what its further sentences call for."""
    extra = 0
    for case in cases():
        draft = draft_of(case)
        if len(draft.schema.tables) == 1 and case.context is None:
            extra += max(0, len(draft.schema.root.columns) - len(case.columns))
    assert extra <= 0.03 * sum(len(case.columns) for case in cases())


@pytest.mark.parametrize("start", range(4))
def test_drafts_can_be_sampled(start: int) -> None:
    """What is proposed is valid, and its sampled cells obey its own rules but for checks across columns."""
    for case in cases()[start::4]:
        schema = draft_of(case).schema
        check_schema(schema)
        table = schema.root
        sampler = TableSampler(schema, table, seed=7)
        columns = sampler.fill_late(sampler.cells(0, SAMPLED), range(SAMPLED))
        faults = TableRules(schema, changed_table(table, checks=None)).invalid(columns, SAMPLED)
        assert not faults, (case.prompt[:60], faults)
