"""CSV: what a spreadsheet would run, and what stays as it is."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthaix.orchestration.results.formats.formula_guard import guarded, is_formula
from synthaix.orchestration.schema.schema import Table

Export = Callable[..., tuple[Path, Any]]

TEXT = Table.model_validate({"columns": [{"name": "text", "type": "string"}, {"name": "other", "type": "text"}]})
NUMBERS = Table.model_validate({
    "columns": [
        {"name": "integer", "type": "integer"},
        {"name": "float", "type": "float"},
        {"name": "decimal", "type": "decimal"},
        {"name": "category", "type": "category", "constraints": {"enum": [-1, -2]}},
    ]
})

PAYLOADS = [
    "=1+1", "=cmd|' /C calc'!A0", "=HYPERLINK(\"http://example.com\",\"x\")", "=IMPORTXML(CONCAT(\"http://x\"),\"//a\")",
    "=WEBSERVICE(\"http://example.com\")", "=DDE(\"cmd\";\"/C calc\";\"x\")", "=A1", "=", "==1", "='x'!A1",
    "+1+1", "+cmd|' /C calc'!A0", "+A1", "+", "++1", "+49 30 1234567*1",
    "-1+1", "-cmd|' /C calc'!A0", "-A1", "-", "--1", "-2+3+cmd|' /C calc'!D2",
    "@SUM(1+1)", "@", "@A1", "@SUM(1+9)*cmd|' /C calc'!A0",
    "\t=1+1", "\t", "\tx", "\r=1+1", "\r", "\r\n=1+1", "\n=1+1", "\n", "\nx",
    "\uff1d1+1", "\uff1dcmd|' /C calc'!A0", "\uff0b1+1", "\uff0d1+1", "\uff20SUM(1+1)",
]  # fmt: skip


def fields_of(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_there_are_forty_payloads() -> None:
    """The threat model asks for forty."""
    assert len(set(PAYLOADS)) == 40


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_formula_gets_an_apostrophe_and_is_counted(export: Export, payload: str) -> None:
    """Text that a spreadsheet would run begins with an apostrophe; the neighbours stay as they are."""
    path, written = export("csv", TEXT, [[payload, "harmless"], ["harmless", payload]], csv_safe=True)
    assert fields_of(path)[1:] == [["'" + payload, "harmless"], ["harmless", "'" + payload]]
    assert [note.split()[0] for note in written.notes] == ["2"]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_the_guard_can_be_left_out(export: Export, payload: str) -> None:
    """With csv_safe=False the same text stands there unchanged, and nothing is counted."""
    path, written = export("csv", TEXT, [[payload, None]], csv_safe=False)
    assert fields_of(path)[1:] == [[payload, ""]]
    assert written.notes == ()


def test_numbers_are_left_alone(export: Export) -> None:
    """A minus before a number is no formula."""
    path, written = export("csv", NUMBERS, [[-1, -2.5, -3.0, -1], [None, -1e300, -0.0, -2]], csv_safe=True)
    assert path.read_bytes() == b"integer,float,decimal,category\n-1,-2.5,-3.00,-1\n,-1e+300,0.00,-2\n"
    assert written.notes == ()


def test_a_column_name_can_be_a_formula_too(export: Export) -> None:
    """The header is text and is guarded with it."""
    table = Table.model_validate({"columns": [{"name": "=1+1", "type": "integer"}]})
    path, written = export("csv", table, [[1]], csv_safe=True)
    assert path.read_bytes() == b"'=1+1\n1\n"
    assert len(written.notes) == 1


def test_text_where_a_number_belongs_is_guarded(export: Export) -> None:
    """A column's type is no reason to trust a cell."""
    path, _ = export("csv", NUMBERS, [["=1+1", "@x", "+1", "-A1"]], csv_safe=True)
    assert path.read_bytes().splitlines()[1] == b"'=1+1,'@x,'+1,'-A1"


@given(st.lists(st.none() | st.text(max_size=5), max_size=20))
def test_no_guarded_text_begins_a_formula(cells: list[str | None]) -> None:
    """After the guard no text opens a formula, what was harmless is the same, and the count is right."""
    safe, count = guarded(cells)
    assert all(not text or not is_formula(text) for text in safe)
    changed = [(before, after) for before, after in zip(cells, safe, strict=True) if before != after]
    assert count == len(changed)
    assert all(after == f"'{before}" for before, after in changed)


def test_one_column_keeps_its_rows(export: Export) -> None:
    """In a file of one column a null is a quoted empty field: a bare empty line would be no row."""
    table = Table.model_validate({"columns": [{"name": "a", "type": "string"}]})
    path, _ = export("csv", table, [["x"], [None], ["y"]])
    assert path.read_bytes() == b'a\nx\n""\ny\n'


def test_the_end_mark_of_postgresql_is_quoted(export: Export) -> None:
    """A backslash and a full stop alone on a line would end the rows for older PostgreSQL."""
    table = Table.model_validate({"columns": [{"name": "a", "type": "string"}]})
    path, _ = export("csv", table, [["\\."]])
    assert path.read_bytes() == b'a\n"\\."\n'


@pytest.mark.parametrize("number", ["+1-620-555-0131", "+49 30 555 0123", "+351.21.555.0100", "+442075550199"])
def test_a_telephone_number_stays_as_it_is(number: str) -> None:
    """Digits and separators call nothing, and pandas should read the number that was stored."""
    assert guarded([number]) == ([number], 0)


@pytest.mark.parametrize("text", ["+1+1", "+1-1", "+12345678+A1", "+1234567*2", "+1-620-555-0131=", "-1-620-555-0131"])
def test_what_only_looks_like_a_number_is_guarded(text: str) -> None:
    """Anything that could refer or calculate is text after an apostrophe."""
    assert guarded([text]) == ([f"'{text}"], 1)
