"""From an order to an accepted job: quote, confirmation, then job and chunks in one transaction."""

import hashlib
import secrets
from dataclasses import dataclass, replace
from typing import Any

import anyio.to_thread
import orjson

from synthaix.orchestration.errors import (
    ArgumentInvalid,
    ConfirmationInvalid,
    IdempotencyConflict,
    JobBusy,
    PriceUnknown,
)
from synthaix.orchestration.generation.plan import Plan, Quote
from synthaix.orchestration.jobs.extending import lineage_of
from synthaix.orchestration.jobs.order import Order
from synthaix.orchestration.jobs.proposals import Proposal, Proposals
from synthaix.orchestration.jobs.quoting import quote_for
from synthaix.orchestration.jobs.rounds import first_round
from synthaix.orchestration.jobs.running.compared import planned_roles
from synthaix.orchestration.jobs.running.economy import economical
from synthaix.orchestration.jobs.running.means import Means
from synthaix.orchestration.schema.schema import Schema
from synthaix.orchestration.store.jobs import JobEntry, NewJob
from synthaix.orchestration.store.ledger import NANOS
from synthaix.orchestration.store.quotas import Quotas
from synthaix.orchestration.translation.diff import diff_of

TOKEN_SECONDS = 3_600.0
MOST_CHANGES = 8  # that an error tells

_REFUSALS = {
    "unknown": "There is no such confirmation token. Call start_generation without confirm_token to get one.",
    "used": "This confirmation token was used before. Call start_generation without confirm_token to get a new one.",
    "expired": "This confirmation token has expired. Call start_generation without confirm_token to get a new one.",
    "other": "This confirmation token was given for something else than this call asks for. "
    "Call start_generation without confirm_token, show the user what changed, and use the new token.",
}


@dataclass(frozen=True, slots=True)
class Offer:
    """What the human is asked to agree to; the token stands for the yes, once, until `expires_at`."""

    confirm_token: str
    expires_at: float
    quote: Quote
    proposal: Proposal


