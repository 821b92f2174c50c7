"""Pages: bounded by rows and bytes, and they always get on."""

from collections.abc import Sequence
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthaix.orchestration.errors import ArgumentInvalid, ColumnNotFound, TableNotFound
from synthaix.orchestration.results.cursors import Cursor
from synthaix.orchestration.results.page_text import csv_text
from synthaix.orchestration.results.pages import MOST_BYTES, Page, page, place_of
from synthaix.orchestration.schema.schema import Schema, Table

KEY = b"k" * 32
TABLE = Table.model_validate({
    "name": "people",
    "columns": [
        {"name": "id", "type": "integer"}, {"name": "name", "type": "text"}, {"name": "more", "type": "object"},
    ],
})  # fmt: skip
SCHEMA = Schema(
    tables=(TABLE, Table.model_validate({"name": "orders", "columns": [{"name": "id", "type": "integer"}]}))
)


def bodies_of(rows: Sequence[Sequence[Any]]) -> list[bytes]:
    return [orjson.dumps(row) for row in rows]


def size_of(found: Page) -> int:
    return len(orjson.dumps(found.rows))


def walk(bodies: list[bytes], *, limit: int, max_bytes: int, columns: list[str] | None = None) -> list[Page]:
    """All pages, each begun by the cursor of the one before, as an agent would."""
    place = place_of(SCHEMA, columns=columns)
    pages: list[Page] = []
    while True:
        found = page(
            place.table, bodies[place.offset : place.offset + limit], offset=place.offset, limit=limit,
            columns=place.columns, rows_total=len(bodies), max_bytes=max_bytes,
            seal=place.seal(KEY, owner="alice", job="job_1"),
        )  # fmt: skip
        pages.append(found)
        if found.next_cursor is None:
            return pages
        place = place_of(SCHEMA, cursor=Cursor.decode(found.next_cursor, KEY, owner="alice", job="job_1"))


long = st.sampled_from(["x" * 900, "\x00" * 300, "🙂" * 300])
cells = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | long
rows = st.lists(st.tuples(st.integers(0, 2**63 - 1), st.none() | cells, st.dictionaries(cells, cells, max_size=2)))


@given(rows, st.integers(1, 7), st.integers(300, 3_000))
def test_pages_are_bounded_and_miss_no_row(rows: list[Any], limit: int, max_bytes: int) -> None:
    """Cursor by cursor every row comes once and in order, and no page is beyond its bytes or rows."""
    pages = walk(bodies_of(rows), limit=limit, max_bytes=max_bytes)
    assert all(size_of(found) <= max_bytes and len(found.rows) <= limit for found in pages)
    assert [found.offset for found in pages] == [sum(len(f.rows) for f in pages[:i]) for i in range(len(pages))]
    shown = [row for found in pages for row in found.rows]
    assert len(shown) == len(rows)
    for found in pages:
        for row, whole in zip(found.rows, rows[found.offset :], strict=False):
            same = [mine == theirs for mine, theirs in zip(row.values(), whole, strict=True)]
            assert same.count(False) == found.cut if found.cut else all(same)


@given(rows, st.integers(1, 7), st.integers(300, 3_000))
def test_a_page_is_as_long_as_it_can_be(rows: list[Any], limit: int, max_bytes: int) -> None:
    """Where bytes end a page, the next row would not have fitted."""
    names = TABLE.names
    for found in walk(bodies_of(rows), limit=limit, max_bytes=max_bytes):
        end = found.offset + len(found.rows)
        if len(found.rows) < limit and end < len(rows) and not found.cut:
            longer = [*found.rows, dict(zip(names, rows[end], strict=True))]
            assert len(orjson.dumps(longer)) > max_bytes
            assert found.truncated


def test_a_huge_row_is_cut_and_goes_on() -> None:
    """The page shows the beginning of the long cell and how long it is; the next page begins after it."""
    first, second = walk(bodies_of([[1, "x" * 100_000, None], [2, "y", None]]), limit=20, max_bytes=MOST_BYTES)
    (row,) = first.rows
    assert row["id"] == 1
    assert isinstance(row["name"], str)
    assert row["name"].startswith("xxxx")
    assert row["name"].endswith("… [cut: 100,000 characters in all]")
    assert (first.truncated, first.cut) == (True, 1)
    assert MOST_BYTES - 100 < size_of(first) <= MOST_BYTES
    assert (second.rows, second.truncated, second.cut) == ([{"id": 2, "name": "y", "more": None}], False, 0)


