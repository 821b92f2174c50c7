"""Whether two rows are the same but for a typo or a rounding.

A free string may differ by a typo: optimal string alignment distance 1 under 12 characters, 2 up to 40, 5 % above.
What carries the difference in names may not: digits, and words of one letter (`Model S`, `Model X`). At most two
columns of a row may have one. A name under 5 characters must be equal, unless the structured columns are evidence
enough.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from synthaix.orchestration.dedup.canonical import closed_cell, free, moment, number
from synthaix.orchestration.dedup.roles import Roles
from synthaix.orchestration.dedup.verdict import Stage
from synthaix.orchestration.schema.column import Cell, ColumnType

TOLERANCE = 3e-4  # of the larger of two floats
MOST_TYPOS = 2  # columns of a row
LEAST_NAME = 3  # characters; below it another letter is another name
LEAST_NARROW = 5  # likewise, where the structured columns do not part the rows
MOST_FORMS = 10_000


@dataclass(frozen=True, slots=True)
class Likeness:
    """How two rows that count as one differ: not at all (`exact`), by a rounding, by a typo."""

    stage: Stage
    similarity: float
    columns: tuple[str, ...]


class RowComparer:
    """Compares rows column by column, all but what a model wrote at length.

    Args:
        types: of the columns.
    """

    def __init__(self, roles: Roles, types: Mapping[str, ColumnType]) -> None:
        self._roles = roles
        self._types = types
        self._least = LEAST_NAME if roles.wide else LEAST_NARROW
        self._forms: dict[str, str] = {}

    def likeness(self, left: Mapping[str, Cell], right: Mapping[str, Cell]) -> Likeness | None:
        """How alike two rows are in the columns that both have, or None when they are different rows."""
        roles = self._roles
        for name in roles.structured + roles.exact_text:
            if name in left and name in right and not self._equal(name, left[name], right[name]):
                return None
        rounded: dict[str, float] = {}
        typos: dict[str, float] = {}
        for names, closeness, into in (
            (roles.floats, closeness_of, rounded),
            (roles.naming, self.name_likeness, typos),
        ):
            for name in names:
                if name in left and name in right and left[name] != right[name]:
                    close = closeness(left[name], right[name])
                    if not close:
                        return None
                    if close < 1:
                        into[name] = close
        if len(typos) > MOST_TYPOS:
            return None
        apart = rounded | typos
        similarity = round(min(apart.values(), default=1.0), 4)
        return Likeness("typo" if typos else "number" if rounded else "exact", similarity, tuple(apart))

    def name_likeness(self, left: Cell, right: Cell) -> float:
        """1 for the same name, less for a typo, 0 for another name."""
        if left is None or right is None:
            return float(left is right)
        one, two = self._form(left), self._form(right)
        if one == two:
            return 1.0
        shorter, longer = sorted((len(one), len(two)))
        if shorter < self._least:
            return 0.0
        allowed = typos_allowed(longer)
        distance = OSA.distance(one, two, score_cutoff=allowed)
        if distance > allowed or _marks(one) != _marks(two):
            return 0.0
        return 1 - distance / longer

    def _equal(self, name: str, left: Cell, right: Cell) -> bool:
        if left is None or right is None:
            return left is right
        if left == right:
            return True
        type_ = self._types[name]
        if type_ in ("integer", "boolean", "float", "decimal"):
            return number(left) is not None and number(left) == number(right)
        if name in self._roles.exact_text:
            return self._form(left) == self._form(right)
        if type_ == "datetime" and isinstance(left, str) and isinstance(right, str):
            return moment(left) == moment(right)
        return closed_cell(left) == closed_cell(right)

    def _form(self, cell: Cell) -> str:
        text = str(cell)
        form = self._forms.get(text)
        if form is None:
            if len(self._forms) >= MOST_FORMS:
                self._forms.clear()
            self._forms[text] = form = free(text)
        return form


def typos_allowed(length: int) -> int:
    """The largest distance that a string of this length may have from itself mistyped."""
    if length < 12:
        return 1
    return 2 if length <= 40 else max(2, length // 20)


def closeness_of(left: Cell, right: Cell) -> float:
    """1 for equal numbers, just less within the tolerance, 0 for different ones; zero is close to itself alone."""
    one, two = number(left), number(right)
    if one is None or two is None:
        return float(left == right)
    if one == two:
        return 1.0
    apart = abs(one - two) / max(abs(one), abs(two))
    return 1 - apart if apart <= TOLERANCE else 0.0


def _marks(form: str) -> tuple[str, list[str]]:
    """What a typo may not touch: the digits, and the words of one letter."""
    digits = "".join(sign for sign in form if sign.isdigit() or sign == ".")
    return digits, [word for word in form.split(" ") if len(word) == 1]
