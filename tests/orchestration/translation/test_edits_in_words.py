"""Changes in words of `edits.txt`: every clause does what it says to its own column, and to no other."""

from functools import cache
from pathlib import Path

import pytest

from synthaix.orchestration.errors import ArgumentInvalid
from synthaix.orchestration.schema.column import Column
from synthaix.orchestration.schema.draft import Draft
from synthaix.orchestration.translation.revision import revise
from synthaix.orchestration.translation.rules import by_rules

BASES = {
    "payments": "500 payments with payment_id, amount, currency, status, paid_at, customer name",
    "patients": "200 patients with name, age, diagnosis, blood type, admission date and discharge date",
    "employees": "100 employees with name, department, salary, hire date",
}
EDITS = [
    tuple(part.strip() for part in line.split(" | "))
    for line in Path(__file__).with_name("edits.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


@cache
def base(name: str) -> Draft:
    """A draft to change."""
    return by_rules(BASES[name], has_model=False)


def holds(old: Draft, new: Draft, fact: str) -> bool:
    """Whether what is expected of a changed draft is true."""
    columns = {column.name: column for column in new.schema.root.columns}
    names = list(columns)
    if fact[0] in "+-":
        return (fact[1:] in columns) == (fact[0] == "+")
    if ">" in fact:
        before, after = fact.split(">")
        return before not in columns and after in columns
    if ":" in fact:
        name, type_ = fact.split(":")
        return columns[name].type == type_
    subject, _, value = fact.partition("=")
    match subject:
        case "rows":
            return new.inferred_count == int(value)
        case "first":
            return names[0] == value
        case "last":
            return names[-1] == value
        case "order":
            return [name for name in names if name in value.split(",")] == value.split(",")
        case "same":
            return columns[value] == old.schema.root.column(value)
    name, _, rule = subject.partition(".")
    return name in columns and rule_holds(columns[name], rule, value)


def rule_holds(column: Column, rule: str, value: str) -> bool:
    """Whether a constraint has the value that is written as text."""
    actual = getattr(column.rules, rule)
    if rule == "enum":
        return list(map(str, actual or ())) == value.split(",")
    if rule == "distribution":
        return actual is not None and actual.name == value
    if isinstance(actual, int | float) and not isinstance(actual, bool):
        return float(actual) == float(value)
    return str(actual) == value


@pytest.mark.parametrize(("name", "changes", "facts"), EDITS, ids=[edit[1][:60] for edit in EDITS])
def test_each_clause_changes_its_own_column(name: str, changes: str, facts: str) -> None:
    """All that is said is done, and the diff says it."""
    revised = revise(base(name), changes, has_model=False)
    wrong = [fact for fact in facts.split("; ") if not holds(base(name), revised, fact)]
    assert not wrong, revised.diff
    assert revised.diff


@pytest.mark.parametrize(
    "changes",
    ["Looks good!", "make it nicer", "amount between 5 and 900, and please juggle", "currency blue-ish maybe"],
)
def test_what_is_not_understood_changes_nothing(changes: str) -> None:
    """A clause without a meaning is refused, and with it the others."""
    with pytest.raises(ArgumentInvalid):
        revise(base("payments"), changes, has_model=False)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ("amount between 5 and 900, status paid or open, 10% null c4n4ry", "Change number 3 names no column"),
        ("currency blue-ish maybe", "Change number 1 is not understood"),
    ],
)
def test_a_refused_change_is_numbered_and_says_what_is_missing(changes: str, said: str) -> None:
    """Where it names no column, the columns there are; its words are not repeated."""
    with pytest.raises(ArgumentInvalid) as caught:
        revise(base("payments"), changes, has_model=False)
    assert said in caught.value.message
    assert "c4n4ry" not in str(caught.value.fields())
    assert ("currency" in (caught.value.allowed or [])) == ("names no column" in said)
