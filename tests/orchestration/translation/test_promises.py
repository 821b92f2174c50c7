"""What holds for every draft, whatever the request: orders without a circle, no contradiction, nothing lost in silence."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthaix.orchestration.schema.catalogue.spelling import spelled
from synthaix.orchestration.schema.draft import Draft
from synthaix.orchestration.schema.schema import Table
from synthaix.orchestration.translation.rules import by_rules
from synthaix.orchestration.translation.sequels import SEQUELS

ENDS = sorted(set(SEQUELS) | {word for listed in SEQUELS.values() for word in listed.split()})
UNITS = ("date", "time", "at", "on")
ITEMS = (
    "name", "email", "city", "amount between 5 and 900", "status open|closed", "variant A or B", "balance may be negative",
    "notes (may be empty)", "price in EUR", "rating 1-5", "delivery time in days", "vat 19%", "net", "gross",
    "discount if vip", "vip yes/no", "signup date", "phone incl. country code", "result (1-0, 0-1, 1/2-1/2)", "score 0-100",
    "country", "comment when known", "flux capacitance", "colour (red, green)", "active 70%",
)  # fmt: skip


def circle(table: Table) -> list[str]:
    """The columns that come after themselves over any number of steps; empty when the orders fit together."""
    later: dict[str, set[str]] = {column.name: set() for column in table.columns}
    for column in table.columns:
        if column.rules.after in later:
            later[column.name].add(str(column.rules.after))
        if column.rules.before in later:
            later[str(column.rules.before)].add(column.name)

    def reached(start: str) -> set[str]:
        seen: set[str] = set()
        waiting = [*later[start]]
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                waiting += later[name]
        return seen

    return [name for name in later if name in reached(name)]


def contradictions(draft: Draft) -> list[tuple[str, str]]:
    """Pairs of columns of which the assumptions say that each comes after the other."""
    said = {tuple(re.findall(r"`([^`]+)`", note)) for note in draft.assumptions if " comes after " in note}
    return [pair for pair in said if len(pair) == 2 and pair[::-1] in said]


@given(
    words=st.lists(st.sampled_from(ENDS), min_size=2, max_size=7, unique=True),
    unit=st.sampled_from(UNITS),
    stated=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.sampled_from(["after", "before"])), max_size=3),
    subject=st.sampled_from(["flights", "hotel guests", "orders", "things"]),
)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_dates_follow_one_another_in_no_circle(
    words: list[str], unit: str, stated: list[tuple[int, int, str]], subject: str
) -> None:
    """Expected orders, stated ones, and stated ones that contradict each other."""
    names = [f"{word}_{unit}" for word in words]
    items = list(names)
    for one, other, side in stated:
        first, second = one % len(names), other % len(names)
        if first != second:
            items[first] = f"{names[first]} {side} {names[second]}"
    draft = by_rules(f"90 {subject}: {', '.join(items)}")
    assert not circle(draft.schema.root)
    assert not contradictions(draft)


def test_expected_orders_hold_no_circle() -> None:
    """What follows what by convention is one direction, over any number of steps."""
    following = {word: set(listed.split()) for word, listed in SEQUELS.items()}
    for start in following:
        seen: set[str] = set()
        waiting = [start]
        while waiting:
            for word in following.get(waiting.pop(), ()):
                assert word != start
                if word not in seen:
                    seen.add(word)
                    waiting.append(word)


@given(items=st.lists(st.sampled_from(ITEMS), min_size=3, max_size=9, unique=True), count=st.integers(5, 900))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_each_item_is_one_column_or_one_warning(items: list[str], count: int) -> None:
    """In any order and company: a name is no part of its neighbour, and none is left out in silence."""
    draft = by_rules(f"{count} rows: {', '.join(items)}")
    names = list(draft.schema.root.names)
    for item in items:
        head = spelled(item)[0]
        holders = [name for name in names if head in spelled(name)]
        assert len(holders) == 1 or any(head in warning for warning in draft.warnings), (item, names)
    assert len(names) <= len(items)


@pytest.mark.parametrize("prompt", ["60 invoices: net, vat 19%, gross", "60 sales: price, discount 10%, total"])
def test_no_amount_is_the_same_in_every_row(prompt: str) -> None:
    """A rate beside its base is a formula."""
    assert all(not column.rules.enum or len(column.rules.enum) > 1 for column in by_rules(prompt).schema.root.columns)
