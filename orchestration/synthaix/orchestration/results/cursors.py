"""Where the next page begins, as text that only this server can make."""

from dataclasses import dataclass
from typing import Self

import orjson

from synthaix.orchestration.errors import ArgumentInvalid
from synthaix.orchestration.results.signing import sealed, unsealed

_PURPOSE = b"synthaix cursor 1"


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in one table of one owner's job.

    Attributes:
        columns: positions of the wanted columns in the table; None for all.
        offset: seq of the first row that has not been shown.
    """

    owner: str
    job: str
    table: str
    columns: tuple[int, ...] | None
    offset: int

    def encode(self, key: bytes) -> str:
        """The cursor as text for a URL or a JSON string; owner and job are sealed into it, not written in it."""
        return sealed(key, _PURPOSE, orjson.dumps([self.table, self.columns, self.offset]), self.owner, self.job)

    @classmethod
    def decode(cls, text: str, key: bytes, *, owner: str, job: str) -> Self:
        """The place that the text names.

        Raises:
            ArgumentInvalid: it was not made with this key, for this owner and this job.
        """
        place = unsealed(text, key, _PURPOSE, owner, job)
        if place is None:
            raise _foreign()
        table, columns, offset = orjson.loads(place)  # ours, as the seal says
        return cls(owner, job, table, None if columns is None else tuple(columns), offset)


def _foreign() -> ArgumentInvalid:
    return ArgumentInvalid(
        "This cursor does not belong to the job.",
        field="cursor",
        suggestion="Give the next_cursor of the last page unchanged, or leave the cursor out to begin anew.",
    )
