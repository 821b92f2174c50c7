"""Workbooks: what Excel can hold, and what becomes of the rest."""

import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from synthaix.orchestration.errors import ArgumentInvalid
from synthaix.orchestration.results.exports import check_export, write_export
from synthaix.orchestration.results.formats.workbook_parts import letters
from synthaix.orchestration.results.formats.xlsx_file import MOST_ROWS
from synthaix.orchestration.schema.schema import Table

Export = Callable[..., tuple[Path, Any]]

TEXT = Table.model_validate({"columns": [{"name": "text", "type": "string"}]})


def cells_of(path: Path) -> list[Any]:
    """The cells of the first column, without the header."""
    workbook = openpyxl.load_workbook(path)
    found = [row[0] for row in workbook.worksheets[0].iter_rows(min_row=2)]
    workbook.close()
    return found


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "123", "TRUE", "2026-11-24"])
def test_text_is_text_to_excel(export: Export, text: str) -> None:
    """What looks like a formula or a number is stored as a string, unchanged."""
    path, written = export("xlsx", TEXT, [[text]])
    (cell,) = cells_of(path)
    assert (cell.value, cell.data_type) == (text, "s")
    assert b"<f>" not in zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml")
    assert written.notes == ()


def test_control_characters_are_replaced_and_counted(export: Export) -> None:
    """XML 1.0 has no place for them."""
    path, written = export("xlsx", TEXT, [["a\x00b\x1f"], ["tab\tand\nline"], ["\ufffe"]])
    assert [cell.value for cell in cells_of(path)] == ["a\ufffdb\ufffd", "tab\tand\nline", "\ufffd"]
    assert [note.split()[0] for note in written.notes] == ["2"]


@pytest.mark.parametrize(("character", "kept"), [("x", 32_767), ("🙂", 16_383), ("é", 32_767)])
def test_long_text_is_cut_and_counted(export: Export, character: str, kept: int) -> None:
    """Excel counts UTF-16 units; no character is cut in two."""
    path, written = export("xlsx", TEXT, [[character * 40_000], [character * 10]])
    assert [len(cell.value) for cell in cells_of(path)] == [kept, 10]
    assert [note.split()[0] for note in written.notes] == ["1"]


def test_long_numbers_are_text_and_counted(export: Export) -> None:
    """Excel keeps fifteen digits of a number; an id of sixteen keeps them all as text."""
    table = Table.model_validate({"columns": [{"name": "id", "type": "integer"}]})
    path, written = export("xlsx", table, [[10**15 - 1], [10**15], [-(2**63)]])
    assert [cell.value for cell in cells_of(path)] == [10**15 - 1, str(10**15), str(-(2**63))]
    assert [note.split()[0] for note in written.notes] == ["2"]


@pytest.mark.parametrize("day", ["1900-03-01", "1900-03-02", "1999-12-31", "2026-11-24", "9999-12-31"])
def test_dates_are_dates(export: Export, day: str) -> None:
    """A date is a number with a date's format."""
    table = Table.model_validate({"columns": [{"name": "day", "type": "date"}]})
    (cell,) = cells_of(export("xlsx", table, [[day]])[0])
    assert cell.is_date
    assert cell.value.date() == date.fromisoformat(day)
    assert cell.number_format == "yyyy-mm-dd"


def test_dates_before_excels_calendar_are_text(export: Export) -> None:
    """Excel believes in 29 February 1900; what lies before is written as text."""
    table = Table.model_validate({"columns": [{"name": "at", "type": "datetime"}]})
    path, written = export("xlsx", table, [["1900-02-28T23:59:59Z"], ["1900-03-01T00:00:00Z"]])
    assert [cell.value for cell in cells_of(path)] == ["1900-02-28T23:59:59Z", datetime(1900, 3, 1)]  # noqa: DTZ001 - Excel knows no zones
    assert len(written.notes) == 1


def test_decimals_show_their_places(export: Export) -> None:
    """A price of 9.5 is shown as 9.50."""
    columns = [{"name": f"d{places}", "type": "decimal", "constraints": {"decimals": places}} for places in (4, 0, 2)]
    path, _ = export("xlsx", Table.model_validate({"columns": columns}), [[1.5, 2.0, 9.5]])
    workbook = openpyxl.load_workbook(path)
    shown = [(cell.value, cell.number_format) for cell in workbook.worksheets[0][2]]
    workbook.close()
    assert shown == [(1.5, "0.0000"), (2, "0"), (9.5, "0.00")]


def test_too_many_rows_are_refused_before_any_is_read(tmp_path: Path) -> None:
    """The error names a format without the limit; nothing is written."""
    def unread(first: int, end: int) -> list[bytes]:
        raise AssertionError(first, end)

    with pytest.raises(ArgumentInvalid) as raised:
        write_export(tmp_path / "a.xlsx", "xlsx", TEXT, unread, MOST_ROWS + 1)
    assert raised.value.field == "format"
    assert "csv" in (raised.value.suggestion or "")
    assert list(tmp_path.iterdir()) == []
    check_export("xlsx", TEXT, MOST_ROWS, None)


NAMES = ["people", "a/b:c*d?[e]\\f", "History", "'x'", " ", "\x00", "x" * 64, '<&>"', "🙂" * 20]


@pytest.mark.parametrize("name", NAMES)
def test_any_table_name_gives_a_sheet_that_opens(export: Export, name: str) -> None:
    """A sheet's name has rules of its own."""
    table = Table.model_validate({"name": name, "columns": [{"name": "a", "type": "integer"}]})
    workbook = openpyxl.load_workbook(export("xlsx", table, [[1]])[0])
    (title,) = workbook.sheetnames
    workbook.close()
    assert 1 <= len(title.encode("utf-16-le")) // 2 <= 31
    assert not set(title) & set("[]:*?/\\'")
    assert title.casefold() != "history"


@pytest.mark.parametrize("index", [0, 25, 26, 51, 52, 199, 701, 702, 16_383])
def test_columns_are_named_as_in_excel(index: int) -> None:
    """A, Z, AA and so on."""
    assert letters(index) == get_column_letter(index + 1)


def test_every_part_is_well_formed_and_declared(export: Export) -> None:
    """Each part parses as XML, and the package says of each what it is."""
    archive = zipfile.ZipFile(export("xlsx", TEXT, [["<&>\r\n"]])[0])
    assert archive.testzip() is None
    for name in archive.namelist():
        ElementTree.fromstring(archive.read(name))
    declared = archive.read("[Content_Types].xml").decode()
    assert all(name in declared for name in archive.namelist() if name.startswith("xl/") and name.endswith(".xml"))
