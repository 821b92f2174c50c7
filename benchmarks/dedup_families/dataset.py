"""A labelled data set: rows in the order in which they are offered, each known to repeat an earlier one or not."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Row = dict[str, Any]
Family = Literal["structured", "person", "catalogue", "review text", "reworded reviews", "free rewording",
                 "another subject", "paraphrases", "entity", "other languages"]  # fmt: skip


@dataclass(slots=True)
class Offered:
    """One row and its label.

    Attributes:
        kind: how it came about: `base`, a way to repeat a row, or a way to differ from one in a single thing.
        group: rows of one group are one row said twice; the first that is offered is no duplicate.
        held: of a kind that was held back while the engine was designed.
    """

    row: Row
    kind: str
    group: int
    held: bool = False


@dataclass(slots=True)
class Dataset:
    """Rows, and the table that they are of.

    Attributes:
        columns: as an agent would give them in a schema.
        names: free strings, in which typos happen.
        money: columns that a currency sign may stand before.
        units: columns with a unit, and what one of another unit holds.
    """

    name: str
    family: Family
    columns: list[Row]
    rows: list[Offered] = field(default_factory=list)
    policy: Literal["rows", "entity"] = "rows"
    names: tuple[str, ...] = ()
    money: tuple[str, ...] = ()
    units: dict[str, tuple[str, float, str]] = field(default_factory=dict)

    def labels(self) -> list[bool]:
        """Whether each row repeats an earlier one."""
        seen: set[int] = set()
        found = []
        for offered in self.rows:
            found.append(offered.group in seen)
            seen.add(offered.group)
        return found

    def of_type(self, *types: str) -> list[str]:
        """The columns of these types."""
        return [column["name"] for column in self.columns if column["type"] in types]


def interleaved(base: Sequence[Offered], derived: Sequence[tuple[int, Offered]], rng: random.Random) -> list[Offered]:
    """The base rows in their order, each derived row somewhere after the base row that it comes from."""
    placed: list[tuple[float, Offered]] = [(float(place), offered) for place, offered in enumerate(base)]
    placed += [(rng.uniform(place + 0.5, len(base)), offered) for place, offered in derived]
    return [offered for _, offered in sorted(placed, key=lambda entry: entry[0])]
