"""Text that a spreadsheet would run as a formula, made harmless.

A cell that begins with one of these is a formula to Excel, LibreOffice or Google Sheets; a leading apostrophe makes it
text. The list is OWASP's "CSV Injection" page (read 2026-11), full-width forms included: some locales fold them.
"""

from collections.abc import Sequence

OPENERS = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


def guarded(cells: Sequence[str | None]) -> tuple[Sequence[str | None], int]:
    """The texts, an apostrophe before each that would be run, and how many there were."""
    if OPENERS.isdisjoint({cell[:1] for cell in cells if cell}):
        return cells, 0
    safe = [f"'{cell}" if cell and cell[0] in OPENERS else cell for cell in cells]
    return safe, sum(1 for before, after in zip(cells, safe, strict=True) if before is not after)
