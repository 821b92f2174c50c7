"""What the store promises: guarded commits, fenced leases, tokens used once, a ledger that holds."""

from dataclasses import replace
from functools import partial
from typing import Any

import anyio
import pytest
from sqlalchemy import Connection

from synthaix.orchestration.errors import JobBusy, LeaseLost
from synthaix.orchestration.store.chunks import Chunk, Yield
from synthaix.orchestration.store.jobs import ChunkCommit, NewJob, Unfinished
from synthaix.orchestration.store.replies import NO_JOB
from synthaix.orchestration.store.store import Store

BODY = b'["x",1]'


async def added(store: Store, new: NewJob) -> int:
    """Store a job with two chunks of 50 rows; its number."""

    async def chunks(connection: Any, job: int) -> None:
        await store.chunks.add(connection, job, [Chunk(0, 0, 0, 0, 50), Chunk(0, 1, 0, 50, 50)])

    job = await store.jobs.add(new, chunks)
    assert job is not None
    return job


async def commit(store: Store, job: int, token: int, *, idx: int = 0, first: int = 0) -> None:
    """Commit a chunk of 50 rows."""
    done = ChunkCommit(0, idx, 1, 50, 50, first, 0, 0, b"", b"keys", b"{}", 1.0)
    async with store.database.write() as connection:
        await connection.run_sync(store.jobs.count_chunk, job, token=token, done=done)
        await connection.run_sync(store.rows.add, job, 0, first, [BODY] * 50)


async def test_a_commit_stores_rows_and_counters_together(store: Store, new_job: NewJob) -> None:
    """After a commit the rows, the table's count and the chunk's state all say so."""
    job = await added(store, new_job)
    token = await store.jobs.take(job, holder="me", seconds=5)
    assert token is not None
    await commit(store, job, token)
    entry = await store.jobs.find("job_a", owner="ana")
    assert entry is not None
    assert entry.tables[0].committed == 50
    assert entry.completed_chunks == 1
    assert len(await store.rows.between(job, 0, 0, 100)) == 50
    assert [chunk.idx for chunk in await store.chunks.open(job, 0)] == [1]
    assert [chunk.prints for chunk in await store.chunks.done(job, 0)] == [b"keys"]


async def test_a_chunk_is_committed_once(store: Store, new_job: NewJob) -> None:
    """A second commit of a chunk changes nothing and fails."""
    job = await added(store, new_job)
    token = await store.jobs.take(job, holder="me", seconds=5)
    assert token is not None
    await commit(store, job, token)
    with pytest.raises(LeaseLost):
        await commit(store, job, token, first=50)
    assert len(await store.rows.between(job, 0, 0, 100)) == 50


async def test_a_stale_holder_cannot_commit(store: Store, new_job: NewJob) -> None:
    """Once the lease has lapsed and another took it, the earlier token is worth nothing."""
    job = await added(store, new_job)
    stale = await store.jobs.take(job, holder="me", seconds=5)
    assert stale is not None
    assert await store.jobs.take(job, holder="you", seconds=5) is None
    assert await store.jobs.unfinished() == [Unfinished("job_a", "me", lapsed=False, wanted=None)]
    await store.jobs.renew(job, token=stale, seconds=-1)
    assert await store.jobs.unfinished() == [Unfinished("job_a", "me", lapsed=True, wanted=None)]
    fresh = await store.jobs.take(job, holder="you", seconds=5)
    assert fresh is not None
    with pytest.raises(LeaseLost):
        await commit(store, job, stale)
    with pytest.raises(LeaseLost):
        await store.jobs.renew(job, token=stale, seconds=5)
    await commit(store, job, fresh)


async def test_the_lease_of_a_dead_holder_need_not_lapse(store: Store, new_job: NewJob) -> None:
    """A holder that is known to be dead is followed at once, any other is not."""
    job = await added(store, new_job)
    await store.jobs.take(job, holder="dead", seconds=500)
    assert await store.jobs.take(job, holder="me", seconds=5, from_dead="another") is None
    assert await store.jobs.take(job, holder="me", seconds=5, from_dead="dead") == 2


