"""Begin and end of what rows tell of: in one unit, and from one place to another."""

import pytest

from synthaix.orchestration.translation.rules import by_rules


@pytest.mark.parametrize(
    ("prompt", "types"),
    [
        ("200 flights with departure, arrival, price", ["datetime", "datetime"]),
        ("200 taxi rides with pickup, dropoff, fare", ["datetime", "datetime"]),
        ("200 meetings: start, end, room", ["datetime", "datetime"]),
        ("200 calls: call start, call end", ["datetime", "datetime"]),
        ("200 flights with departure date, arrival date", ["date", "date"]),
        ("200 projects with start date, end date, budget", ["date", "date"]),
        ("200 patients with admission date, discharge date", ["date", "date"]),
    ],
)
def test_both_ends_are_of_one_type(prompt: str, types: list[str]) -> None:
    """The second where what happens is brief, unless the request speaks of dates."""
    columns = by_rules(prompt).schema.root.columns
    assert [column.type for column in columns[:2]] == types
    assert columns[1].rules.after == columns[0].name


@pytest.mark.parametrize(
    ("prompt", "check"),
    [
        ("200 flights with origin and destination airport, price", "origin_airport != destination_airport"),
        ("200 transfers: from account, to account, amount", "from_account != to_account"),
        ("200 matches: home team, away team, date", "home_team != away_team"),
    ],
)
def test_nothing_goes_where_it_comes_from(prompt: str, check: str) -> None:
    """Two places of one kind differ in a row, and the draft says so."""
    draft = by_rules(prompt)
    assert draft.schema.root.checks == (check,)
    assert any("is never" in note for note in draft.assumptions)


def test_one_value_is_no_choice_of_places() -> None:
    """Flights from and to one place cannot differ, and moments are no places."""
    root = by_rules("200 flights: departure, arrival, from (Lisbon), to (Porto, Lisbon)").schema.root
    assert not root.checks or all("departure" not in check for check in root.checks)
