"""When a batch goes out, and what becomes of its requests, with a Batch API that this module plays."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, cast

import anyio
import pytest

from synthaix.orchestration.errors import ProviderBusy, ProviderRefused
from synthaix.orchestration.jobs.paying.batching import NOTHING, BatchLane
from synthaix.orchestration.llm.batches import Batches, Form, Outcome
from synthaix.orchestration.llm.provider import Prompt, PromptTooLong, Reply, Usage
from synthaix.orchestration.store.jobs import NewJob
from synthaix.orchestration.store.store import Store


class Api:
    """Answers each batch at once with `outcomes`, the last of them again and again; None: every prompt is answered."""

    def __init__(self, *outcomes: Outcome | None) -> None:
        self.sent: list[list[str]] = []
        self._outcomes = list(outcomes)

    def form(self, prompt: Prompt) -> Form:
        """Of no interest here."""
        return Form("strict", 0, frozenset())

    async def submit(self, prompts: Mapping[str, Prompt], tag: str) -> str:
        """Remembers who is in it."""
        self.sent.append(sorted(prompt.user for prompt in prompts.values()))
        return f"batch-{len(self.sent)}"

    async def outcome(self, batch_id: str, prompts: Mapping[str, Prompt], form: Form) -> Outcome | None:
        """As told."""
        number = min(int(batch_id.removeprefix("batch-")), max(1, len(self._outcomes))) - 1
        told = self._outcomes[number] if self._outcomes else None
        if told is not None:
            return told
        return Outcome({key: Reply(prompt.user, "stop", Usage(1, 1)) for key, prompt in prompts.items()})


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """With one job, whose number is 1."""
    opened = Store(tmp_path / "store.db", clock=lambda: 1_000.0)

    async def nothing(connection: Any, job: int) -> None:
        return None

    await opened.jobs.add(NewJob("job_a", "ana", "sch_a", b"{}", b"{}", b"{}", None, {"rows": 10}), nothing)
    yield opened
    await opened.close()


def lane_of(store: Store, api: Api) -> BatchLane:
    """A lane of job 1."""
    return BatchLane(cast("Batches", api), store.batches, 1, model="m", poll_seconds=0.0)


def key(text: str) -> str:
    """Of the prompt with this text."""
    return Prompt("", text).key("m")


class Calls:
    """Calls on a lane, and what came of them."""

    def __init__(self, lane: BatchLane) -> None:
        self.lane = lane
        self.got: dict[str, Reply | Exception] = {}

    async def ask(self, text: str, before: anyio.Event | None = None) -> None:
        """Ask, after something else was waited for."""
        with self.lane.busy():
            if before is not None:
                await before.wait()
            try:
                self.got[text] = await self.lane.complete(Prompt("", text))
            except (ProviderBusy, ProviderRefused, PromptTooLong) as error:
                self.got[text] = error


async def test_a_batch_waits_for_all_that_may_join_it(store: Store) -> None:
    """Not before the committer waits, nor while a call is still on its way."""
    api, blocker, made = Api(), anyio.Event(), anyio.Event()
    calls = Calls(lane_of(store, api))
    async with anyio.create_task_group() as group:
        group.start_soon(calls.ask, "a")
        group.start_soon(calls.ask, "b", blocker)
        await anyio.wait_all_tasks_blocked()
        assert api.sent == []
        calls.lane.awaited(made)
        await anyio.wait_all_tasks_blocked()
        assert api.sent == []
        blocker.set()
    assert api.sent == [["a", "b"]]
    assert {text: reply.text for text, reply in calls.got.items() if isinstance(reply, Reply)} == {"a": "a", "b": "b"}


async def test_a_halted_lane_sends_nothing(store: Store) -> None:
    """What waits ends at once, and so does what comes after it: neither was sent, so neither is billed."""
    api = Api()
    calls = Calls(lane_of(store, api))
    async with anyio.create_task_group() as group:
        group.start_soon(calls.ask, "a")
        await anyio.wait_all_tasks_blocked()
        calls.lane.halt()
        await calls.ask("b")
    assert {text: type(answer) for text, answer in calls.got.items()} == {"a": ProviderBusy, "b": ProviderBusy}
    calls.lane.go_on()
    calls.lane.awaited(anyio.Event())
    await calls.ask("c")
    assert api.sent == [["c"]]


async def test_nothing_is_sent_while_chunks_are_being_committed(store: Store) -> None:
    """Once the awaited chunk is made, further ones begin; their calls wait for each other too."""
    api, made = Api(), anyio.Event()
    calls = Calls(lane_of(store, api))
    calls.lane.awaited(made)
    made.set()
    async with anyio.create_task_group() as group:
        group.start_soon(calls.ask, "a")
        await anyio.wait_all_tasks_blocked()
        group.start_soon(calls.ask, "b")
        await anyio.wait_all_tasks_blocked()
        assert api.sent == []
        calls.lane.awaited(anyio.Event())
    assert api.sent == [["a", "b"]]


async def answered(store: Store, api: Api, *texts: str) -> dict[str, Reply | Exception]:
    """What calls get that go out together."""
    calls = Calls(lane_of(store, api))
    calls.lane.awaited(anyio.Event())
    async with anyio.create_task_group() as group:
        with calls.lane.busy():
            for text in texts:
                group.start_soon(calls.ask, text)
            await anyio.wait_all_tasks_blocked()
    return calls.got


async def test_what_a_batch_left_out_is_empty_and_free(store: Store) -> None:
    """Beside answered requests, a failed one is a shortfall; a prompt that is too long says so."""
    whole = Reply("a", "stop", Usage(1, 1))
    api = Api(Outcome({key("a"): whole}, {key("b"): ProviderBusy(), key("c"): PromptTooLong()}))
    got = await answered(store, api, "a", "b", "c", "d")
    assert (got["a"], got["b"], got["d"]) == (whole, NOTHING, NOTHING)
    assert isinstance(got["c"], PromptTooLong)
    assert NOTHING.usage.output_tokens == 0
    (entry,) = await store.batches.open(1)
    assert len(entry.keys) == 4, "it is kept until every reply is saved"


@pytest.mark.parametrize(("why", "error"), [("late", ProviderBusy), ("refused", ProviderRefused)])
async def test_a_batch_without_an_answer_is_not_a_shortfall(store: Store, why: Any, error: type[Exception]) -> None:
    """It cost nothing and may be sent again: the job hears of it, and no empty reply is saved."""
    got = await answered(store, Api(Outcome(why=why)), "a", "b")
    assert all(isinstance(reply, error) for reply in got.values())
    assert await store.batches.open(1) == []


async def test_too_many_at_once_go_in_halves(store: Store) -> None:
    """Down to one, which then waits for room."""
    api = Api(Outcome(why="too_many"), None, Outcome(why="too_many"), None)
    got = await answered(store, api, "a", "b", "c", "d")
    assert [len(batch) for batch in api.sent] == [4, 2, 2, 1, 1]
    assert all(isinstance(reply, Reply) for reply in got.values())
    full = await answered(store, Api(Outcome(why="too_many")), "a")
    assert isinstance(full["a"], ProviderBusy)


async def test_another_process_waits_for_the_same_batch(store: Store) -> None:
    """What was sent is not sent again, what is new goes in a batch of its own, and a saved batch is forgotten."""
    entry = await store.batches.begin(1, "tag", [key("a"), key("b")])
    await store.batches.sent(entry.tag, "batch-1")
    api = Api()
    calls = Calls(lane_of(store, api))
    await calls.lane.open()
    calls.lane.awaited(anyio.Event())
    async with anyio.create_task_group() as group:
        with calls.lane.busy():
            for text in ("a", "b", "c"):
                group.start_soon(calls.ask, text)
            await anyio.wait_all_tasks_blocked()
    assert api.sent == [["c"]]
    assert all(isinstance(reply, Reply) for reply in calls.got.values())
    for text in ("a", "b", "c"):
        assert await store.batches.open(1)
        await calls.lane.saved(key(text))
    assert await store.batches.open(1) == []
