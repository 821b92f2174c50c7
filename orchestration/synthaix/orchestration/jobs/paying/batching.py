"""Prompts answered by batches: they are gathered while more may come, sent as one, and waited for over restarts.

A batch goes out when nothing more can join it: the committer waits for a chunk, and every chunk and call that was begun
waits for an answer. It depends on nothing else, so a slow disk makes no second batch.

Our own name of a batch is stored before the provider hears of it and travels with it. So a process that dies between
sending a batch and learning its id finds it again, and one that dies later goes on waiting: nothing is paid twice.
"""

import secrets
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import anyio

from synthaix.orchestration.errors import ProviderBusy, ProviderRefused, SynthAIxError
from synthaix.orchestration.llm.batches import MOST_BYTES, MOST_REQUESTS, Batches, Form, Outcome
from synthaix.orchestration.llm.provider import NO_USAGE, Prompt, PromptTooLong, Reply
from synthaix.orchestration.store.batches import BatchEntry, BatchLog

MOST_SENDINGS = 12  # of a request whose form the endpoint does not take
FULL_SECONDS = 600.0  # until a provider that takes no further batch is asked again
LATE_SECONDS = 60.0  # until a batch that ended without an answer is sent again
NOTHING = Reply("", "cut", NO_USAGE)  # of a request that was neither answered nor billed: a later round makes up for it


@dataclass(eq=False, slots=True)
class _Request:
    """A prompt that waits. `leads`: the requests of the batch that this one's task takes care of."""

    key: str
    prompt: Prompt
    called: anyio.Event = field(default_factory=anyio.Event)
    leads: "Sequence[_Request]" = ()
    answer: Reply | SynthAIxError | None = None


@dataclass(slots=True)
class _Batch:
    """A batch that was noted, and the keys whose replies are not saved yet."""

    entry: BatchEntry
    unsaved: set[str]


