"""What is decided about a candidate."""

from dataclasses import dataclass
from typing import Literal

VerdictKind = Literal["unique", "duplicate", "grey"]
Stage = Literal["exact", "unique", "number", "typo", "text", "entity"]
Other = int | tuple[Literal["candidate"], int]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a candidate repeats a row.

    Attributes:
        of: which row: the seq of a committed one, or the index of an earlier candidate of the same chunk.
        stage: what showed it. exact: equal, or the same text. unique: a value that must not repeat. number: equal but
            for a rounding. typo: equal but for a letter. text: near in words or in meaning.
            entity: most of what the rows say about it agrees.
        similarity: 0 to 1, of the columns that differ; 1 where they are equal.
        columns: those that differ; for stage `unique`, and for a text found again in another row, those that repeat.
    """

    kind: VerdictKind = "unique"
    of: Other | None = None
    stage: Stage | None = None
    similarity: float | None = None
    columns: tuple[str, ...] = ()


UNIQUE = Verdict()
