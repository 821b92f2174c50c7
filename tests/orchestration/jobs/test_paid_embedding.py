"""Vectors that somebody paid for: kept in the store, bought once."""

import base64
from pathlib import Path
from typing import Any

import anyio.to_thread
import numpy as np
import orjson
import pytest
from pydantic import SecretStr

from synthaix.orchestration.errors import StoreUnreachable
from synthaix.orchestration.jobs.paying.paid_embedding import PaidEmbedder
from synthaix.orchestration.jobs.paying.spending import Account
from synthaix.orchestration.jobs.paying.spool import Spool
from synthaix.orchestration.llm.provider import Prompt, Reply, Usage
from synthaix.orchestration.store.store import Store

KEY = base64.b64encode(bytes(32)).decode()


class Vectorised:
    """Gives every text the same vector, whose first byte is 1."""

    vector = b"\x01\x00\x80\x3f" + bytes(12)  # a float32 a little above one, and three zeros

    def __init__(self) -> None:
        self.sent = 0

    async def complete(self, prompt: Prompt) -> Reply:
        """One for each text."""
        self.sent += 1
        kept = base64.b64encode(self.vector).decode()
        return Reply(orjson.dumps([kept] * len(orjson.loads(prompt.user))).decode(), "stop", Usage(3, 0))


async def vectors_of(store: Store, provider: Any, spool: Spool | None = None) -> Any:
    """What a new embedder on the account of no job gives."""
    embedder = PaidEmbedder(store, Account("ana"), provider, None, model="m", spool=spool)
    return await anyio.to_thread.run_sync(embedder.encode, ["a", "b"])


@pytest.mark.parametrize("key", [None, KEY])
async def test_a_vector_may_begin_as_something_sealed_does(tmp_path: Path, key: str | None) -> None:
    """It is read back, with a key or without, and paid once."""
    store = Store(tmp_path / "s.db", clock=lambda: 1.0, encryption_key=None if key is None else SecretStr(key))
    provider = Vectorised()
    bought = await vectors_of(store, provider)
    read = await vectors_of(store, provider)
    assert np.array_equal(bought, read)
    assert read.tolist() == [[1.0, 0.0, 0.0, 0.0]] * 2
    assert provider.sent == 1
    await store.close()


@pytest.mark.timeout(120)
async def test_vectors_that_come_while_the_store_is_away_are_kept(own_postgres: Any, tmp_path: Path) -> None:
    """On the disk, and saved by whoever asks once it is back: bought once."""

    class StopsStore(Vectorised):
        async def complete(self, prompt: Prompt) -> Reply:
            own_postgres.stop()
            return await super().complete(prompt)

    store = Store(own_postgres.new_url(), clock=lambda: 1.0)
    provider = StopsStore()
    with pytest.raises(StoreUnreachable):
        await vectors_of(store, provider, Spool(tmp_path, store))
    own_postgres.start()
    read = await vectors_of(store, provider, Spool(tmp_path, store))
    assert read.tolist() == [[1.0, 0.0, 0.0, 0.0]] * 2
    assert provider.sent == 1
    await store.close()
