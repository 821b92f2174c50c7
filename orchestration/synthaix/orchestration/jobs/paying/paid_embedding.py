"""Embeddings that cost money: reserved before they are asked for, saved and settled in one commit, never paid twice."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import replace

import anyio
import anyio.from_thread
import numpy as np
import orjson

from synthaix.orchestration.config import Config
from synthaix.orchestration.dedup.embedding import Embedder, Vectors, unit
from synthaix.orchestration.errors import PriceUnknown, ProviderError, ReplyUnusable
from synthaix.orchestration.jobs.paying.spending import Account, Asked
from synthaix.orchestration.jobs.paying.spool import Paid, Spool, save
from synthaix.orchestration.jobs.states import Stopped
from synthaix.orchestration.llm.embeddings import Embeddings
from synthaix.orchestration.llm.openai_compatible import OpenAICompatible
from synthaix.orchestration.llm.pacing import Pace, PacedProvider
from synthaix.orchestration.llm.prices import Price, PriceBook
from synthaix.orchestration.llm.provider import NO_USAGE, Prompt, Usage, estimated_tokens
from synthaix.orchestration.store.ledger import NANOS
from synthaix.orchestration.store.replies import NO_JOB
from synthaix.orchestration.store.store import Store

PREFIX = "openai:"
TEXTS_AT_ONCE = 256
KEPT_AS = "base64"  # vectors, in the store: as bytes, one in 256 would begin as something sealed does
HELD_LOOKS, HELD_SECONDS = 20, 0.5  # while calls in flight may free what a reservation lacks


class PaidEmbedder:
    """An embedding model on someone's account. For threads that anyio started.

    Every text's vector is saved under the account's job before it is used, and read from there ever after: so it is the
    same after a kill, and paid once.
    """

    alone = False  # each text's vector is the saved one, whatever was asked for with it

    def __init__(
        self, store: Store, account: Account, provider: Asked, price: Price | None, *, model: str,
        spool: Spool | None = None,
    ) -> None:  # fmt: skip
        self.name = PREFIX + model
        self._store = store
        self._account = account
        self._provider = provider
        self._price = price
        self._spool = spool
        self._dimensions = 0
        self._taken = 0  # nanodollars, where no job's cap holds

    @property
    def dimensions(self) -> int:
        """Of a vector, as the model gives them."""
        if not self._dimensions:
            self.encode(["ready"])
        return self._dimensions

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One vector per text: float32 (n, dimensions), of unit length.

        Raises:
            Stopped: the cap does not pay for it.
            ProviderError: as the provider raises it.
            StorageError: a vector could not be saved.
        """
        if not texts:
            return np.empty((0, self.dimensions), dtype=np.float32)
        vectors: Vectors = np.stack(anyio.from_thread.run(self._encoded, list(texts)))
        self._dimensions = vectors.shape[1]
        return unit(vectors)

    async def _encoded(self, texts: Sequence[str]) -> list[Vectors]:
        keys = {text: hashlib.sha256(orjson.dumps([KEPT_AS, self.name, text])).hexdigest() for text in texts}
        job = self._account.job or NO_JOB
        if self._spool is not None:
            await self._spool.save_all()
        saved = await self._store.replies.of_keys(job, list(keys.values()))
        lacking = [text for text, key in keys.items() if key not in saved]
        for first in range(0, len(lacking), TEXTS_AT_ONCE):
            some = lacking[first : first + TEXTS_AT_ONCE]
            saved |= await self._asked(some, [keys[text] for text in some])
        return [np.frombuffer(base64.b64decode(saved[keys[text]]), dtype="<f4") for text in texts]

    async def _asked(self, texts: Sequence[str], keys: Sequence[str]) -> dict[str, bytes]:
        """Reserve, ask, then save and settle."""
        prompt = Prompt("", orjson.dumps(texts).decode(), max_tokens=0)
        key = hashlib.sha256("".join(keys).encode()).hexdigest()
        most = 0 if self._price is None else round(self._price.most(prompt) * NANOS)
        entry = await self._reserved(key, most)
        try:
            reply = await self._provider.complete(prompt)
        except ReplyUnusable:  # something was answered, and so was billed
            await self._settle(entry, most, NO_USAGE, {}, texts)
            raise
        except ProviderError:
            self._taken -= most
            await self._store.ledger.release(entry)
            raise
        saved = dict(zip(keys, map(str.encode, orjson.loads(reply.text)), strict=True))
        await self._settle(entry, most, reply.usage, saved, texts)
        return saved

    async def _settle(
        self, entry: int, most: int, usage: Usage, saved: dict[str, bytes], texts: Sequence[str]
    ) -> None:
        if not usage.input_tokens:  # the endpoint does not say
            usage = replace(usage, input_tokens=sum(map(estimated_tokens, texts)), estimated=True)
        nanos = None if self._price is None else round(self._price.cost(usage) * NANOS)
        paid = Paid(self._account.job or NO_JOB, 0, saved, entry, nanos, usage.input_tokens)
        await save(self._store, paid, self._spool)
        self._taken += (nanos or 0) - most

    async def _reserved(self, key: str, most: int) -> int:
        """The ledger's entry. What calls in flight hold may come free, so it is asked for again for some seconds."""
        account = self._account
        for left in reversed(range(HELD_LOOKS)):
            if account.job is None and account.cap_nanos is not None and self._taken + most > account.cap_nanos:
                break
            entry = await self._store.ledger.reserve(
                owner=account.owner, job=account.job, key=key, attempt=0, nanos=most, day_cap=account.day_nanos
            )
            if isinstance(entry, int):
                self._taken += most
                return entry
            if account.job is None or not left or not (await self._store.ledger.spend(account.job)).held_nanos:
                break
            await anyio.sleep(HELD_SECONDS)
        raise Stopped("budget", "The cap does not pay for the next embeddings. resume_job takes a higher max_cost_usd.")


class PaidEmbedders:
    """Makes embedders of models at the endpoint that the settings name."""

    def __init__(self, config: Config, store: Store) -> None:
        self._store = store
        self._spool = Spool(config.home / "spool", store)
        self._client = OpenAICompatible.of(config)
        self._prices = PriceBook.read(config.prices)
        self._day = None if config.day_cost_usd is None else round(config.day_cost_usd * NANOS)
        self._capped = config.max_cost_usd is not None
        self._providers: dict[str, PacedProvider] = {}

    def of(self, name: str, account: Account) -> Embedder | None:
        """The embedder `openai:<model>` on an account; None where there is no endpoint.

        Raises:
            PriceUnknown: no cap could be kept.
        """
        if self._client is None:
            return None
        model = name.removeprefix(PREFIX)
        embeddings = Embeddings(self._client, model)
        price = self._prices.price(embeddings.endpoint)
        if price is None and self._capped:
            raise PriceUnknown(field="SYNTHAIX_EMBEDDER")
        provider = self._providers.setdefault(model, PacedProvider(embeddings, Pace()))
        daily = replace(account, day_nanos=self._day)
        return PaidEmbedder(self._store, daily, provider, price, model=model, spool=self._spool)

    async def aclose(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()
