"""Asking a model on a job's account: journal, reservation, the call, then reply and settlement in one commit."""

from dataclasses import dataclass

import anyio

from synthaix.orchestration.errors import ProviderError, ReplyUnusable, StorageError, SynthAIxError
from synthaix.orchestration.jobs.estimating import Pulse, usual_seconds
from synthaix.orchestration.jobs.states import Stopped
from synthaix.orchestration.llm.pacing import PacedProvider
from synthaix.orchestration.llm.prices import Price
from synthaix.orchestration.llm.provider import Prompt, PromptTooLong, Reply, Usage
from synthaix.orchestration.store.ledger import NANOS, Lacking
from synthaix.orchestration.store.replies import NO_JOB
from synthaix.orchestration.store.store import Store

_NO_MONEY: dict[Lacking, str] = {
    "job": "The cap does not pay for the next call. resume_job takes a higher max_cost_usd.",
    "day": "What one caller may spend in a day is spent. resume_job goes on after midnight UTC.",
}
SAVE_TRIES, SAVE_SECONDS = 6, 1.0  # of a paid reply, while the store is away


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


class Spending:
    """Asks a model, and pays for each answer once.

    Args:
        price: None: not known, which is allowed only without a cap.
        slots: calls in flight.
    """

    def __init__(
        self, store: Store, account: Account, provider: PacedProvider, price: Price | None, *, model: str, slots: int
    ) -> None:
        self._store = store
        self._account = account
        self._provider = provider
        self._price = price
        self._model = model
        self._slots = anyio.CapacityLimiter(slots)
        self._most_in_flight = slots
        self._in_flight = 0
        self._taken = 0  # nanodollars: settled, and set aside
        self._settled = anyio.Event()
        self._halted: SynthAIxError | None = None
        self._begun: dict[int, float] = {}  # entry -> when its call was sent
        self._taken_seconds = self._usual_seconds = 0.0

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

    def halt(self, why: SynthAIxError) -> None:
        """Send nothing more: who asks is told why. What is in flight may end, and what was saved is still found."""
        self._halted = self._halted or why
        self._wake()

    async def ask(self, prompt: Prompt, attempt: int) -> Reply:
        """The model's reply: the saved one if this call was answered before.

        Raises:
            SynthAIxError: what `halt` was given.
            Stopped: the cap does not allow the call, and no call in flight could free what it needs.
            ProviderError: as the provider raises it; nothing was billed.
            StorageError: the reply could not be saved, for some time.
        """
        key, job = prompt.key(self._model), self._account.job or NO_JOB
        async with self._slots:
            saved = await self._store.replies.find(job, key, attempt)
            if saved is not None:
                return Reply.from_json(saved)
            most = self._nanos(None if self._price is None else self._price.most(prompt)) or 0
            entry = await self._reserve(key, attempt, most)
            self._begun[entry] = anyio.current_time()
            try:
                reply = await self._sent(prompt, entry, most)
                self._taken_seconds += anyio.current_time() - self._begun[entry]
                self._usual_seconds += usual_seconds(reply.usage.output_tokens)
                await self._settle(entry, key, attempt, reply, most)
            finally:  # also when it was cancelled: the provider may bill that, so the reservation stays
                self._in_flight -= 1
                del self._begun[entry]
                self._wake()
            return reply

    def _wake(self) -> None:
        """Let those look again who wait for money."""
        self._settled.set()
        self._settled = anyio.Event()

    async def _sent(self, prompt: Prompt, entry: int, most: int) -> Reply:
        try:
            return await self._provider.complete(prompt)
        except PromptTooLong:
            await self._give_back(entry, most)
            raise
        except ReplyUnusable:  # something was answered, and so was billed
            return Reply("", "cut", Usage(prompt.likely_input_tokens(), 0, 0, estimated=True))
        except ProviderError:
            await self._give_back(entry, most)
            raise

    async def _reserve(self, key: str, attempt: int, most: int) -> int:
        while True:
            if self._halted is not None:
                raise self._halted
            entry = await self._reserved(key, attempt, most)
            if isinstance(entry, int):
                self._in_flight += 1
                return entry
            if self._in_flight == 0:
                raise Stopped("budget", _NO_MONEY[entry])
            await self._settled.wait()

    async def _reserved(self, key: str, attempt: int, most: int) -> int | Lacking:
        """The ledger's entry; a job's cap is checked there, that of a preview or translation here."""
        cap = self._account.cap_nanos
        if self._account.job is None and cap is not None and self._taken + most > cap:
            return "job"
        entry = await self._store.ledger.reserve(
            owner=self._account.owner, job=self._account.job, key=key, attempt=attempt, nanos=most,
            day_cap=self._account.day_nanos,
        )  # fmt: skip
        if isinstance(entry, int):
            self._taken += most
        return entry

    async def _settle(self, entry: int, key: str, attempt: int, reply: Reply, most: int) -> None:
        """Save the reply and what it cost. A store that is away for a moment is waited for: the reply is paid."""
        usage = reply.usage
        nanos = self._nanos(None if self._price is None else self._price.cost(usage))
        with anyio.CancelScope(shield=True):
            for left in reversed(range(SAVE_TRIES)):
                try:
                    async with self._store.database.write() as connection:
                        await self._store.replies.save(
                            connection, self._account.job or NO_JOB, key, attempt, reply.to_json()
                        )
                        await self._store.ledger.settle(
                            connection, entry, nanos=nanos, input_tokens=usage.input_tokens,
                            output_tokens=usage.output_tokens, cached_tokens=usage.cached_tokens,
                        )  # fmt: skip
                    break
                except StorageError:
                    if not left:
                        raise
                    await anyio.sleep(SAVE_SECONDS)
        self._taken += (nanos or 0) - most

    async def _give_back(self, entry: int, most: int) -> None:
        self._taken -= most
        with anyio.CancelScope(shield=True):
            await self._store.ledger.release(entry)

    @staticmethod
    def _nanos(dollars: float | None) -> int | None:
        return None if dollars is None else round(dollars * NANOS)
