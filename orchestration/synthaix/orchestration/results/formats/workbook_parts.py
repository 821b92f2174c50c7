"""What every workbook holds beside its rows: the parts of the package, its styles, its sheet's frame."""

import re
import zipfile
from collections.abc import Iterator, Sequence
from string import ascii_uppercase

COMPRESSION = 1  # of zlib: level 6 makes the file a fifth smaller and takes three times as long
PLAIN, DATE, TIME, DATETIME, FIRST_DECIMAL_STYLE = range(5)  # positions in cellXfs

_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_FIRST_OWN_FORMAT = 164  # below it number formats are built in
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f\ufffe\uffff'&<>\"]")
_LONGEST_SHEET_NAME = 31  # UTF-16 units
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # of a zip archive: the hour of writing would make each file another

# The first row stays in sight.
SHEET_HEAD = (
    f'{_DECLARATION}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>'
)
SHEET_TAIL = "</sheetData></worksheet>"

_CONTENT_TYPES = (
    f'{_DECLARATION}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml"'
    ' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml"'
    ' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
    '<Override PartName="/xl/styles.xml"'
    ' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>'
)
_RELATIONS = (
    f'{_DECLARATION}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
_WORKBOOK_RELATIONS = (
    f'{_DECLARATION}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/relationships/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/relationships/styles" Target="styles.xml"/></Relationships>'
)


def entry(name: str) -> zipfile.ZipInfo:
    """An archive entry that says nothing of when and where it was made."""
    info = zipfile.ZipInfo(name, _EARLIEST)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 3  # as on POSIX, on every system
    info.external_attr = 0o600 << 16
    return info


def letters(index: int) -> str:
    """The name of a sheet's column: 0 is A, 26 is AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, len(ascii_uppercase))
        name = ascii_uppercase[rest] + name
    return name


def fixed_parts(table: str, decimals: Sequence[int]) -> Iterator[tuple[str, str]]:
    """Every part but the sheet: name and content. The n-th of `decimals` is style FIRST_DECIMAL_STYLE + n."""
    yield "[Content_Types].xml", _CONTENT_TYPES
    yield "_rels/.rels", _RELATIONS
    yield "xl/workbook.xml", _workbook(table)
    yield "xl/_rels/workbook.xml.rels", _WORKBOOK_RELATIONS
    yield "xl/styles.xml", _styles(decimals)


def _workbook(table: str) -> str:
    name = _NOT_IN_SHEET_NAMES.sub("_", table)
    name = name.encode("utf-16-le")[: 2 * _LONGEST_SHEET_NAME].decode("utf-16-le", "ignore")
    if not name.strip() or name.casefold() == "history":  # Excel keeps that one for itself
        name = f"{name.strip()}_"
    return (
        f'{_DECLARATION}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}/relationships">'
        f'<sheets><sheet name="{name}" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )


def _styles(decimals: Sequence[int]) -> str:
    codes = ["yyyy-mm-dd", "hh:mm:ss", "yyyy-mm-dd hh:mm:ss", *(_number_code(places) for places in decimals)]
    formats = "".join(f'<numFmt numFmtId="{_FIRST_OWN_FORMAT + i}" formatCode="{c}"/>' for i, c in enumerate(codes))
    plain = '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    own = "".join(
        f'<xf numFmtId="{_FIRST_OWN_FORMAT + i}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        for i in range(len(codes))
    )
    return (
        f'{_DECLARATION}<styleSheet xmlns="{_MAIN}"><numFmts count="{len(codes)}">{formats}</numFmts>'
        '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        "<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(codes) + 1}">{plain}{own}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )


def _number_code(decimals: int) -> str:
    return f"0.{'0' * decimals}" if decimals else "0"
