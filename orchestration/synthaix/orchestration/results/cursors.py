"""Where the next page begins, as text that only this server can make."""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Self

import orjson

from synthaix.orchestration.errors import ArgumentInvalid

_SEAL_BYTES = 16  # of HMAC-SHA-256; RFC 2104 section 5 allows half of the hash
_LONGEST = 2_048
_PURPOSE = b"synthaix cursor 1"  # the same key may seal other things


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
        place = orjson.dumps([self.table, self.columns, self.offset])
        return urlsafe_b64encode(_seal(key, self.owner, self.job, place) + place).rstrip(b"=").decode()

    @classmethod
    def decode(cls, text: str, key: bytes, *, owner: str, job: str) -> Self:
        """The place that the text names.

        Raises:
            ArgumentInvalid: it was not made with this key, for this owner and this job.
        """
        try:
            sealed = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)) if len(text) <= _LONGEST else b""
        except ValueError:
            raise _foreign() from None
        seal, place = sealed[:_SEAL_BYTES], sealed[_SEAL_BYTES:]
        if not hmac.compare_digest(seal, _seal(key, owner, job, place)):
            raise _foreign()
        table, columns, offset = orjson.loads(place)  # ours, as the seal says
        return cls(owner, job, table, None if columns is None else tuple(columns), offset)


def _seal(key: bytes, owner: str, job: str, place: bytes) -> bytes:
    """HMAC over the parts, each with its length, so that no two divisions of the same bytes agree."""
    whole = b"".join(len(part).to_bytes(8, "big") + part for part in (_PURPOSE, owner.encode(), job.encode(), place))
    return hmac.digest(key, whole, hashlib.sha256)[:_SEAL_BYTES]


def _foreign() -> ArgumentInvalid:
    return ArgumentInvalid(
        "This cursor does not belong to the job.",
        field="cursor",
        suggestion="Give the next_cursor of the last page unchanged, or leave the cursor out to begin anew.",
    )
