"""Asking a model on a job's account: journal, reservation, the call, then reply and settlement in one commit."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Protocol

import anyio
import anyio.abc

from synthaix.orchestration.errors import ProviderError, ReplyUnusable, SynthAIxError
from synthaix.orchestration.jobs.paying.estimating import Pulse, usual_seconds
from synthaix.orchestration.jobs.paying.hedging import Stragglers
from synthaix.orchestration.jobs.paying.spool import Paid, Spool, save
from synthaix.orchestration.jobs.states import Stopped
from synthaix.orchestration.llm.prices import Price
from synthaix.orchestration.llm.provider import Prompt, PromptTooLong, Reply, Usage
from synthaix.orchestration.store.ledger import NANOS, Lacking
from synthaix.orchestration.store.replies import NO_JOB
from synthaix.orchestration.store.store import Store
from synthaix.orchestration.watching import Fact, Watch

_NO_MONEY: dict[Lacking, str] = {
    "job": "The cap does not pay for the next call. resume_job takes a higher max_cost_usd.",
    "day": "What one caller may spend in a day is spent. resume_job goes on after midnight UTC.",
}


@dataclass(frozen=True, slots=True)
class Account:
    """Who pays: a job within its cap, or an owner's translation or preview within `cap_nanos`.

    Attributes:
        day_nanos: what the owner may spend in a day in all; None: as much as the caps allow.
    """

    owner: str
    job: int | None = None
    cap_nanos: int | None = None
    day_nanos: int | None = None


@dataclass(frozen=True, slots=True)
class _Call:
    """A prompt on its way; `most` is what it can cost, in nanodollars."""

    prompt: Prompt
    key: str
    attempt: int
    most: int


class Asked(Protocol):
    """Who answers in the end."""

    async def complete(self, prompt: Prompt) -> Reply:
        """See `Provider.complete`."""


class Spending:
    """Asks a model, and pays for each answer once.

    Args:
        price: None: not known, which is allowed only without a cap.
        slots: calls in flight.
        watch: is told of each call that is sent.
        hedge: whether the slowest calls are sent a second time.
        alone: whether nobody else asks on the account, so that the journal grows by these calls only.
        idle: what a call is in while it waits for others to be paid.
        spool: where replies are kept while the store is away.
    """

    def __init__(
        self, store: Store, account: Account, provider: Asked, price: Price | None,
        *, model: str, slots: int, hedge: bool = False, alone: bool = True, watch: Watch | None = None,
        idle: Callable[[], AbstractContextManager[None]] = nullcontext, spool: Spool | None = None,
    ) -> None:  # fmt: skip
        self._store = store
        self._account = account
        self._provider = provider
        self._price = price
        self._model = model
        self._alone = alone
        self._watch = watch or Watch()
        self._slots = anyio.CapacityLimiter(slots)
        self._most_in_flight = slots
        self._idle = idle
        self._spool = spool
        self._in_flight = 0
        self._reserving = 0
        self._taken = 0  # nanodollars: settled, and set aside
        self._settled = anyio.Event()
        self._halted: SynthAIxError | None = None
        self._begun: dict[int, float] = {}  # entry -> when its call was sent
        self._hedge = hedge
        self._stragglers = Stragglers()
        self._taken_seconds = self._usual_seconds = 0.0
        self._journal: set[tuple[str, int]] | None = None  # calls that were answered
        self._reading = anyio.Lock()

    @property
    def pulse(self) -> Pulse:
        """How fast calls are being answered."""
        now = anyio.current_time()
        speed = self._taken_seconds / self._usual_seconds if self._usual_seconds else 1.0
        ages = tuple(sorted((now - since for since in self._begun.values()), reverse=True))
        return Pulse(speed, ages, self._most_in_flight)

    @property
    def in_flight(self) -> int:
        """Calls that are being answered, and paid."""
        return self._in_flight

    def cost_of(self, usage: Usage) -> float | None:
        """Dollars; None where the price is not known."""
        return None if self._price is None else self._price.cost(usage)

    def halt(self, why: SynthAIxError) -> None:
        """Send nothing more: who asks is told why. What is in flight may end, and what was saved is still found."""
        self._halted = self._halted or why
        self._wake()

    def go_on(self) -> None:
        """Send again what is asked."""
        self._halted = None

    async def ask(self, prompt: Prompt, attempt: int) -> Reply:
        """The model's reply: the saved one if this call was answered before.

        Raises:
            SynthAIxError: what `halt` was given.
            Stopped: the cap does not allow the call, and no call in flight could free what it needs.
            ProviderError: as the provider raises it; nothing was billed.
            StorageError: the reply could not be saved, for some time.
        """
        call = _Call(prompt, prompt.key(self._model), attempt, self._most(prompt))
        async with self._slots:
            saved = await self._saved(call) if await self._was_answered(call) else None
            if saved is not None:
                return saved
            began = anyio.current_time()
            entry = await self._reserve(call)
            patience = self._stragglers.patience if self._hedge else None
            reply = await (self._paid(call, entry) if patience is None else self._hedged(call, entry, patience))
            self._taken_seconds += anyio.current_time() - began  # of the slot: with reserving and saving
            self._usual_seconds += usual_seconds(reply.usage.output_tokens)
            return reply

    async def _was_answered(self, call: _Call) -> bool:
        """Whether the call's reply may be in the journal, as this run found it and goes on writing it."""
        if self._spool is not None and await self._spool.save_all():
            self._journal = None  # it has grown
        if self._account.job is None or not self._alone:
            return True
        if self._journal is None:
            async with self._reading:
                if self._journal is None:
                    self._journal = await self._store.replies.keys(self._account.job)
        return (call.key, call.attempt) in self._journal

    async def _saved(self, call: _Call) -> Reply | None:
        saved = await self._store.replies.find(self._account.job or NO_JOB, call.key, call.attempt)
        return None if saved is None else Reply.from_json(saved)

    async def _paid(self, call: _Call, entry: int) -> Reply:
        """Send a call whose money is set aside; save and settle its reply."""
        facts: dict[str, Fact] = {"gen_ai.operation.name": "chat", "gen_ai.request.model": self._model}
        with self._watch.during("call", facts, name=f"chat {self._model}"):
            reply = await self._answered(call, entry)
            facts |= _told(reply)
            if (cost := self.cost_of(reply.usage)) is not None:
                facts["cost_usd"] = cost
        return reply

    async def _answered(self, call: _Call, entry: int) -> Reply:
        self._in_flight += 1
        self._begun[entry] = began = anyio.current_time()
        try:
            reply = await self._sent(call, entry)
            self._stragglers.answered(anyio.current_time() - began)
            await self._settle(call, entry, reply)
        finally:  # also when it was cancelled: the provider may bill that, so the reservation stays
            self._in_flight -= 1
            del self._begun[entry]
            self._wake()
        return reply

    async def _hedged(self, call: _Call, entry: int, patience: float) -> Reply:
        """Send the identical prompt once more if the first is slow; the first saved reply wins, both are reserved."""
        failures: list[SynthAIxError] = []
        ended = anyio.Event()

        async def run(number: int, group: anyio.abc.TaskGroup) -> None:
            try:
                await self._paid(call, number)
            except SynthAIxError as failure:
                failures.append(failure)
            else:
                group.cancel_scope.cancel()
            ended.set()

        async with anyio.create_task_group() as group:
            group.start_soon(run, entry, group)
            with anyio.move_on_after(patience):
                await ended.wait()
            if not ended.is_set():
                group.start_soon(self._second, call, run, group)
        saved = await self._saved(call)
        if saved is None:
            raise failures[0]
        return saved

    async def _second(
        self, call: _Call, run: Callable[[int, anyio.abc.TaskGroup], Awaitable[None]], group: anyio.abc.TaskGroup
    ) -> None:
        """The second try, if a slot is free and the cap allows it."""
        try:
            self._slots.acquire_nowait()
        except anyio.WouldBlock:
            return
        try:
            entry = None if self._halted else await self._reserved(call)
            if isinstance(entry, int):
                await run(entry, group)
        finally:
            self._slots.release()

    def _wake(self) -> None:
        """Let those look again who wait for money."""
        self._settled.set()
        self._settled = anyio.Event()

    async def _sent(self, call: _Call, entry: int) -> Reply:
        try:
            return await self._provider.complete(call.prompt)
        except PromptTooLong:
            await self._give_back(call, entry)
            raise
        except ReplyUnusable:  # something was answered, and so was billed
            return Reply("", "cut", Usage(call.prompt.likely_input_tokens(), 0, 0, estimated=True))
        except ProviderError:
            await self._give_back(call, entry)
            raise

    async def _reserve(self, call: _Call) -> int:
        while True:
            if self._halted is not None:
                raise self._halted
            self._reserving += 1
            try:
                entry = await self._reserved(call)
            except BaseException:
                self._wake()  # who waited for this one must not wait for ever
                raise
            finally:
                self._reserving -= 1
            if isinstance(entry, int):
                return entry
            if self._in_flight + self._reserving == 0:  # nobody is left whose call may cost less than is set aside
                self._wake()
                raise Stopped("budget", _NO_MONEY[entry])
            with self._idle():
                await self._settled.wait()

    async def _reserved(self, call: _Call) -> int | Lacking:
        """The ledger's entry; a job's cap is checked there, that of a preview or translation here."""
        cap = self._account.cap_nanos
        if self._account.job is None and cap is not None and self._taken + call.most > cap:
            return "job"
        entry = await self._store.ledger.reserve(
            owner=self._account.owner, job=self._account.job, key=call.key, attempt=call.attempt, nanos=call.most,
            day_cap=self._account.day_nanos,
        )  # fmt: skip
        if isinstance(entry, int):
            self._taken += call.most
        return entry

    async def _settle(self, call: _Call, entry: int, reply: Reply) -> None:
        """Save the reply and what it cost. While the store is away the reply is kept on the disk: it is paid."""
        usage = reply.usage
        nanos = self._nanos(self.cost_of(usage))
        paid = Paid(
            self._account.job or NO_JOB, call.attempt, {call.key: reply.to_json()}, entry, nanos,
            usage.input_tokens, usage.output_tokens, usage.cached_tokens,
        )  # fmt: skip
        await save(self._store, paid, self._spool)
        self._taken += (nanos or 0) - call.most
        if self._journal is not None:
            self._journal.add((call.key, call.attempt))

    async def _give_back(self, call: _Call, entry: int) -> None:
        self._taken -= call.most
        with anyio.CancelScope(shield=True):
            await self._store.ledger.release(entry)

    def _most(self, prompt: Prompt) -> int:
        return self._nanos(None if self._price is None else self._price.most(prompt)) or 0

    @staticmethod
    def _nanos(dollars: float | None) -> int | None:
        return None if dollars is None else round(dollars * NANOS)


def _told(reply: Reply) -> dict[str, Fact]:
    """What a call's span says of its answer, in the words of OpenTelemetry's conventions for generative AI."""
    usage = reply.usage
    return {
        "gen_ai.response.model": reply.model,
        "gen_ai.response.finish_reasons": (reply.finish_reason,),
        "gen_ai.usage.input_tokens": usage.input_tokens,
        "gen_ai.usage.output_tokens": usage.output_tokens,
        "gen_ai.usage.cache_read.input_tokens": usage.cached_tokens,
    }
