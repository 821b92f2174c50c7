"""Where a file is fetched over HTTP: an address that its owner was given, for a while, and that nobody can make.

Whoever holds it may fetch the file, as a browser does that has no token; so it ends, and goes to the owner alone.
It says what to fetch and holds no path.
"""

import hashlib
from dataclasses import dataclass
from typing import Self

import orjson

from synthaix.orchestration.errors import AddressNotFound
from synthaix.orchestration.results.signing import sealed, unsealed

_PURPOSE = b"synthaix address 1"
_MARK_DIGITS = 32  # of a hash of the owner, who may be an e-mail address and is not written into a URL


@dataclass(frozen=True, slots=True)
class Address:
    """A file of one table of one owner's job.

    Attributes:
        owner_mark: stands for the owner; see `mark_of`.
        columns: positions of the wanted columns in the table; None for all.
        until: seconds since the epoch; whole.
    """

    owner_mark: str
    job: str
    table: str
    format: str
    columns: tuple[int, ...] | None
    until: int

    def encode(self, key: bytes) -> str:
        """The address as one part of a URL's path."""
        parts = [self.owner_mark, self.job, self.table, self.format, self.columns, self.until]
        return sealed(key, _PURPOSE, orjson.dumps(parts))

    @classmethod
    def decode(cls, text: str, key: bytes, *, now: float) -> Self:
        """What the text names. Raises AddressNotFound: it was not made with this key, or has ended."""
        place = unsealed(text, key, _PURPOSE)
        if place is None:
            raise AddressNotFound
        owner_mark, job, table, format, columns, until = orjson.loads(place)  # ours, as the seal says
        if until < now:
            raise AddressNotFound
        return cls(owner_mark, job, table, format, None if columns is None else tuple(columns), until)


def mark_of(owner: str) -> str:
    """What stands for an owner in an address."""
    return hashlib.sha256(owner.encode()).hexdigest()[:_MARK_DIGITS]
