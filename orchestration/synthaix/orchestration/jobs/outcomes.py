"""What a job gives back: pages, exports, summaries, and answers about duplicates."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import anyio
import anyio.from_thread
import anyio.to_thread
import orjson

from synthaix.orchestration.dedup.check import Check
from synthaix.orchestration.errors import AddressNotFound, SynthAIxError
from synthaix.orchestration.jobs.comparing import Comparing
from synthaix.orchestration.jobs.lost_ids import job_not_found
from synthaix.orchestration.jobs.running.means import Means
from synthaix.orchestration.jobs.running.pool import LocalPool
from synthaix.orchestration.results.addresses import Address, mark_of
from synthaix.orchestration.results.batches import Stopped
from synthaix.orchestration.results.cursors import Cursor
from synthaix.orchestration.results.exports import Export, check_export, export_path, write_export
from synthaix.orchestration.results.pages import MOST_ROWS, Page, page, place_of
from synthaix.orchestration.results.places import Place, RemotePath, absolute, size_of
from synthaix.orchestration.results.projection import positions_of
from synthaix.orchestration.results.summary import Summary, summarize
from synthaix.orchestration.schema.column import Cell
from synthaix.orchestration.schema.schema import Schema, Table
from synthaix.orchestration.store.jobs import JobEntry, TableEntry
from synthaix.orchestration.watching import Fact

MOST_WAIT_SECONDS = 25.0
EXPORTERS = 2  # files written at once
ADDRESS_SECONDS = 3_600.0  # that a file's address is good


@dataclass(slots=True)
class _Making:
    """An export that is being written."""

    export: Export
    done: anyio.Event = field(default_factory=anyio.Event)


class Outcomes:
    """Reads what jobs have committed; changes nothing in them."""

    def __init__(self, means: Means, pool: LocalPool) -> None:
        self._means = means
        self._pool = pool
        self._comparing = Comparing(means)
        self._making: dict[str, _Making] = {}
        self._summaries: dict[tuple[str, str, int], Summary] = {}
        self._writers = anyio.CapacityLimiter(EXPORTERS)
        self._closed = False

    def stop(self) -> None:
        """Stop writing; unfinished files leave nothing behind."""
        self._closed = True

    async def page(
        self, job_id: str, *, owner: str, table: str | None, cursor: str | None, offset: int | None,
        limit: int, columns: Sequence[str] | None,
    ) -> Page:  # fmt: skip
        """Some committed rows."""
        job, schema = await self._job(job_id, owner)
        key = await self._means.store.secret("cursors")
        opened = Cursor.decode(cursor, key, owner=owner, job=job_id) if cursor else None
        place = place_of(schema, cursor=opened, table=table, columns=columns, offset=offset)
        entry = _entry(job, place.table)
        end = min(place.offset + max(0, min(limit, MOST_ROWS)), entry.committed)
        bodies = await self._means.store.rows.between(job.id, entry.table_index, place.offset, end)
        shown = page(
            place.table, bodies, offset=place.offset, limit=limit, columns=place.columns,
            rows_total=entry.committed, seal=place.seal(key, owner=owner, job=job_id),
        )  # fmt: skip
        return replace(shown, status=self._status(job), total_rows=entry.target)

    async def export(
        self, job_id: str, *, owner: str, table: str | None, format: str, columns: Sequence[str] | None,
        wait_seconds: float,
    ) -> Export:  # fmt: skip
        """A file of the rows committed by now: found, or begun and waited for."""
        job, schema = await self._job(job_id, owner)
        chosen = place_of(schema, table=table, columns=columns).table
        entry = _entry(job, chosen)
        check_export(format, chosen, entry.committed, columns)
        partial = entry.committed < entry.target
        asked = [job_id, chosen.name, format, columns, entry.committed, partial]
        key = hashlib.sha256(orjson.dumps(asked)).hexdigest()
        finished = await self._finished(job, key)
        if finished is not None:
            return replace(finished, status=self._status(job), total_rows=entry.target)
        making = self._making.get(key)
        if making is None:
            folder = self._means.workshop_of(job_id)
            path = export_path(folder, job_id, chosen.name, format, columns=columns, partial=partial)
            export = Export(f"exp_{key[:24]}", job_id, chosen.name, format, "preparing", rows=entry.committed)
            making = self._making[key] = _Making(export)
            self._pool.spawn(self._write, key, making, path, job.id, entry, chosen, columns)
        with anyio.move_on_after(min(max(wait_seconds, 0.0), MOST_WAIT_SECONDS)):
            await making.done.wait()
        return replace(making.export, status=self._status(job), total_rows=entry.target)

    async def address(
        self, job_id: str, *, owner: str, table: str | None, format: str, columns: Sequence[str] | None
    ) -> tuple[str, float]:
        """Where the owner fetches a file, for whoever serves it, and until when."""
        _, schema = await self._job(job_id, owner)
        chosen = place_of(schema, table=table).table
        positions = None if columns is None else positions_of(chosen, columns)
        until = int(self._means.clock() + ADDRESS_SECONDS)
        place = Address(mark_of(owner), job_id, chosen.name, format, positions, until)
        return place.encode(await self._means.store.secret("addresses")), until

    async def at_address(self, text: str, *, caller: str | None, wait_seconds: float) -> Export:
        """The file at an address, of the rows committed by now. Raises AddressNotFound."""
        key = await self._means.store.secret("addresses")
        place = Address.decode(text, key, now=self._means.clock())
        job = await self._means.store.jobs.find(place.job, owner=None)
        if job is None or place.owner_mark != mark_of(job.owner) or caller not in (None, job.owner):
            raise AddressNotFound
        names = Schema.from_json(job.schema).table(place.table).names
        columns = None if place.columns is None else [names[position] for position in place.columns]
        return await self.export(
            place.job, owner=job.owner, table=place.table, format=place.format, columns=columns,
            wait_seconds=wait_seconds,
        )  # fmt: skip

    async def summary(self, job_id: str, *, owner: str, table: str | None) -> Summary:
        """What the columns of the rows committed by now look like."""
        job, schema = await self._job(job_id, owner)
        chosen = place_of(schema, table=table).table
        entry = _entry(job, chosen)
        key = (job_id, chosen.name, entry.committed)
        if key not in self._summaries:
            read = self._reader(job.id, entry.table_index)
            self._summaries.clear()
            self._summaries[key] = await anyio.to_thread.run_sync(
                lambda: summarize(chosen, read, entry.committed), limiter=self._writers
            )
        return self._summaries[key]

    async def check(
        self, rows: list[dict[str, Cell]], *, owner: str, job_id: str | None, schema_id: str | None,
        against: list[dict[str, Cell]] | None, columns: Sequence[str] | None, threshold: float | None,
    ) -> Check:  # fmt: skip
        """Which rows repeat others."""
        return await self._comparing.check(
            rows, owner=owner, job_id=job_id, schema_id=schema_id, against=against, columns=columns,
            threshold=threshold,
        )  # fmt: skip

    async def _job(self, job_id: str, owner: str) -> tuple[JobEntry, Schema]:
        job = await self._means.store.jobs.find(job_id, owner=owner)
        if job is None:
            raise await job_not_found(self._means.store, job_id, owner)
        return job, Schema.from_json(job.schema)

    def _status(self, job: JobEntry) -> str:
        """The job's status; a pause is known to its own process before the store."""
        return job.status if self._pool.pause_of(job.job_id) is None else "paused"

    async def _finished(self, job: JobEntry, key: str) -> Export | None:
        """A file that is there, whichever process made it; each may know their common folder by another path."""
        stored = await self._means.store.exports.find(job.id, key)
        if stored is None:
            return None
        loose: dict[str, Any] = orjson.loads(stored)
        place = absolute(self._means.files_of(job.job_id) / Path(loose["path"]).name)
        if await anyio.to_thread.run_sync(size_of, place) == loose["bytes"]:
            return Export(**{**loose, **_at(place), "notes": tuple(loose["notes"])})
        await self._means.store.exports.forget(job.id, key)
        return None

    async def _write(
        self, key: str, making: _Making, path: Path, job: int, entry: TableEntry, table: Table,
        columns: Sequence[str] | None,
    ) -> None:  # fmt: skip
        read, form = self._reader(job, entry.table_index), making.export.format
        facts: dict[str, Fact] = {"job_id": making.export.job_id, "format": form, "rows": entry.committed}
        try:
            with self._means.config.watch.during("export", facts):
                written = await anyio.to_thread.run_sync(
                    lambda: write_export(
                        path, form, table, read, entry.committed, columns=columns, stop=lambda: self._closed
                    ),
                    limiter=self._writers,
                )
                kept = await anyio.to_thread.run_sync(self._kept, path, making.export.job_id, limiter=self._writers)
            making.export = replace(
                making.export, state="ready", rows=written.rows, bytes=written.bytes, sha256=written.sha256,
                notes=written.notes, **_at(kept),
            )  # fmt: skip
            await self._means.store.exports.save(job, key, _to_json(making.export))
        except Stopped:
            making.export = replace(making.export, state="failed", error="The server was closed.")
        except SynthAIxError as exc:
            making.export = replace(making.export, state="failed", error=exc.message)
        finally:
            if making.export.state == "preparing":
                making.export = replace(making.export, state="failed", error="The export was interrupted; ask again.")
            self._making.pop(key, None)
            making.done.set()

    def _kept(self, path: Path, job_id: str) -> Place:
        """The finished file where files are kept."""
        place = self._means.files_of(job_id) / path.name
        if not isinstance(place, RemotePath):
            return path
        try:
            place.put(path)
        finally:
            path.unlink(missing_ok=True)
        return place

    def _reader(self, job: int, table: int) -> Callable[[int, int], list[bytes]]:
        """Rows by seq, for a thread that anyio started."""
        between = self._means.store.rows.between
        return lambda first, end: anyio.from_thread.run(between, job, table, first, end)


def _entry(job: JobEntry, table: Table) -> TableEntry:
    return next(entry for entry in job.tables if entry.name == table.name)


def _at(place: Place) -> dict[str, Any]:
    return {"remote": place, "path": None} if isinstance(place, RemotePath) else {"path": place, "remote": None}


def _to_json(export: Export) -> bytes:
    return orjson.dumps({**asdict(export), "path": str(export.place), "remote": None})