class Acceptance:
    """Quotes orders and turns confirmed ones into jobs."""

    def __init__(self, means: Means, proposals: Proposals) -> None:
        self._means = means
        self._proposals = proposals

    async def proposal_of(self, order: Order, *, owner: str) -> Proposal:
        """The proposal that an order is about; a schema given directly becomes one."""
        order.check(most_rows=self._means.config.max_rows)
        if order.grey_policy == "ask":
            raise ArgumentInvalid(field="grey_policy", allowed=["keep", "drop"])
        if order.schema_id is not None:
            return await self._proposals.find(order.schema_id, owner=owner)
        return await self._proposals.from_schema(order.schema, owner=owner)

    async def plan(self, order: Order, proposal: Proposal, *, owner: str, token: str | None = None) -> Plan:
        """How the job would run, and its quote.

        Args:
            token: of the confirmation; without a seed in the order it gives one, so that what runs is what was shown.

        Raises:
            Infeasible, ArgumentInvalid, PriceUnknown: as ordered, the job cannot run.
            ProviderError: in the mode `economy`, the provider could not be asked for its Batch API.
            JobNotFound, JobBusy: what it extends is not there, or still runs.
        """
        lineage = await lineage_of(self._means.store, order.extend, owner=owner)
        seed = _seed_of(token) if order.seed is None else order.seed
        cap = self.cap_usd(order)
        schema, writer = proposal.draft.schema, self._means.writer
        seen = None if writer is None else await writer.seen(schema, owner=owner)
        plan = await anyio.to_thread.run_sync(
            lambda: quote_for(
                self._means, schema, order.total_rows, seed=seed, chunk_size=order.chunk_size,
                max_workers=order.max_workers, cap_usd=cap, seen=seen, before=lineage.before,
            ),
            limiter=self._means.planners,
        )  # fmt: skip
        if order.mode == "economy" and plan.quote.calls and self._means.writer is not None:
            await self._means.writer.batches.check()
            plan = economical(plan, proposal.draft.schema)
        most = max(plan.quote.tables.values())
        if most > self._means.config.max_rows:
            raise ArgumentInvalid(
                f"A table would have more than {self._means.config.max_rows:,} rows.", field="total_rows"
            )
        if plan.quote.calls and plan.quote.usd_high is None and cap is not None:
            raise PriceUnknown(field="max_cost_usd")
        plan = lineage.into(plan, schema)
        means_texts = any(planned_roles(schema, each, plan).by_vectors(order.dedup_policy) for each in schema.tables)
        if not means_texts:
            return plan
        self._means.embedders.check()
        return replace(plan, embedder=self._means.embedders.own)

    def cap_usd(self, order: Order) -> float | None:
        """The most the job may cost: as ordered, but never above the operator's own cap."""
        most = self._means.config.max_cost_usd
        if order.max_cost_usd is None or most is None:
            return order.max_cost_usd if most is None else most
        if order.max_cost_usd > most:
            raise ArgumentInvalid(f"The operator allows at most {most:g} USD a job.", field="max_cost_usd")
        return order.max_cost_usd

    async def offer(self, order: Order, *, owner: str) -> Offer:
        """Quote the order and mint the token of its confirmation."""
        proposal = await self.proposal_of(order, owner=owner)
        token, expires = f"yes_{secrets.token_urlsafe(18)}", self._means.clock() + TOKEN_SECONDS
        plan = await self.plan(order, proposal, owner=owner, token=token)
        await self._means.store.tokens.save(
            token, owner=owner, bound=self._bound(order, proposal), schema_id=proposal.schema_id, expires_at=expires
        )
        return Offer(token, expires, plan.quote, proposal)

    async def earlier(self, order: Order, *, owner: str) -> JobEntry | None:
        """The job that this very call started before. Raises IdempotencyConflict when the arguments differ."""
        if order.idempotency_key is None:
            return None
        found = await self._means.store.jobs.by_key(order.idempotency_key, owner=owner)
        if found is None:
            return None
        if found.idempotency_hash != order.digest() or not await self._same_schema(order, found, owner):
            raise IdempotencyConflict(field="idempotency_key")
        return found

    async def _same_schema(self, order: Order, job: JobEntry, owner: str) -> bool:
        """Whether an order means the job's schema: whole or by id, since our own `next` gives the id of a whole one."""
        if order.schema_id == job.schema_id:
            return True
        proposal = await self.proposal_of(order, owner=owner)
        return proposal.draft.schema.hash == Schema.from_json(job.schema).hash

    async def withdraw(self, token: str, *, owner: str) -> str | None:
        """Use a token up without a job; the schema_id that was shown."""
        return await self._means.store.tokens.void(token, owner=owner)

    async def accept(self, order: Order, *, owner: str, confirm_token: str | None, confirmed: bool) -> JobEntry:
        """Store the job, once. Raises ConfirmationInvalid, and all that `plan` raises."""
        known = await self.earlier(order, owner=owner)
        if known is not None:
            return known
        proposal = await self.proposal_of(order, owner=owner)
        plan = await self.plan(order, proposal, owner=owner, token=confirm_token)
        cap = self.cap_usd(order)
        new = NewJob(
            job_id=f"job_{secrets.token_hex(16)}",
            owner=owner,
            schema_id=proposal.schema_id,
            schema=proposal.draft.schema.to_json(),
            order=orjson.dumps({**order.plain(), "schema": None, "schema_id": proposal.schema_id}),
            plan=plan.to_json(),
            cap_nanos=None if cap is None else round(cap * NANOS),
            targets={table.name: table.rows for table in plan.tables},
            idempotency_key=order.idempotency_key,
            idempotency_hash=order.digest(),
        )

        async def complete(connection: Any, job: int) -> None:
            if not confirmed:  # in this transaction, so that a crash costs neither the yes nor the job, or both
                bound = self._bound(order, proposal)
                why = await self._means.store.tokens.redeem(connection, confirm_token or "", owner=owner, bound=bound)
                if why is not None:
                    raise _NotConfirmed(why)
            await self.check_quotas(connection, owner)
            await self._means.store.extensions.add(
                connection, job, {each.job_id: each.rows for each in plan.extends},
                owner=owner, collection=plan.collection, place=plan.place,
            )  # fmt: skip
            for index, table in enumerate(plan.tables):
                await self._means.store.chunks.add(connection, job, first_round(table, index))

        added: int | None = None
        try:
            added = await self._means.store.jobs.add(new, complete)
        except _NotConfirmed as refusal:
            if await self.earlier(order, owner=owner) is None:
                raise await self._refusal(refusal.why, confirm_token, order, proposal, owner=owner) from None
        if added is None:
            known = await self.earlier(order, owner=owner)  # the same call, a moment ago
            if known is not None:
                return known
            if plan.collection is not None:
                raise JobBusy(
                    "Another job joined the collection at the same moment. Call start_generation again when it has "
                    "ended.", field="extend",
                )  # fmt: skip
        stored = await self._means.store.jobs.find(new.job_id, owner=owner)
        if stored is None:
            raise IdempotencyConflict(field="idempotency_key")
        return stored

    async def check_quotas(self, connection: Any, owner: str) -> None:
        """Refuse what the owner may not have in the transaction that adds it. Raises QuotaExceeded."""
        quotas = Quotas(self._means.config.max_jobs, self._means.config.max_stored_rows)
        await quotas.check(self._means.store.database.backend, connection, owner)

    async def _refusal(
        self, why: str, token: str | None, order: Order, proposal: Proposal, *, owner: str
    ) -> ConfirmationInvalid:
        """What to tell who came with a token that is not good for this."""
        said = _REFUSALS[why]
        if why == "other" and token:
            said = await self._difference(token, order, proposal, owner)
        return ConfirmationInvalid(said, field="confirm_token")

    def _bound(self, order: Order, proposal: Proposal) -> str:
        """What the human's yes is for: this schema, so many rows, at most so much money."""
        return orjson.dumps([proposal.draft.schema.hash, order.total_rows, self.cap_usd(order)]).decode()

    async def _difference(self, token: str, order: Order, proposal: Proposal, owner: str) -> str:
        """What this call asks for beside what the human was shown."""
        schema_id, bound = await self._means.store.tokens.shown(token, owner=owner)
        hash, rows, cap = orjson.loads(bound)
        found: list[str] = []
        if hash != proposal.draft.schema.hash:
            before = await self._proposals.find(schema_id, owner=owner)
            found += diff_of(before.draft.schema, proposal.draft.schema) or ["The way a column is made."]
        if rows != order.total_rows:
            found.append(f"Rows: {rows:,} -> {order.total_rows:,}.")
        if cap != self.cap_usd(order):
            found.append(f"Cap: {_usd(cap)} -> {_usd(self.cap_usd(order))}.")
        more = f" And {len(found) - MOST_CHANGES} more." if len(found) > MOST_CHANGES else ""
        return f"{_REFUSALS['other']} What differs: {' '.join(found[:MOST_CHANGES])}{more}"


class _NotConfirmed(Exception):
    """The token is not good for this order; never leaves this module."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def _seed_of(token: str | None) -> int:
    """A token's own seed, else any. A seed is no secret and a token is one: the way back is a SHA-256."""
    if token is None:
        return secrets.randbits(63)
    return int.from_bytes(hashlib.sha256(token.encode()).digest()[:8]) >> 1


def _usd(cap: float | None) -> str:
    return "none" if cap is None else f"{cap:g} USD"
