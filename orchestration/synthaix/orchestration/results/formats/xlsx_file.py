"""An Excel workbook of one sheet (ECMA-376 SpreadsheetML), written as a stream.

Own code: openpyxl's write-only mode makes 11,000 rows of eight columns a second, spools to a temporary file and
stamps the hour into the file; this writes six times as many, in flat memory, and the same bytes each time.
Text is an inline string, so never a formula. What Excel cannot hold is changed and counted in a note: control
characters, text beyond 32,767 characters, numbers beyond fifteen digits (written as text).
"""

import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from typing import BinaryIO

from synthaix.orchestration.errors import ArgumentInvalid
from synthaix.orchestration.results.batches import Batch
from synthaix.orchestration.results.formats import workbook_parts as parts
from synthaix.orchestration.results.formats.layout import Field, Layout
from synthaix.orchestration.results.formats.spelling import day, fixed, instant, json_texts, texts, time_of_day
from synthaix.orchestration.schema.column import Cell

MOST_ROWS = 1_048_575  # 2**20, less the header
MOST_CHARACTERS = 32_767  # of one cell, in UTF-16 units
_LONGEST_NUMBER = 10**15  # Excel keeps fifteen digits
_FIRST_DAY = 61 - 25_569  # 1900-03-01: before it Excel's calendar is off by the 29 February 1900 that it invented
_UNIX_DAY = 25_569  # 1970-01-01 as a serial number
_DAY_MICROSECONDS = 86_400_000_000
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # XML 1.0, production 2
_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # ST_Xstring: Excel would read _x0041_ as A
_MARKUP = re.compile("[&<>\r]")


def check_rows(rows_total: int) -> None:
    """Refuse what a sheet cannot hold. Raises ArgumentInvalid."""
    if rows_total > MOST_ROWS:
        raise ArgumentInvalid(
            f"An xlsx sheet holds at most {MOST_ROWS:,} rows.",
            field="format",
            suggestion="Export as csv or parquet, which have no limit.",
        )


def write(sink: BinaryIO, layout: Layout, batches: Iterable[Batch]) -> None:
    """Write the table as a workbook.

    Raises:
        ArgumentInvalid: more rows than a sheet holds.
    """
    check_rows(layout.rows_total)
    cells = _Cells(layout.fields)
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=parts.COMPRESSION) as archive:
        for name, content in parts.fixed_parts(layout.table, cells.decimals):
            archive.writestr(parts.entry(name), content)
        with archive.open(parts.entry("xl/worksheets/sheet1.xml"), "w", force_zip64=True) as sheet:
            sheet.write(parts.SHEET_HEAD.encode())
            sheet.write(cells.header(layout.names).encode())
            row = 2
            for batch in batches:
                sheet.write(cells.rows(batch, row).encode())
                row += len(batch[0])
            sheet.write(parts.SHEET_TAIL.encode())
    cells.note_changes(layout)