def test_the_last_byte_may_be_used() -> None:
    """Rows of exactly the bytes allowed are shown whole; with a byte less the last of them waits."""
    bodies = bodies_of([[1, "a", None], [2, "b", None]])
    whole = page(TABLE, bodies, offset=0, limit=2, columns=None, rows_total=2)
    size = size_of(whole)
    assert page(TABLE, bodies, offset=0, limit=2, columns=None, rows_total=2, max_bytes=size) == whole
    less = page(TABLE, bodies, offset=0, limit=2, columns=None, rows_total=2, max_bytes=size - 1)
    assert (less.rows, less.truncated, less.cut) == (whole.rows[:1], True, 0)
    one = page(TABLE, bodies, offset=0, limit=1, columns=None, rows_total=2, max_bytes=size_of(less))
    assert (one.rows, one.truncated) == (whole.rows[:1], False)


def test_a_huge_object_is_cut_as_json() -> None:
    """What is no text is shown as the beginning of its JSON."""
    (found,) = walk(bodies_of([[1, "short", {"a": "z" * 100_000}]]), limit=20, max_bytes=1_000)
    assert found.rows[0]["name"] == "short"
    assert str(found.rows[0]["more"]).startswith('{"a":"zzz')


def test_names_that_fill_a_page_are_an_error() -> None:
    """Where not even empty cells fit, the way out is fewer columns."""
    wide = Table.model_validate({"columns": [{"name": f"{'n' * 60}{i}", "type": "integer"} for i in range(200)]})
    with pytest.raises(ArgumentInvalid) as raised:
        page(wide, bodies_of([list(range(200))]), offset=0, limit=1, columns=None, rows_total=1, max_bytes=5_000)
    assert raised.value.field == "columns"


def test_the_wanted_columns_come_in_the_callers_order() -> None:
    """And they stay the same on the next page."""
    bodies = bodies_of([[i, f"n{i}", None] for i in range(3)])
    pages = walk(bodies, limit=2, max_bytes=MOST_BYTES, columns=["name", "id"])
    assert [found.columns for found in pages] == [("name", "id")] * 2
    assert pages[1].rows == [{"name": "n2", "id": 2}]
    assert list(pages[1].rows[0]) == ["name", "id"]


@pytest.mark.parametrize("limit", [0, -1, 501, 10**9])
def test_the_limit_is_bounded(limit: int) -> None:
    """One to five hundred rows."""
    with pytest.raises(ArgumentInvalid) as raised:
        page(TABLE, [], offset=0, limit=limit, columns=None, rows_total=0)
    assert raised.value.field == "limit"


def test_no_rows_are_no_error() -> None:
    """A job that has just begun has an empty page, and one beyond the end is empty too."""
    found = page(TABLE, [], offset=7, limit=20, columns=None, rows_total=5)
    assert (found.rows, found.next_cursor, found.truncated) == ([], None, False)


def test_a_cursor_stays_with_what_it_was_made_for() -> None:
    """Naming another table, other columns or another offset beside it is an error; naming the same is none."""
    cursor = Cursor("alice", "job_1", "people", (1, 0), 20)
    same = place_of(SCHEMA, cursor=cursor, table="people", columns=["name", "id"], offset=20)
    assert same == place_of(SCHEMA, cursor=cursor)
    others: list[dict[str, Any]] = [
        {"table": "orders"}, {"columns": ["id"]}, {"columns": ["id", "name"]}, {"offset": 0},
    ]  # fmt: skip
    for other in others:
        with pytest.raises(ArgumentInvalid) as raised:
            place_of(SCHEMA, cursor=cursor, **other)
        assert raised.value.field == next(iter(other))


def test_unknown_tables_and_columns_are_named() -> None:
    """The nearest right name comes with the error."""
    with pytest.raises(TableNotFound) as table:
        place_of(SCHEMA, table="order")
    assert table.value.suggestion == "Did you mean `orders`?"
    with pytest.raises(ColumnNotFound) as column:
        place_of(SCHEMA, table="people", columns=["nam"])
    assert column.value.suggestion == "Did you mean `name`?"
    with pytest.raises(ArgumentInvalid):
        place_of(SCHEMA, offset=-1)


def test_a_page_as_csv_is_what_an_export_would_be() -> None:
    """The text has a header, guards formulas, and keeps the page's columns."""
    bodies = bodies_of([[1, "=1+1", {"a": 1}], [2, None, None]])
    found = page(TABLE, bodies, offset=0, limit=5, columns=None, rows_total=2)
    assert csv_text(TABLE, found) == 'id,name,more\n1,\'=1+1,"{""a"":1}"\n2,,\n'
    assert csv_text(TABLE, page(TABLE, [], offset=0, limit=5, columns=["id"], rows_total=0)) == "id\n"
