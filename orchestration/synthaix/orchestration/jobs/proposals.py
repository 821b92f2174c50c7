"""From a request to a stored proposal: draft, preview and estimate under one schema_id."""

import hashlib
import secrets
from dataclasses import dataclass, replace

import anyio.to_thread
import orjson

from synthaix.orchestration.errors import ArgumentInvalid, Infeasible
from synthaix.orchestration.generation.checking import check_schema
from synthaix.orchestration.generation.plan import Quote
from synthaix.orchestration.jobs.lost_ids import schema_not_found
from synthaix.orchestration.jobs.order import MOST_SEED, whole_number
from synthaix.orchestration.jobs.paying.estimating import Seen
from synthaix.orchestration.jobs.previews import Preview, preview_tables
from synthaix.orchestration.jobs.quoting import quote_for
from synthaix.orchestration.jobs.running.means import Means
from synthaix.orchestration.schema.column import Cell
from synthaix.orchestration.schema.draft import Draft
from synthaix.orchestration.store.drafts import DraftEntry
from synthaix.orchestration.translation.ready import ready_made
from synthaix.orchestration.translation.revision import revise
from synthaix.orchestration.translation.rules import by_rules

PREVIEW_ROWS = 3
PREVIEW_SEED = 0
DEFAULT_ROWS = 100  # for the estimate of a request that names no number
LONGEST_REQUEST = 8_000


@dataclass(frozen=True, slots=True)
class Proposal:
    """A stored draft with what a human wants to see beside it."""

    schema_id: str
    draft: Draft
    preview: list[dict[str, Cell]]
    estimate: Quote
    created_at: float


class Proposals:
    """Makes, keeps and finds proposals."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def from_request(self, prompt: str, context: str | None, *, owner: str) -> Proposal:
        """Translate a sentence: by the model where there is one, else by rules."""
        for name, text in (("prompt", prompt), ("context", context or "")):
            if len(text) > LONGEST_REQUEST:
                raise ArgumentInvalid(f"At most {LONGEST_REQUEST:,} characters.", field=name)
        if not prompt.strip():
            raise ArgumentInvalid("Say what rows you need, in a sentence.", field="prompt")
        key = self._request_key(prompt, context)
        if self._means.writer is not None:
            known = await self._means.store.drafts.answered(key, owner=owner)
            if known is not None:
                return await self._proposal(known, owner=owner)
            draft = await self._means.writer.translate(prompt, context, owner=owner)
        else:
            draft = await anyio.to_thread.run_sync(lambda: by_rules(prompt, context, has_model=False))
        return await self._keep(draft, owner=owner, request_key=key)

    async def from_schema(self, schema: object, *, owner: str) -> Proposal:
        """Validate and complete a ready-made schema; no model is asked."""
        draft = await anyio.to_thread.run_sync(lambda: ready_made(schema, has_model=self._has_model))
        return await self._keep(draft, owner=owner)

    async def from_changes(self, base_schema_id: str, changes: object, *, owner: str) -> Proposal:
        """A new revision of an earlier proposal."""
        base = (await self.find(base_schema_id, owner=owner, field="base_schema_id")).draft
        draft = await anyio.to_thread.run_sync(lambda: revise(base, changes, has_model=self._has_model))
        return await self._keep(draft, owner=owner)

    async def find(self, schema_id: str, *, owner: str, field: str = "schema_id") -> Proposal:
        """The proposal of this id. Raises SchemaNotFound, naming `field`."""
        entry = await self._means.store.drafts.find(schema_id, owner=owner)
        if entry is None:
            raise await schema_not_found(self._means.store, schema_id, owner, field=field)
        return await self._proposal(entry, owner=owner)

    async def preview(self, proposal: Proposal, *, rows: int, seed: int | None, owner: str) -> Preview:
        """Some rows of every table, as a job with this seed would begin. Raises ArgumentInvalid."""
        whole_number("seed", seed, 0, MOST_SEED)
        shown = await preview_tables(self._means, proposal.draft.schema, rows=rows, seed=seed, owner=owner)
        return replace(shown, schema_id=proposal.schema_id, inferred_count=proposal.draft.inferred_count)

    @property
    def _has_model(self) -> bool:
        return self._means.writer is not None

    async def _keep(self, draft: Draft, *, owner: str, request_key: str | None = None) -> Proposal:
        await anyio.to_thread.run_sync(check_schema, draft.schema)
        entry = await self._means.store.drafts.save(
            f"sch_{secrets.token_hex(16)}",
            owner=owner, schema_hash=draft.schema.hash, draft=draft.to_json(), request_key=request_key,
        )  # fmt: skip
        return await self._proposal(entry, owner=owner)

    async def _proposal(self, entry: DraftEntry, *, owner: str) -> Proposal:
        draft = Draft.from_json(entry.draft)
        shown = await preview_tables(self._means, draft.schema, rows=PREVIEW_ROWS, seed=PREVIEW_SEED, owner=None)
        rows = shown.tables[draft.schema.root.name]
        writer = self._means.writer
        seen = None if writer is None else await writer.seen(draft.schema, owner=owner)
        draft, estimate = await anyio.to_thread.run_sync(self._estimated, draft, seen)
        return Proposal(entry.schema_id, draft, rows, estimate, entry.created_at)

    def _estimated(self, draft: Draft, seen: Seen | None) -> tuple[Draft, Quote]:
        """The estimate; rows that cannot exist are a warning here, and refused at the start of a job."""
        count, schema = draft.inferred_count, draft.schema
        rows = count or DEFAULT_ROWS
        try:
            plan = quote_for(self._means, schema, rows, seed=PREVIEW_SEED, checked=count is not None, seen=seen)
        except Infeasible as exc:
            draft = replace(draft, warnings=(*draft.warnings, exc.message))
            plan = quote_for(self._means, schema, rows, seed=PREVIEW_SEED, checked=False, seen=seen)
        return draft, plan.quote

    def _request_key(self, prompt: str, context: str | None) -> str:
        config = self._means.config
        asked = [prompt, context, config.provider, config.model, config.base_url]
        return hashlib.sha256(orjson.dumps(asked)).hexdigest()
