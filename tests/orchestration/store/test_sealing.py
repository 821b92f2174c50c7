"""Encryption at rest: nothing readable in the store, and a clear error where the key does not fit."""

import base64
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from pydantic import SecretStr
from sqlalchemy import text
from tests.doubles.writing import REVIEWS, ended, writing

from synthaix.orchestration.config import keys_of
from synthaix.orchestration.errors import EncryptionKeyWrong
from synthaix.orchestration.jobs.order import Order
from synthaix.orchestration.store.jobs import NewJob
from synthaix.orchestration.store.sealing import Seal
from synthaix.orchestration.store.store import Store

OLD, NEW = (base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2))
CANARY = "c4n4ry"
Opened = Callable[..., Any]


@pytest.fixture
def opened(where: Path | str, clock: Any) -> Opened:
    """Opens the same store under the keys of a setting."""

    @asynccontextmanager
    async def one(setting: str | None) -> AsyncIterator[Store]:
        key = None if setting is None else SecretStr(setting)
        store = Store(where, clock=clock, encryption_key=key)
        yield store
        await store.close()

    return one


async def fill(store: Store, *, first: int = 0) -> None:
    """Two rows and a reply of job 1."""
    async with store.database.write() as connection:
        await connection.run_sync(store.rows.add, 1, 0, first, [b'["one"]', b'["two"]'])
        await connection.run_sync(store.replies.save_all, 1, {f"key{first}": b'{"text":"three"}'})


async def raw(store: Store, query: str) -> list[bytes]:
    """What is in the database itself."""
    async with store.database.read() as connection:
        return [bytes(row[0]) for row in await connection.execute(text(query))]


def written_in(home: Path) -> bytes:
    """Everything in the store's file and in the log beside it."""
    return b"".join(path.read_bytes() for path in home.glob("synthaix.db*"))


@given(some.lists(some.binary(max_size=50).filter(lambda blob: blob[:1] != b"\x01"), max_size=5), some.integers(0, 9))
def test_what_is_sealed_opens_in_its_place_alone(blobs: list[bytes], first: int) -> None:
    """Whatever it is; equal ones look different; moved to another number or place they do not open."""
    seal = Seal(SecretStr(NEW))
    sealed = seal.place("rows", 1, 0).seal(blobs, first)
    assert len(set(sealed)) == len(blobs)
    for number, (blob, closed) in enumerate(zip(blobs, sealed, strict=True), first):
        assert seal.place("rows", 1, 0).open_one(closed, number) == blob
        for where, other in ((("rows", 1, 0), number + 1), (("rows", 11, 0), number), (("rows", 1, 1), number)):
            with pytest.raises(EncryptionKeyWrong):
                seal.place(*where).open_one(closed, other)


async def test_a_store_with_a_key_is_read_with_it(opened: Opened) -> None:
    """As before, by range and by number, and nothing of it stands in the database."""
    async with opened(NEW) as store:
        await fill(store)
        assert await store.rows.between(1, 0, 0, 2) == [b'["one"]', b'["two"]']
        assert await store.rows.at(1, 0, [1, 7]) == {1: b'["two"]'}
        assert await store.replies.find(1, "key0", 0) == b'{"text":"three"}'
        kept = await raw(store, "SELECT body FROM rows") + await raw(store, "SELECT reply FROM replies")
    assert len(kept) == 3
    assert not [blob for blob in kept if b"one" in blob or b"two" in blob or b"three" in blob]


@pytest.mark.parametrize("setting", [None, OLD])
async def test_another_key_or_none_opens_no_store(opened: Opened, setting: str | None) -> None:
    """At the first use, before anything is stored in the open beside what is sealed."""
    async with opened(NEW) as store:
        await fill(store)
    async with opened(setting) as store:
        with pytest.raises(EncryptionKeyWrong, match="SYNTHAIX_ENCRYPTION_KEY"):
            await store.rows.between(1, 0, 0, 2)
        with pytest.raises(EncryptionKeyWrong):
            await fill(store, first=2)


async def test_a_new_key_is_put_before_the_old_one(opened: Opened) -> None:
    """What the old one sealed still opens; what comes now is the new one's."""
    async with opened(OLD) as store:
        await fill(store)
    async with opened(f"{NEW}, {OLD}") as store:
        await fill(store, first=2)
        assert await store.rows.between(1, 0, 0, 4) == [b'["one"]', b'["two"]'] * 2
        kept = await raw(store, "SELECT body FROM rows ORDER BY seq")
        assert kept[0][:5] == kept[1][:5] != kept[2][:5] == kept[3][:5]


