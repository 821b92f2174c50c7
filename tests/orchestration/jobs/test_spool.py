"""Replies that come while the store is away."""

from pathlib import Path
from typing import Any

import pytest

from synthaix.orchestration.errors import StoreUnreachable
from synthaix.orchestration.jobs.paying.spending import Account, Spending
from synthaix.orchestration.jobs.paying.spool import Spool
from synthaix.orchestration.llm.prices import Price
from synthaix.orchestration.llm.provider import Prompt, Reply, Usage
from synthaix.orchestration.store.jobs import NewJob
from synthaix.orchestration.store.store import Store


class StopsStore:
    """Answers every prompt, at a moment when the database has just gone."""

    def __init__(self, database: Any) -> None:
        self._database = database
        self.sent = 0

    async def complete(self, prompt: Prompt) -> Reply:
        """After the database is stopped."""
        self.sent += 1
        self._database.stop()
        return Reply("fine", "stop", Usage(10, 5))


@pytest.mark.timeout(120)
async def test_a_reply_that_comes_while_the_store_is_away_is_kept(own_postgres: Any, tmp_path: Path) -> None:
    """On the disk, by whoever was answered; saved once the store is back, by whoever comes; paid once."""

    async def nothing(connection: Any, job: int) -> None:
        return None

    store = Store(own_postgres.new_url(), clock=lambda: 1_000.0)
    job = await store.jobs.add(NewJob("job_a", "ana", "sch_a", b"{}", b"{}", b"{}", None, {"rows": 10}), nothing)
    assert job is not None
    provider = StopsStore(own_postgres)
    prompt = Prompt("s", "u", max_tokens=10)

    def spending() -> Spending:
        spool = Spool(tmp_path / "spool", store)
        return Spending(store, Account("ana", job), provider, Price(1.0, 2.0), model="m", slots=4, spool=spool)

    first = spending()
    with pytest.raises(StoreUnreachable):
        await first.ask(prompt, 0)
    with pytest.raises(StoreUnreachable):  # still away: nothing is asked again
        await first.ask(prompt, 0)
    own_postgres.start()
    reply = await spending().ask(prompt, 0)  # as another process on this disk would
    assert (reply.text, provider.sent) == ("fine", 1)
    assert list((tmp_path / "spool").iterdir()) == []
    spend = await store.ledger.spend(job)
    assert (spend.calls, spend.settled_nanos, spend.held_nanos) == (1, 20_000, 0)
    await store.close()