class _Cells:
    """Cells as SpreadsheetML, and what had to be changed on the way."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self._fields = fields
        self._letters = [parts.letters(index) for index in range(len(fields))]
        self.decimals = sorted({field.decimals for field in fields if field.shape == "decimal"})
        self._styles = {places: style for style, places in enumerate(self.decimals, parts.FIRST_DECIMAL_STYLE)}
        self._replaced = 0
        self._cut = 0
        self._as_text = 0

    def header(self, names: Sequence[str]) -> str:
        cells = [f'<c r="{letter}1"{self._text(name)}' for letter, name in zip(self._letters, names, strict=True)]
        return f'<row r="1">{"".join(cells)}</row>'

    def rows(self, batch: Batch, first: int) -> str:
        """The batch's rows; `first` is the number of the first of them on the sheet."""
        columns = []
        for field, letter, cells in zip(self._fields, self._letters, batch, strict=True):
            inner = self._column(field, cells)
            columns.append([f'<c r="{letter}{row}"{cell}' if cell else "" for row, cell in enumerate(inner, first)])
        rows = map("".join, zip(*columns, strict=True))
        return "".join([f'<row r="{number}">{row}</row>' for number, row in enumerate(rows, first)])

    def note_changes(self, layout: Layout) -> None:
        """Say in the layout's notes what is not as it was."""
        layout.note(
            self._replaced,
            "text held control characters that a workbook cannot; they are U+FFFD there.",
            "texts held control characters that a workbook cannot; they are U+FFFD there.",
        )
        layout.note(
            self._cut,
            f"text was cut to {MOST_CHARACTERS:,} characters, the most that a cell holds.",
            f"texts were cut to {MOST_CHARACTERS:,} characters, the most that a cell holds.",
        )
        layout.note(
            self._as_text,
            "number or date that Excel cannot hold exactly is written as text.",
            "numbers or dates that Excel cannot hold exactly are written as text.",
        )

    def _column(self, field: Field, cells: Sequence[Cell]) -> list[str]:
        """What follows the reference in each cell's element; nothing for a null."""
        match field.shape:
            case "text":
                return self._texts(texts(cells))
            case "array" | "object":
                return self._texts(json_texts(cells))
            case "boolean":
                return ["" if cell is None else _BOOLEANS[bool(cell)] for cell in cells]
            case "integer" | "float":
                return [self._number(cell, parts.PLAIN, repr) for cell in cells]
            case "decimal":
                style = self._styles[field.decimals]
                return [self._number(cell, style, lambda cell: fixed(cell, field.decimals)) for cell in cells]
            case "date":
                return [self._moment(cell, parts.DATE, _date_serial) for cell in cells]
            case "time":
                return [self._moment(cell, parts.TIME, _time_serial) for cell in cells]
            case "datetime":
                return [self._moment(cell, parts.DATETIME, _datetime_serial) for cell in cells]

    def _texts(self, cells: Sequence[str | None]) -> list[str]:
        return ["" if cell is None else self._text(cell) for cell in cells]

    def _text(self, text: str) -> str:
        if len(text) > MOST_CHARACTERS // 2 and len(text.encode("utf-16-le")) > 2 * MOST_CHARACTERS:
            self._cut += 1
            text = text.encode("utf-16-le")[: 2 * MOST_CHARACTERS].decode("utf-16-le", "ignore")
        if not text.isprintable() and _NOT_XML.search(text):
            self._replaced += 1
            text = _NOT_XML.sub("\ufffd", text)
        if "_x" in text:
            text = _LOOKS_ESCAPED.sub("_x005F_", text)
        if _MARKUP.search(text):
            text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")
        return f' t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'

    def _number(self, cell: Cell, style: int, spell: Callable[[Cell], str]) -> str:
        if cell is None:
            return ""
        if isinstance(cell, bool) or not isinstance(cell, int | float):
            return self._text(texts([cell])[0] or "")
        if abs(cell) >= _LONGEST_NUMBER and (style != parts.PLAIN or isinstance(cell, int)):
            self._as_text += 1
            return self._text(spell(cell))
        return f' s="{style}"><v>{spell(cell)}</v></c>' if style else f"><v>{spell(cell)}</v></c>"

    def _moment(self, cell: Cell, style: int, serial: Callable[[Cell], str | None]) -> str:
        if cell is None:
            return ""
        try:
            number = serial(cell)
        except (ValueError, TypeError):
            number = None
        if number is None:
            self._as_text += 1
            return self._text(texts([cell])[0] or "")
        return f' s="{style}"><v>{number}</v></c>'


_BOOLEANS = {True: ' t="b"><v>1</v></c>', False: ' t="b"><v>0</v></c>'}


def _date_serial(cell: Cell) -> str | None:
    days = day(cell)
    return str(days + _UNIX_DAY) if days >= _FIRST_DAY else None


def _time_serial(cell: Cell) -> str:
    return repr(time_of_day(cell) / _DAY_MICROSECONDS)


def _datetime_serial(cell: Cell) -> str | None:
    days, rest = divmod(instant(cell), _DAY_MICROSECONDS)
    return repr(days + _UNIX_DAY + rest / _DAY_MICROSECONDS) if days >= _FIRST_DAY else None