async def test_without_a_key_nothing_is_taken_for_sealed(opened: Opened) -> None:
    """Bytes that begin as something sealed would are read back as they are."""
    async with opened(None) as store:
        async with store.database.write() as connection:
            await connection.run_sync(store.replies.save_all, 1, {"vector": b"\x01" + bytes(31)})
        assert await store.replies.find(1, "vector", 0) == b"\x01" + bytes(31)
        assert await store.replies.of_keys(1, ["vector"]) == {"vector": b"\x01" + bytes(31)}


async def test_without_the_old_key_its_rows_do_not_open(opened: Opened) -> None:
    """The store does, once the new key came first; and the new key's rows do."""
    async with opened(OLD) as store:
        await fill(store)
    async with opened(f"{NEW},{OLD}") as store:
        await fill(store, first=2)
    async with opened(NEW) as store:
        assert await store.rows.at(1, 0, [2]) == {2: b'["one"]'}
        with pytest.raises(EncryptionKeyWrong):
            await store.rows.between(1, 0, 0, 4)


async def test_a_key_can_come_later(opened: Opened) -> None:
    """What is there stays readable, and open, until its job is deleted."""
    async with opened(None) as store:
        await fill(store)
    async with opened(NEW) as store:
        await fill(store, first=2)
        assert await store.rows.between(1, 0, 0, 4) == [b'["one"]', b'["two"]'] * 2
        assert (await raw(store, "SELECT body FROM rows ORDER BY seq"))[0] == b'["one"]'


async def test_what_was_changed_is_not_taken_for_rows(opened: Opened) -> None:
    """A flipped bit is an error."""
    async with opened(NEW) as store:
        await fill(store)
        (first, _) = await raw(store, "SELECT body FROM rows ORDER BY seq")
        async with store.database.write() as connection:
            changed = first[:-1] + bytes([first[-1] ^ 1])
            await connection.execute(text("UPDATE rows SET body = :body WHERE seq = 0"), {"body": changed})
        with pytest.raises(EncryptionKeyWrong, match="changed"):
            await store.rows.between(1, 0, 0, 2)


async def test_schemas_and_proposals_are_sealed_too(opened: Opened) -> None:
    """They are found by id, as before."""

    async def nothing(connection: Any, job: int) -> None:
        return None

    async with opened(NEW) as store:
        new = NewJob("job_a", "ana", "sch_a", b'{"a":"secret"}', b"{}", b"{}", None, {"rows": 1})
        await store.jobs.add(new, nothing)
        await store.drafts.save("sch_a", owner="ana", schema_hash="h", draft=b'{"b":"secret"}', request_key="r")
        job, draft = await store.jobs.find("job_a", owner="ana"), await store.drafts.find("sch_a", owner="ana")
        kept = await raw(store, "SELECT schema FROM jobs") + await raw(store, "SELECT draft FROM drafts")
    assert job is not None
    assert draft is not None
    assert (job.schema, job.tallies, draft.draft) == (b'{"a":"secret"}', b"{}", b'{"b":"secret"}')
    assert not [blob for blob in kept if b"secret" in blob]


async def test_nothing_of_a_job_can_be_read_in_its_store(tmp_path: Path, fake_provider: Any) -> None:
    """Request, cells, texts and examples of duplicates, in the file and in the log beside it; rows come out whole."""
    category = {"name": "category", "type": "category", "constraints": {"enum": [f"{CANARY}-shoes"]}}
    columns = [category, {**REVIEWS["columns"][3], "description": f"a review of about 20 words about {CANARY}"}]
    fake_provider.reset(vocabulary=40)
    async with writing(tmp_path, fake_provider.base_url, encryption_key=SecretStr(NEW)) as engine:
        view = await ended(engine, Order(20, schema={"columns": columns}, chunk_size=10, seed=1))
        assert (view.status, view.rows_generated) == ("completed", 20)
        assert view.rows_deduplicated > 0
        assert CANARY in str(await engine.page(view.job_id, owner="local"))
        stored = written_in(tmp_path)
    assert len(stored) > 100_000
    assert CANARY.encode() not in stored
    assert b"review of about" not in stored


@pytest.mark.parametrize("setting", ["", "short", "AAAA", f"{NEW},", NEW[:-4], f"{NEW};{OLD}", "ü" * 44])
def test_what_is_no_key_is_refused(setting: str) -> None:
    """With how to make one, and without what was given."""
    with pytest.raises(ValueError, match="openssl rand -base64 32") as refused:
        keys_of(setting)
    assert not setting or setting not in str(refused.value)


def test_both_alphabets_are_read() -> None:
    """As `openssl` and as Fernet write it."""
    key = bytes(range(224, 256))
    assert keys_of(base64.b64encode(key).decode()) == keys_of(base64.urlsafe_b64encode(key).decode()) == (key,)