async def test_a_key_starts_one_job(store: Store, new_job: NewJob) -> None:
    """Of twenty starts with one idempotency key at once, one is stored."""
    made: list[int | None] = []

    async def start(number: int) -> None:
        async def nothing(connection: Any, job: int) -> None:
            return None

        new = replace(new_job, job_id=f"job_{number}", idempotency_key="k", idempotency_hash="h")
        made.append(await store.jobs.add(new, nothing))

    async with anyio.create_task_group() as group:
        for number in range(20):
            group.start_soon(start, number)
    assert sum(job is not None for job in made) == 1


async def test_a_job_is_removed_with_all_that_hangs_on_it(store: Store, new_job: NewJob) -> None:
    """Rows, chunks and replies go with the job; one in another status stays, whole."""
    job = await added(store, new_job)
    token = await store.jobs.take(job, holder="me", seconds=5)
    assert token is not None
    await commit(store, job, token)
    assert not await store.jobs.remove(job, ("completed",))
    assert len(await store.rows.between(job, 0, 0, 100)) == 50
    assert await store.jobs.remove(job, ("pending",))
    assert await store.rows.between(job, 0, 0, 100) == []
    assert await store.chunks.open(job, 0) == []
    assert await store.chunks.done(job, 0) == []
    assert await store.jobs.find("job_a", owner=None) is None


async def test_another_owner_finds_nothing(store: Store, new_job: NewJob) -> None:
    """A job is not there for who does not own it."""
    await added(store, new_job)
    assert await store.jobs.find("job_a", owner="ben") is None
    assert await store.jobs.list(owner="ben") == []


async def test_a_token_is_used_once_and_only_for_what_it_was_minted_for(store: Store, clock: Any) -> None:
    """Unknown, other, good, used, expired: each says why."""
    await store.tokens.save("t", owner="ana", bound="b", schema_id="sch_a", expires_at=2_000)
    await store.tokens.save("old", owner="ana", bound="b", schema_id="sch_a", expires_at=1_500)
    clock.now = 1_600
    assert await redeemed(store, "forged") == "unknown"
    assert await redeemed(store, "t", owner="ben") == "unknown"
    assert await redeemed(store, "t", bound="edited") == "other"
    assert await redeemed(store, "t") is None
    assert await redeemed(store, "t") == "used"
    assert await redeemed(store, "old") == "expired"


async def redeemed(store: Store, token: str, *, owner: str = "ana", bound: str = "b") -> str | None:
    """Why a token was refused; None when it was taken."""
    async with store.database.write() as connection:
        return await store.tokens.redeem(connection, token, owner=owner, bound=bound)


async def test_a_job_that_was_not_stored_costs_no_yes(store: Store, new_job: NewJob) -> None:
    """Token and job are one transaction: when the second fails, the first is as before."""
    await store.tokens.save("t", owner="ana", bound="b", schema_id="sch_a", expires_at=2_000)

    async def redeem_and_fail(connection: Any, job: int) -> None:
        assert await store.tokens.redeem(connection, "t", owner="ana", bound="b") is None
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await store.jobs.add(new_job, redeem_and_fail)
    assert await store.jobs.find("job_a", owner="ana") is None
    assert await redeemed(store, "t") is None


async def test_a_stale_holder_changes_no_chunk(store: Store, new_job: NewJob) -> None:
    """After another took the lease, the first opens no round and closes no chunk."""
    job = await added(store, new_job)
    stale = await store.jobs.take(job, holder="me", seconds=5)
    assert stale is not None
    await store.jobs.renew(job, token=stale, seconds=-1)
    fresh = await store.jobs.take(job, holder="you", seconds=5)
    assert fresh is not None
    with pytest.raises(LeaseLost):
        await store.chunks.skip_open(job, 0, token=stale)
    with pytest.raises(LeaseLost):
        await store.chunks.open_round(job, 0, 1, [Chunk(0, 2, 1, 1024, 50)], token=stale)
    assert [chunk.idx for chunk in await store.chunks.open(job, 0)] == [0, 1]
    await store.chunks.open_round(job, 0, 1, [Chunk(0, 2, 1, 1024, 50)], token=fresh)
    await store.chunks.open_round(job, 0, 1, [Chunk(0, 2, 1, 1024, 50)], token=fresh)  # repeated after a crash
    assert [chunk.idx for chunk in await store.chunks.open(job, 0)] == [0, 1, 2]