class BatchLane:
    """Answers a job's prompts.

    Args:
        job: its number in the store.
        model: part of a prompt's key.
        poll_seconds: between looks at a batch.
    """

    def __init__(self, api: Batches, log: BatchLog, job: int, *, model: str, poll_seconds: float) -> None:
        self._api = api
        self._log = log
        self._job = job
        self._model = model
        self._poll_seconds = poll_seconds
        self._gathered: list[_Request] = []
        self._busy = 0
        self._halted = False
        self._awaited: anyio.Event | None = None
        self._batches: list[_Batch] = []

    async def open(self) -> None:
        """Take up the batches that an earlier process began."""
        self._batches = [_Batch(entry, set(entry.keys)) for entry in await self._log.open(self._job)]

    def awaited(self, made: anyio.Event) -> None:
        """The committer waits for this: no further chunk begins before it is set."""
        self._awaited = made
        self._look()

    def halt(self) -> None:
        """Send nothing more: what waits, and what would join it, ends with ProviderBusy and is not billed."""
        self._halted = True
        gathered, self._gathered = self._gathered, []
        for request in gathered:
            request.called.set()

    def go_on(self) -> None:
        """Send again."""
        self._halted = False

    @contextmanager
    def busy(self) -> Iterator[None]:
        """While something goes on that may ask for more."""
        self._busy += 1
        try:
            yield
        finally:
            self._busy -= 1
            self._look()

    @contextmanager
    def idle(self) -> Iterator[None]:
        """While something that is busy waits for others, and asks for nothing."""
        self._busy -= 1
        self._look()
        try:
            yield
        finally:
            self._busy += 1

    async def complete(self, prompt: Prompt) -> Reply:
        """The model's answer, once its batch has ended; an empty one if the batch gave none to this prompt.

        Raises:
            PromptTooLong: for the model; nothing was billed.
            ProviderBusy: the whole batch gave nothing, or was not sent; it may be sent again.
            ProviderRefused: the provider does not take it.
        """
        if self._halted:
            raise ProviderBusy
        request = _Request(prompt.key(self._model), prompt)
        self._gathered.append(request)
        try:
            with self.idle():
                await request.called.wait()
                if request.leads:
                    await self._lead(request.leads)
        finally:
            if request in self._gathered:
                self._gathered.remove(request)
        if isinstance(request.answer, Reply):
            return request.answer
        raise request.answer or ProviderBusy()

    async def saved(self, key: str) -> None:
        """The reply to this prompt is saved; a batch of which all are is done with."""
        for batch in self._batches:
            if key in batch.unsaved:
                batch.unsaved.remove(key)
                if not batch.unsaved:
                    await self._forget(batch)
                return

    def _look(self) -> None:
        """Send what was gathered, once nothing more can come: the first request's task does it for all."""
        blocked = self._awaited is not None and not self._awaited.is_set()
        if self._gathered and self._busy <= 0 and blocked:
            leader, self._gathered, group = self._gathered[0], [], self._gathered
            leader.leads = group
            leader.called.set()

    async def _lead(self, group: "Sequence[_Request]") -> None:
        try:
            async with anyio.create_task_group() as tasks:
                left = list(group)
                for batch in self._batches:  # of an earlier process
                    mine = [request for request in left if request.key in batch.unsaved]
                    left = [request for request in left if request.key not in batch.unsaved]
                    if mine:
                        tasks.start_soon(self._answer, mine, batch)
                for part in _parts(left):
                    tasks.start_soon(self._answer, part, None)
        finally:  # also when this task is cancelled: nobody waits for what does not come
            for request in group:
                request.called.set()

    async def _answer(self, requests: "Sequence[_Request]", batch: _Batch | None) -> None:
        """Let requests be answered by a batch, an earlier one if there is one; an error is an answer too."""
        try:
            for _ in range(MOST_SENDINGS):
                requests, batch = await self._settled(requests, batch), None
                if not requests:
                    return
            raise ProviderRefused("The model's provider does not take requests of this form.")
        except SynthAIxError as error:
            for request in requests:
                request.answer = error

    async def _settled(self, requests: "Sequence[_Request]", batch: _Batch | None) -> "Sequence[_Request]":
        """Send and wait. Returns the requests that are to be sent again."""
        prompts = {request.key: request.prompt for request in requests}
        form = self._api.form(requests[0].prompt)
        batch, batch_id = await self._sent(prompts, batch)
        if batch_id is None:  # the provider never got it
            await self._forget(batch)
            return requests
        outcome = await self._outcome(batch_id, prompts, form)
        if not outcome.replies:
            await self._forget(batch)
            return await self._without_replies(requests, outcome)
        for request in requests:
            error = outcome.errors.get(request.key)
            kept = error if isinstance(error, PromptTooLong) else NOTHING
            request.answer = outcome.replies.get(request.key, kept)
        return ()

    async def _sent(self, prompts: dict[str, Prompt], batch: _Batch | None) -> tuple[_Batch, str | None]:
        if batch is None:
            tag = f"job-{secrets.token_hex(16)}"
            batch = _Batch(await self._log.begin(self._job, tag, prompts), set(prompts))
            self._batches.append(batch)
            batch_id: str | None = await self._api.submit(prompts, tag)
        elif batch.entry.batch_id is not None:
            return batch, batch.entry.batch_id
        else:
            batch_id = await self._api.find(batch.entry.tag)
        if batch_id is not None:
            await self._log.sent(batch.entry.tag, batch_id)
        return batch, batch_id

    async def _outcome(self, batch_id: str, prompts: dict[str, Prompt], form: Form) -> Outcome:
        while True:
            try:
                outcome = await self._api.outcome(batch_id, prompts, form)
            except ProviderBusy:  # it works on, whether we can look at it or not
                outcome = None
            if outcome is not None:
                return outcome
            await anyio.sleep(self._poll_seconds)

    async def _without_replies(self, requests: "Sequence[_Request]", outcome: Outcome) -> "Sequence[_Request]":
        """A batch that answered nothing, and so cost nothing."""
        if outcome.why == "too_many" and len(requests) > 1:
            half = len(requests) // 2
            await self._answer(requests[:half], None)  # one after the other: together they were too many
            await self._answer(requests[half:], None)
            return ()
        if outcome.why == "too_many":
            raise ProviderBusy("The provider takes no further batch now.", retry_after_seconds=FULL_SECONDS)
        if outcome.why == "refused":
            raise ProviderRefused(
                "The model's provider did not accept the batch, or it was cancelled there. "
                "Start the job in mode `live`, or resume it later."
            )
        if outcome.again:
            return requests
        for request in requests:
            request.answer = outcome.errors.get(request.key) or ProviderBusy(retry_after_seconds=LATE_SECONDS)
        return ()

    async def _forget(self, batch: _Batch) -> None:
        if batch in self._batches:
            self._batches.remove(batch)
        await self._log.forget(batch.entry.tag)


async def end_batches(api: Batches, log: BatchLog, begun: "Sequence[BatchEntry]") -> None:
    """End batches that nobody needs any more, at the provider too."""
    for entry in begun:
        batch_id = entry.batch_id or await api.find(entry.tag)
        if batch_id is not None:
            await api.cancel(batch_id)
        await log.forget(entry.tag)


def _parts(requests: "Collection[_Request]") -> "Iterator[Sequence[_Request]]":
    """As many as one file may hold."""
    part: list[_Request] = []
    size = 0
    for request in requests:
        weight = request.prompt.most_input_tokens()  # which counts bytes
        if part and (len(part) >= MOST_REQUESTS or size + weight > MOST_BYTES):
            yield part
            part, size = [], 0
        part.append(request)
        size += weight
    if part:
        yield part
