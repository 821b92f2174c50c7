"""Paying for calls: the second try of a straggler, and what happens while money is short."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import anyio
import pytest

from synthaix.orchestration.errors import ProviderRefused
from synthaix.orchestration.jobs.paying.hedging import LEAST_CALLS, Stragglers
from synthaix.orchestration.jobs.paying.spending import Account, Spending
from synthaix.orchestration.jobs.states import Stopped
from synthaix.orchestration.llm.pacing import Pace, PacedProvider
from synthaix.orchestration.llm.prices import Price
from synthaix.orchestration.llm.provider import Prompt, Reply, Usage
from synthaix.orchestration.store.jobs import NewJob
from synthaix.orchestration.store.ledger import Spend
from synthaix.orchestration.store.store import Store

PRICE = Price(1.0, 2.0)


class Scripted:
    """A provider whose tries of each prompt go as written: `wait` for ever, `fail`, or answer with the words.

    Attributes:
        sent: the users' parts of all prompts, in order.
    """

    on_headers: Callable[[Mapping[str, str]], None] | None = None

    def __init__(self, script: dict[str, list[str]]) -> None:
        self._script = script
        self._tries: Counter[str] = Counter()
        self.sent: list[str] = []

    async def complete(self, prompt: Prompt, *, on_text: Callable[[str], None] | None = None) -> Reply:
        """As written; what is not is answered with `fine`."""
        self.sent.append(prompt.user)
        steps = self._script.get(prompt.user, ["fine"])
        step = steps[min(self._tries[prompt.user], len(steps) - 1)]
        self._tries[prompt.user] += 1
        if step == "wait":
            await anyio.sleep_forever()
        if step == "fail":
            raise ProviderRefused
        return Reply(step, "stop", Usage(10, 5))

    async def aclose(self) -> None:
        """Nothing is open."""


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """Closed at the end."""
    opened = Store(tmp_path / "store.db", clock=lambda: 1_000.0)
    yield opened
    await opened.close()


async def paying(store: Store, provider: Scripted, *, cap: int | None = None, hedge: bool = True) -> Spending:
    """A job's account, of which twenty calls have been answered."""

    async def nothing(connection: Any, job: int) -> None:
        return None

    job = await store.jobs.add(NewJob("job_a", "ana", "sch_a", b"{}", b"{}", b"{}", cap, {"rows": 10}), nothing)
    spending = Spending(
        store, Account("ana", job), PacedProvider(provider, Pace()), PRICE, model="m", slots=4, hedge=hedge
    )
    for number in range(LEAST_CALLS):
        await spending.ask(prompt(f"early {number}"), 0)
    return spending


def prompt(user: str) -> Prompt:
    """A short one."""
    return Prompt("s", user, max_tokens=10)


async def spent(store: Store) -> Spend:
    """By the ledger."""
    entry = await store.jobs.find("job_a", owner="ana")
    assert entry is not None
    return await store.ledger.spend(entry.id)


async def test_a_straggler_is_asked_again_and_the_first_reply_wins(store: Store) -> None:
    """The identical prompt; the slow one stays reserved, since it may be billed."""
    provider = Scripted({"slow": ["wait", "second"]})
    spending = await paying(store, provider)
    with anyio.fail_after(5):
        reply = await spending.ask(prompt("slow"), 0)
    assert reply.text == "second"
    assert provider.sent.count("slow") == 2
    assert (await spending.ask(prompt("slow"), 0)).text == "second"  # saved
    spend = await spent(store)
    assert (spend.calls, spend.settled_nanos) == (LEAST_CALLS + 1, (LEAST_CALLS + 1) * 20_000)
    assert spend.held_nanos == round(PRICE.most(prompt("slow")) * 1e9)
    assert spending.in_flight == 0


async def test_without_the_setting_nothing_is_asked_twice(store: Store) -> None:
    """A slow call is waited for."""
    provider = Scripted({"slow": ["wait", "second"]})
    spending = await paying(store, provider, hedge=False)
    with anyio.move_on_after(0.2) as waited:
        await spending.ask(prompt("slow"), 0)
    assert waited.cancelled_caught
    assert provider.sent.count("slow") == 1


async def test_a_failed_second_try_leaves_the_first_alone(store: Store) -> None:
    """And when both fail, the failure is told."""
    provider = Scripted({"slow": ["wait", "fail"], "bad": ["fail"]})
    spending = await paying(store, provider)
    with anyio.move_on_after(1.5) as waited:
        await spending.ask(prompt("slow"), 0)
    assert waited.cancelled_caught
    with pytest.raises(ProviderRefused):
        await spending.ask(prompt("bad"), 0)


async def test_a_second_try_needs_room_under_the_cap(store: Store) -> None:
    """Only what is left after the first one's reservation; else there is none."""
    most = round(PRICE.most(prompt("slow")) * 1e9)
    provider = Scripted({"slow": ["wait", "second"]})
    spending = await paying(store, provider, cap=LEAST_CALLS * 20_000 + most + 1_000)
    with anyio.move_on_after(0.3) as waited:
        await spending.ask(prompt("slow"), 0)
    assert waited.cancelled_caught
    assert provider.sent.count("slow") == 1


async def test_who_waits_for_money_hears_of_a_halt(store: Store) -> None:
    """A call that waits for another's settlement ends when nothing more is to be sent."""
    most = round(PRICE.most(prompt("slow")) * 1e9)
    provider = Scripted({"slow": ["wait"]})
    spending = await paying(store, provider, cap=LEAST_CALLS * 20_000 + most + 1_000, hedge=False)
    heard: list[str] = []

    async def ask(user: str) -> None:
        try:
            await spending.ask(prompt(user), 0)
        except Stopped as stopped:
            heard.append(stopped.reason)

    with anyio.fail_after(5):
        async with anyio.create_task_group() as group:
            group.start_soon(ask, "slow")
            while not spending.in_flight:
                await anyio.lowlevel.checkpoint()
            group.start_soon(ask, "other")
            await anyio.wait_all_tasks_blocked()
            spending.halt(Stopped("user", "why"))
            while not heard:
                await anyio.lowlevel.checkpoint()
            group.cancel_scope.cancel()
    assert heard == ["user"]
    assert "other" not in provider.sent


async def test_money_that_is_being_set_aside_is_waited_for(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call that cannot be paid yet waits for one whose reservation is under way, however long the store takes."""
    most = round(PRICE.most(prompt("first")) * 1e9)
    spending = await paying(store, Scripted({}), cap=(LEAST_CALLS + 1) * 20_000 + most, hedge=False)
    refused, reserve = anyio.Event(), store.ledger.reserve

    async def slowly(**asked: Any) -> Any:
        entry = await reserve(**asked)
        if isinstance(entry, int) and not refused.is_set():
            await refused.wait()
            await anyio.wait_all_tasks_blocked()
        else:
            refused.set()
        return entry

    monkeypatch.setattr(store.ledger, "reserve", slowly)
    with anyio.fail_after(5):
        async with anyio.create_task_group() as group:
            group.start_soon(spending.ask, prompt("first"), 0)
            await anyio.wait_all_tasks_blocked()
            group.start_soon(spending.ask, prompt("other"), 0)
    assert (await spent(store)).calls == LEAST_CALLS + 2


def test_the_slowest_two_in_a_hundred_are_stragglers() -> None:
    """By the last hundred calls, once there were twenty."""
    calls = Stragglers()
    for number in range(19):
        calls.answered(number)
    assert calls.patience is None
    for number in range(19, 300):
        calls.answered(number)
    assert calls.patience == 297
