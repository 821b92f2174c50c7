"""Text that a spreadsheet would run as a formula, made harmless.

A cell that begins with one of these is a formula to Excel, LibreOffice or Google Sheets; a leading apostrophe makes it
text. The list is OWASP's "CSV Injection" page (read 2026-11), full-width forms included: some locales fold them.
A telephone number in international form holds digits and separators only, so it can call nothing: it stays as it is,
or every program but a spreadsheet would read a wrong number.
"""

import re
from collections.abc import Sequence

OPENERS = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
TELEPHONE = re.compile(r"\+[0-9](?:[ .()-]{0,2}[0-9]){6,16}")


def guarded(cells: Sequence[str | None]) -> tuple[Sequence[str | None], int]:
    """The texts, an apostrophe before each that would be run, and how many there were."""
    if OPENERS.isdisjoint({cell[:1] for cell in cells if cell}):
        return cells, 0
    safe = [f"'{cell}" if cell and is_formula(cell) else cell for cell in cells]
    return safe, sum(1 for before, after in zip(cells, safe, strict=True) if before is not after)


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would run it."""
    return text[0] in OPENERS and not (text[0] == "+" and TELEPHONE.fullmatch(text))
