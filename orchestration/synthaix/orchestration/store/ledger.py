"""The ledger: what was reserved before each call and settled after it, in whole nanodollars."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, bindparam, case, func, insert, select, update

from synthaix.orchestration.store.database import Database
from synthaix.orchestration.store.quotas import lock_owner
from synthaix.orchestration.store.tables import jobs, ledger

NANOS = 1_000_000_000  # in a dollar
DAY_SECONDS = 86_400

Lacking = Literal["job", "day"]  # whose cap does not allow a call

# Made once: putting a statement together costs a call more than running it.
_TAKEN = select(func.coalesce(func.sum(func.coalesce(ledger.c.settled_nanos, ledger.c.reserved_nanos)), 0))
_TAKEN_BY_JOB = _TAKEN.where(ledger.c.job == bindparam("of"))
_TAKEN_TODAY = _TAKEN.where((ledger.c.owner == bindparam("of")) & (ledger.c.created_at >= bindparam("since")))
_CAP = select(jobs.c.cap_nanos).where(jobs.c.id == bindparam("of")).with_for_update(key_share=True)
_RESERVE = insert(ledger)
_SETTLE = update(ledger).where(ledger.c.id == bindparam("entry"))


@dataclass(frozen=True, slots=True)
class Spend:
    """What a job has cost. `held_nanos` are reservations of calls that have not been settled."""

    settled_nanos: int = 0
    held_nanos: int = 0
    calls: int = 0
    known: bool = True
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0


class Ledger:
    """Reserve, then settle. A reservation counts against the cap until it is settled, even after a crash."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock

    async def reserve(
        self, *, owner: str, job: int | None, key: str, attempt: int, nanos: int, day_cap: int | None = None
    ) -> int | Lacking:
        """Set `nanos` aside for a call. Returns the entry's id, or which cap does not allow it.

        The job's cap is read in the same transaction, so that one that was raised meanwhile counts. A call that was
        begun before and never settled, by a process that died, keeps its reservation beside this one: its provider may
        bill both.

        Args:
            day_cap: what the owner may spend in a day, in UTC, over all jobs and previews.
        """

        def reserved(connection: Connection) -> int | Lacking:
            if nanos:  # a call that costs nothing fits under every cap
                if job is not None and not self._fits_job(connection, job, nanos):
                    return "job"
                if day_cap is not None and not self._fits_day(connection, owner, day_cap - nanos):
                    return "day"
            values = {
                "owner": owner, "job": job, "key": key, "attempt": attempt, "reserved_nanos": nanos,
                "created_at": self._clock(),
            }  # fmt: skip
            (entry,) = connection.execute(_RESERVE, values).inserted_primary_key or (0,)
            return int(entry)

        return await self._database.transact(reserved)

    @staticmethod
    def _fits_job(connection: Connection, job: int, nanos: int) -> bool:
        """Whether the job's cap allows so much more."""
        cap: int | None = connection.scalar(_CAP, {"of": job})  # the job's row is the lock: one at a time
        return cap is None or int(connection.scalar(_TAKEN_BY_JOB, {"of": job}) or 0) + nanos <= cap

    def _fits_day(self, connection: Connection, owner: str, most: int) -> bool:
        """Whether the owner has not yet taken more than `most` today."""
        lock_owner(connection, self._database.backend, owner)
        today = self._clock() // DAY_SECONDS * DAY_SECONDS
        return int(connection.scalar(_TAKEN_TODAY, {"of": owner, "since": today}) or 0) <= most

    def settle(
        self,
        connection: Connection,
        entry: int,
        *,
        nanos: int | None,
        input_tokens: int = 0,
        output_tokens: int = 0,
        cached_tokens: int = 0,
    ) -> None:
        """Write what a call did cost, inside the caller's transaction; None: its price is not known."""
        connection.execute(
            _SETTLE,
            {
                "entry": entry, "settled_nanos": nanos or 0, "known": int(nanos is not None),
                "input_tokens": input_tokens, "output_tokens": output_tokens, "cached_tokens": cached_tokens,
            },
        )  # fmt: skip

    async def release(self, entry: int) -> None:
        """Give a reservation back: the call was refused before it was served."""
        async with self._database.write() as connection:
            await connection.execute(ledger.delete().where(ledger.c.id == entry))

    async def spend(self, job: int) -> Spend:
        """What the job has cost so far."""
        settled = ledger.c.settled_nanos
        query = select(
            func.coalesce(func.sum(settled), 0),
            func.coalesce(func.sum(case((settled.is_(None), ledger.c.reserved_nanos), else_=0)), 0),
            func.coalesce(func.sum(case((settled.is_(None), 0), else_=1)), 0),
            func.coalesce(func.min(ledger.c.known), 1),
            func.coalesce(func.sum(ledger.c.input_tokens), 0),
            func.coalesce(func.sum(ledger.c.output_tokens), 0),
            func.coalesce(func.sum(ledger.c.cached_tokens), 0),
        ).where(ledger.c.job == job)
        async with self._database.read() as connection:
            paid, held, calls, known, given, written, cached = (await connection.execute(query)).one()
        return Spend(int(paid), int(held), int(calls), bool(known), int(given), int(written), int(cached))