async def test_what_chunks_gave_is_told_by_round_and_along_the_run(store: Store, new_job: NewJob) -> None:
    """Rows and repeated candidates, added up; and how many rows were there a number of chunks before."""
    job = await added(store, new_job)
    token = await store.jobs.take(job, holder="me", seconds=5)
    assert token is not None
    await store.chunks.open_round(job, 0, 1, [Chunk(0, 2, 1, 1024, 50)], token=token)
    for idx, first, committed, duplicates in ((0, 0, 40, 10), (1, 40, 20, 30), (2, 60, 5, 45)):
        done = ChunkCommit(0, idx, 1, 50, committed, first, duplicates, 0, b"", b"keys", b"{}", 1.0)
        async with store.database.write() as connection:
            await connection.run_sync(store.jobs.count_chunk, job, token=token, done=done)
    assert await store.chunks.by_round(job, 0, before=1) == [Yield(60, 40)]
    assert await store.chunks.by_round(job, 0, before=0) == []
    assert await store.chunks.curve(job, 0, most=20) == [Yield(40, 10), Yield(20, 30), Yield(5, 45)]
    assert await store.chunks.curve(job, 0, most=2) == [Yield(60, 40), Yield(5, 45)]
    assert [Yield(40, 10).novelty, Yield(0, 0).novelty] == [0.8, 1.0]
    assert await store.chunks.rows_before(job, 0, Chunk(0, 1, 0, 50, 50), lag=1) == 40
    assert await store.chunks.rows_before(job, 0, Chunk(0, 1, 0, 50, 50), lag=2) == 0
    assert await store.chunks.rows_before(job, 0, Chunk(0, 3, 1, 2048, 50), lag=2) == 60  # of the round before
    assert await store.chunks.rows_before(job, 0, Chunk(0, 3, 1, 2048, 50), lag=1) == 65


async def test_the_latest_measure_is_kept(store: Store) -> None:
    """One for each key."""
    assert await store.measures.find("k") is None
    for measured in (b"1", b"2"):
        await store.measures.save("k", measured)
    assert await store.measures.find("k") == b"2"


async def test_reservations_never_pass_the_cap(store: Store, other: Store, new_job: NewJob) -> None:
    """Thirty calls of 100 nanodollars at once, of two processes, under a cap of 1,000: ten are let through."""
    job = await added(store, new_job)
    entries: list[int | str] = []

    async def reserve(number: int) -> None:
        ledger = (store, other)[number % 2].ledger
        entries.append(await ledger.reserve(owner="ana", job=job, key=str(number), attempt=0, nanos=100))

    async with anyio.create_task_group() as group:
        for number in range(30):
            group.start_soon(reserve, number)
    kept = [entry for entry in entries if isinstance(entry, int)]
    assert len(kept) == 10
    assert entries.count("job") == 20
    async with store.database.write() as connection:
        await connection.run_sync(store.ledger.settle, kept[0], nanos=10, input_tokens=3)
    spend = await store.ledger.spend(job)
    assert (spend.settled_nanos, spend.held_nanos, spend.calls, spend.input_tokens) == (10, 900, 1, 3)
    assert await store.ledger.reserve(owner="ana", job=job, key="x", attempt=0, nanos=90) != "job"


async def test_a_call_that_was_never_settled_is_paid_beside_its_next_try(store: Store, new_job: NewJob) -> None:
    """Its process died: the provider may bill both, so both count against the cap."""
    job = await added(store, new_job)
    first = await store.ledger.reserve(owner="ana", job=job, key="a", attempt=0, nanos=600)
    assert isinstance(first, int)
    assert await store.ledger.reserve(owner="ana", job=job, key="a", attempt=0, nanos=600) == "job"
    assert await store.ledger.reserve(owner="ana", job=job, key="a", attempt=0, nanos=400) != first
    assert (await store.ledger.spend(job)).held_nanos == 1_000


async def test_an_owner_has_one_purse_a_day(store: Store, new_job: NewJob, clock: Any) -> None:
    """Jobs and previews of one owner together, from midnight to midnight; other owners have their own."""
    job = await added(store, new_job)
    clock.now = 86_400.0 * 20 + 10

    async def reserve(owner: str, number: int | None, nanos: int) -> int | str:
        return await store.ledger.reserve(owner=owner, job=number, key="k", attempt=0, nanos=nanos, day_cap=500)

    assert isinstance(await reserve("ana", job, 300), int)
    assert await reserve("ana", None, 300) == "day"
    assert isinstance(await reserve("ana", None, 200), int)
    assert isinstance(await reserve("ben", None, 500), int)
    clock.now += 86_400
    assert isinstance(await reserve("ana", job, 500), int)


