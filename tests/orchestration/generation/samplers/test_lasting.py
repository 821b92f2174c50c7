"""How long what a row tells of takes, between the columns that begin and end it."""

from datetime import datetime, timedelta

import pytest

from synthaix.orchestration.generation.samplers.lasting import is_brief, lasting
from synthaix.orchestration.generation.sampling import TableSampler
from synthaix.orchestration.schema.column import Column, ColumnType, Constraints
from synthaix.orchestration.schema.schema import Schema, Table

ROWS = 400


def gaps(table: str, start: str, end: str, type_: ColumnType, **rules: str) -> list[timedelta]:
    """The times between the two columns of the rows of a table."""
    columns = (
        Column(name=start, type=type_, constraints=Constraints.model_validate(rules) if rules else None),
        Column(name=end, type=type_, constraints=Constraints(after=start, **rules)),  # type: ignore[arg-type]  # texts
    )
    schema = Schema(tables=(Table(name=table, columns=columns),))
    cells = TableSampler(schema, schema.root, seed=7).cells(0, ROWS)
    return [moment(late) - moment(early) for early, late in zip(cells[start], cells[end], strict=True)]


def moment(cell: object) -> datetime:
    """A cell as the moment that it stands for."""
    return datetime.fromisoformat(str(cell))


@pytest.mark.parametrize(
    ("table", "start", "end", "type_", "shortest", "longest"),
    [
        ("flights", "departure", "arrival", "datetime", timedelta(minutes=45), timedelta(hours=14)),
        ("calls", "start", "end", "datetime", timedelta(seconds=30), timedelta(minutes=45)),
        ("rows", "call_start", "call_end", "datetime", timedelta(seconds=30), timedelta(minutes=45)),
        ("shifts", "starts_at", "ends_at", "datetime", timedelta(hours=4), timedelta(hours=10)),
        ("hotel_bookings", "check_in", "check_out", "date", timedelta(days=1), timedelta(days=14)),
        ("projects", "start_date", "end_date", "date", timedelta(days=30), timedelta(days=300)),
        ("flights", "departure_date", "arrival_date", "date", timedelta(days=1), timedelta(days=1)),
    ],
)
def test_the_end_follows_as_soon_as_is_usual(
    table: str, start: str, end: str, type_: ColumnType, shortest: timedelta, longest: timedelta
) -> None:
    """Minutes, hours or days, by what the table or its columns are called."""
    found = gaps(table, start, end, type_)
    assert shortest <= min(found)
    assert max(found) <= longest


def test_a_stated_window_keeps_the_end_near() -> None:
    """Within two stated days a flight still lands hours after it left, and before they are over."""
    found = gaps("flights", "departure", "arrival", "datetime", min="2025-03-01", max="2025-03-02")
    assert timedelta(0) < min(found)
    assert max(found) <= timedelta(hours=14)


def test_other_pairs_have_no_usual_time() -> None:
    """An order's delivery is no end of the order, nor is an unknown thing's end near."""
    assert lasting("flights", "booked_at", "paid_at") is None
    assert lasting("things", "start", "end") is None
    assert lasting("flight_bookings", "departure", "arrival") == lasting("flights", "departure", "arrival")


def test_what_is_over_within_a_day_is_brief() -> None:
    """A meeting is, a project is not."""
    assert is_brief(["meeting"])
    assert not is_brief(["project"])
    assert not is_brief(["thing"])
