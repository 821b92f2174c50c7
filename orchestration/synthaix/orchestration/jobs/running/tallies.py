"""What became of a job's candidates that are no rows: how many, why, and a few of them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from synthaix.orchestration.dedup.verdict import Verdict
from synthaix.orchestration.schema.column import Cell

MOST_TALLIES = 200  # different reasons kept apart; the rest is counted together
EXAMPLES = 3  # of each stage that found a duplicate
LONGEST_CELL = 120  # characters of a cell in an example
MOST_CELLS = 12  # of an example, those that differ first

Example = dict[str, Any]


class Tallies:
    """How many candidates were refused and why, over the whole job; stored with it in each commit.

    Attributes:
        grey: candidates that may repeat a row.
        doubtful: duplicates by a stated threshold that the one found from the job's own rows would have kept.
    """

    def __init__(self, stored: bytes = b"{}") -> None:
        loose = orjson.loads(stored)
        self.duplicates: Counter[str] = Counter(loose.get("duplicates", {}))
        self.invalid: Counter[str] = Counter(loose.get("invalid", {}))
        self.grey = int(loose.get("grey", 0))
        self.doubtful = int(loose.get("doubtful", 0))
        self.examples: list[Example] = loose.get("examples", [])

    def plus(
        self, duplicates: Counter[str], invalid: Counter[str], examples: Iterable[Example] = (),
        *, grey: int, doubtful: int = 0,
    ) -> "Tallies":  # fmt: skip
        """These and the new ones."""
        new = Tallies(self.to_json())
        new.duplicates.update(duplicates)
        for reason, count in invalid.items():
            known = reason in new.invalid or len(new.invalid) < MOST_TALLIES
            new.invalid[reason if known else "other"] += count
        new.grey += grey
        new.doubtful += doubtful
        for example in examples:
            if new.wants(example["stage"]):
                new.examples.append(example)
        return new

    def wants(self, stage: str) -> bool:
        """Whether one more example of this stage would be kept."""
        return [example["stage"] for example in self.examples].count(stage) < EXAMPLES

    def to_json(self) -> bytes:
        """As stored with the job."""
        every = {"duplicates": self.duplicates, "invalid": self.invalid, "grey": self.grey,
                 "doubtful": self.doubtful}  # fmt: skip
        return orjson.dumps({**every, "examples": self.examples} if self.examples else every)


def example_of(
    table: str, verdict: Verdict, of: int, names: Sequence[str], candidate: Sequence[Cell],
    row: Sequence[Cell] | None, *, job: str | None = None,
) -> Example:  # fmt: skip
    """A refused candidate and the row that it repeats, a dozen cells of each and long ones cut.

    Args:
        of: seq of the row.
        row: its cells, where they are at hand.
        job: the other job that has the row.
    """
    order = sorted(range(len(names)), key=lambda place: names[place] not in verdict.columns)[:MOST_CELLS]
    places = sorted(order)
    return {
        "table": table,
        "stage": verdict.stage or "exact",
        "of": of,
        **({} if job is None else {"job": job}),
        "similarity": verdict.similarity,
        "columns": [name for name in verdict.columns if name in names],
        "names": [names[place] for place in places],
        "candidate": [_cut(candidate[place]) for place in places],
        "row": None if row is None else [_cut(row[place]) for place in places],
    }


def _cut(cell: Cell) -> Cell:
    text = cell if isinstance(cell, str) else orjson.dumps(cell).decode() if isinstance(cell, list | dict) else None
    return cell if text is None or len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL]}…"