async def test_the_first_saved_reply_wins(store: Store) -> None:
    """A second reply to the same call is ignored."""
    for reply in (b"first", b"second"):
        async with store.database.write() as connection:
            await connection.run_sync(store.replies.save_all, 1, {"key": reply})
    assert await store.replies.find(1, "key", 0) == b"first"


async def test_a_failed_transaction_leaves_nothing(store: Store, new_job: NewJob) -> None:
    """An error inside a transaction undoes all of it."""
    job = await added(store, new_job)
    with pytest.raises(RuntimeError):
        await added_and_failed(store, job)
    assert await store.rows.between(job, 0, 0, 10) == []


async def test_a_secret_is_the_same_for_all(store: Store, other: Store) -> None:
    """A signing key is made once, whoever asks first."""
    secrets: set[bytes] = set()

    async def ask(asked: Store) -> None:
        secrets.add(await asked.secret("cursor"))

    async with anyio.create_task_group() as group:
        group.start_soon(ask, store)
        group.start_soon(ask, other)
    assert len(secrets) == 1
    assert await store.secret("other") not in secrets


async def test_of_two_at_once_one_commits_a_chunk(store: Store, other: Store, new_job: NewJob) -> None:
    """Two commits of one chunk under one token, as of a holder that woke up: one is stored, one fails."""
    job = await added(store, new_job)
    token = await store.jobs.take(job, holder="me", seconds=5)
    assert token is not None
    lost: list[Store] = []

    async def attempt(process: Store) -> None:
        try:
            await commit(process, job, token)
        except LeaseLost:
            lost.append(process)

    async with anyio.create_task_group() as group:
        group.start_soon(attempt, store)
        group.start_soon(attempt, other)
    assert len(lost) == 1
    assert len(await store.rows.between(job, 0, 0, 100)) == 50


async def test_of_two_at_once_one_uses_a_token(store: Store, other: Store) -> None:
    """A confirmation that arrives twice starts one job."""
    await store.tokens.save("t", owner="ana", bound="b", schema_id="sch_a", expires_at=2_000)
    answers: list[str | None] = []

    async def redeem(process: Store) -> None:
        async with process.database.write() as connection:
            answers.append(await process.tokens.redeem(connection, "t", owner="ana", bound="b"))

    async with anyio.create_task_group() as group:
        for process in (store, other, store, other):
            group.start_soon(redeem, process)
    assert sorted(answers, key=str) == [None, "used", "used", "used"]


async def test_rows_are_read_by_range_and_by_place(store: Store, new_job: NewJob) -> None:
    """Thousands of rows, in order; a place that is not there is left out."""
    job = await added(store, new_job)
    bodies = [b'["%d"]' % number for number in range(3_000)]
    async with store.database.write() as connection:
        await connection.run_sync(store.rows.add, job, 0, 0, bodies[:1_700])
        await connection.run_sync(store.rows.add, job, 0, 1_700, bodies[1_700:])
        await connection.run_sync(store.rows.add, job, 0, 3_000, [])
    assert await store.rows.between(job, 0, 0, 5_000) == bodies
    assert await store.rows.between(job, 0, 1_650, 1_750) == bodies[1_650:1_750]
    assert await store.rows.at(job, 0, [2_999, 3_000, *range(800)]) == dict(enumerate(bodies[:800])) | {
        2_999: bodies[2_999]
    }


async def test_an_export_is_the_newest_for_its_request(store: Store, new_job: NewJob) -> None:
    """Saved twice, found once; forgotten when its file is gone."""
    job = await added(store, new_job)
    await store.exports.save(job, "csv", b"first")
    await store.exports.save(job, "csv", b"second")
    assert await store.exports.find(job, "csv") == b"second"
    await store.exports.forget(job, "csv")
    assert await store.exports.find(job, "csv") is None


