"""Whether two rows are about the same entity: the policy for tables that list persons, companies or things once each.

Fellegi and Sunter, "A Theory for Record Linkage", JASA 64 (1969): each column adds the logarithm of how much more
likely its agreement (or disagreement) is for one entity than for two. A value that many rows share says little, a rare
one much. Rows that may be one are those that share at least two values, or beginnings or ends of names. Each row has an
entry in the index for each of those: meant for a hundred thousand rows, not for millions.
"""

import math
from collections.abc import Callable, Mapping

from synthaix.orchestration.dedup.near import Likeness, RowComparer, closeness_of
from synthaix.orchestration.dedup.roles import Roles
from synthaix.orchestration.schema.column import Cell, ColumnType

AGREEING = 0.9  # share of one entity's cells that agree: m of the paper
MARGIN = 4.0  # above the logarithm of the rows, which is what chance alone reaches
LEAST_SHARED = 2  # values, beginnings and ends
MOST_SHARING = 64  # rows; a value of more says too little to look them all up
EDGE = 4  # characters of a name's beginning and end

Share = Callable[[str, Cell], float]  # of the rows that have this cell in this column, 0 to 1


def entity_columns(roles: Roles) -> tuple[str, ...]:
    """The columns that are weighed; what follows from others would count twice."""
    return roles.structured + roles.exact_text + roles.floats + roles.naming + roles.text


class EntityComparer(RowComparer):
    """Weighs two rows.

    Args:
        rows: how many there are.
    """

    def __init__(
        self, roles: Roles, types: Mapping[str, ColumnType], *, share: Share, rows: Callable[[], int]
    ) -> None:  # fmt: skip
        super().__init__(roles, types)
        self._columns = entity_columns(roles)
        self._share = share
        self._rows = rows

    def likeness(self, left: Mapping[str, Cell], right: Mapping[str, Cell]) -> Likeness | None:
        """How probable it is that both rows are one entity, or None when it is not probable enough."""
        weight, apart = 0.0, []
        for name in self._columns:
            one, two = left.get(name), right.get(name)
            if one is None or two is None:
                continue
            close = self._closeness(name, one, two)
            share = min(max(self._share(name, two), 1e-9), 0.999)
            weight += math.log(AGREEING / share) if close else math.log((1 - AGREEING) / (1 - share))
            if close < 1:
                apart.append(name)
        chance = math.log(max(self._rows(), 1))
        if weight < chance + MARGIN:
            return None
        return Likeness("entity", round(1 / (1 + math.exp(chance - weight)), 4), tuple(apart))

    def _closeness(self, name: str, left: Cell, right: Cell) -> float:
        if name in self._roles.floats:
            return closeness_of(left, right)
        if name in self._roles.naming or name in self._roles.text:
            return self.name_likeness(left, right)
        return float(self._equal(name, left, right))
