"""What a caller orders."""

import hashlib
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

import orjson

from synthaix.orchestration.errors import ArgumentInvalid

Policy = Literal["rows", "entity", "exact"]
GreyPolicy = Literal["keep", "drop", "ask"]
Mode = Literal["live", "economy"]
MOST_WORKERS = 256
MOST_CHUNK_ROWS = 100_000
MOST_SEED = 2**63 - 1
_NOT_DIGESTED = ("idempotency_key", "schema", "schema_id")


@dataclass(frozen=True, slots=True)
class Order:
    """A job as it is asked for; what is None follows from the schema and the settings.

    Attributes:
        total_rows: of the root table; the other tables follow.
        deduplication_threshold: similarity of text columns, 0 to 1; None: found from the rows.
        extend: a job or collection whose rows the new ones must not repeat.
    """

    total_rows: int
    schema_id: str | None = None
    schema: object = None
    chunk_size: int | None = None
    max_workers: int | None = None
    deduplication_threshold: float | None = None
    dedup_policy: Policy = "rows"
    grey_policy: GreyPolicy = "keep"
    extend: str | None = None
    seed: int | None = None
    max_cost_usd: float | None = None
    mode: Mode = "live"
    idempotency_key: str | None = None

    def check(self, *, most_rows: int) -> None:
        """Raise ArgumentInvalid for what is out of range."""
        whole_number("total_rows", self.total_rows, 1, most_rows)
        whole_number("chunk_size", self.chunk_size, 1, MOST_CHUNK_ROWS)
        whole_number("max_workers", self.max_workers, 1, MOST_WORKERS)
        whole_number("seed", self.seed, 0, MOST_SEED)
        _between("deduplication_threshold", self.deduplication_threshold, 0.0, 1.0)
        _between("max_cost_usd", self.max_cost_usd, 0.0, 1_000_000.0)
        for name, value, allowed in (
            ("dedup_policy", self.dedup_policy, get_args(Policy)),
            ("grey_policy", self.grey_policy, get_args(GreyPolicy)),
            ("mode", self.mode, get_args(Mode)),
        ):
            if value not in allowed:
                raise ArgumentInvalid(field=name, allowed=allowed)
        if (self.schema_id is None) == (self.schema is None):
            raise ArgumentInvalid("Give exactly one of schema_id and schema.", field="schema_id")

    def digest(self) -> str:
        """SHA-256 over what was asked, without the idempotency key and the schema, which has a hash of its own."""
        plain = {name: value for name, value in self.plain().items() if name not in _NOT_DIGESTED}
        return hashlib.sha256(orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)).hexdigest()

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def whole_number(name: str, value: object, least: int, most: int) -> None:
    """Raise ArgumentInvalid for a value that is no whole number of this range; None passes."""
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ArgumentInvalid(f"{name} is a whole number from {least:,} to {most:,}.", field=name)


def _between(name: str, value: object, least: float, most: float) -> None:
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise ArgumentInvalid(f"{name} is a number from {least:g} to {most:,g}.", field=name)