async def test_any_cursor_is_a_place_in_the_list(store: Store, new_job: NewJob) -> None:
    """A number that no job will ever have is above or below them all."""
    await added(store, new_job)
    assert len(await store.jobs.list(owner="ana", below=10**17)) == 1
    assert await store.jobs.list(owner="ana", below=0) == []


async def added_and_failed(store: Store, job: int) -> None:
    """Add a row and fail before the transaction's end."""
    async with store.database.write() as connection:
        await connection.run_sync(store.rows.add, job, 0, 0, [BODY])
        raise RuntimeError


async def extending(store: Store, new: NewJob, job_id: str, *earlier: str, place: int = 0, rows: int = 0) -> int | None:
    """A job of the collection `c` that extends others; its number, or None when its place is taken."""

    async def extensions(connection: Any, job: int) -> None:
        known = {job_id: {"rows": rows} for job_id in earlier}
        await store.extensions.add(connection, job, known, owner="ana", collection="c", place=place)

    return await store.jobs.add(replace(new, job_id=job_id, idempotency_key=None), extensions)


async def test_a_collections_jobs_keep_each_other(store: Store, new_job: NewJob) -> None:
    """In the order in which they joined, at places of their own; what goes away leaves its place empty."""
    first = await extending(store, new_job, "job_1")
    assert first is not None
    await store.jobs.change_idle(first, ["pending"], status="completed")
    second = await extending(store, new_job, "job_2", "job_1", place=1)
    assert second is not None
    assert await extending(store, new_job, "job_3", "job_1", place=1) is None
    assert await store.extensions.members("c", owner="ana") == (["job_1", "job_2"], 2)
    assert await store.extensions.members("c", owner="ben") == ([], 0)
    assert await store.extensions.later(first) == ["job_2"]
    await store.jobs.change_idle(second, ["pending"], status="completed")
    assert not await store.jobs.remove(first, ["completed"])
    assert await store.jobs.remove(second, ["completed"])
    assert await store.extensions.later(first) == []
    assert await store.extensions.members("c", owner="ana") == (["job_1"], 1)


async def test_old_replies_without_a_job_are_deleted(store: Store, clock: Any) -> None:
    """Those of a job, and newer ones, stay."""
    async with store.database.write() as connection:
        for job in (NO_JOB, 1):
            await connection.run_sync(store.replies.save_all, job, {"old": b"{}"})
    clock.now += 10
    async with store.database.write() as connection:
        await connection.run_sync(store.replies.save_all, NO_JOB, {"new": b"{}"})
    assert await store.replies.remove_before(clock.now) == 1
    assert await store.replies.keys(NO_JOB) == {("new", 0)}
    assert await store.replies.keys(1) == {("old", 0)}


async def test_a_job_that_went_on_is_not_extended(store: Store, new_job: NewJob) -> None:
    """It would have rows that the new one does not know."""
    await extending(store, new_job, "job_1")
    for earlier in ("job_1", "job_gone"):
        with pytest.raises(JobBusy):
            await extending(store, new_job, "job_2", earlier, place=1)
    assert await store.jobs.find("job_2", owner="ana") is None


async def test_a_job_that_grew_and_ended_again_is_not_extended(store: Store, new_job: NewJob) -> None:
    """The new one would be compared with as many rows as there were when it was planned."""
    first = await extending(store, new_job, "job_1")
    assert first is not None
    await store.jobs.change_idle(first, ["pending"], status="completed")
    with pytest.raises(JobBusy):
        await extending(store, new_job, "job_2", "job_1", place=1, rows=100)
    assert await extending(store, new_job, "job_2", "job_1", place=1) is not None


async def test_a_transaction_in_one_piece_is_whole_or_nothing(store: Store) -> None:
    """What an error leaves behind it is nothing, and the next transaction begins anew."""

    def broken(connection: Connection) -> None:
        store.replies.save_all(connection, 1, {"lost": b"{}"})
        raise LeaseLost

    with pytest.raises(LeaseLost):
        await store.database.transact(broken)
    await store.database.transact(partial(store.replies.save_all, job=1, saved={"kept": b"{}"}))
    assert await store.replies.keys(1) == {("kept", 0)}
    async with store.database.write() as connection:
        await connection.run_sync(store.replies.save_all, 1, {"more": b"{}"})
    assert await store.replies.keys(1) == {("kept", 0), ("more", 0)}
