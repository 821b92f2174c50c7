"""The Batch API of OpenAI-compatible endpoints: many requests in one file, answered within a day at half the price.

Source: OpenAI, "Batch API" guide and the reference of /v1/batches, read on 2026-11-24: a file has at most 50,000
requests and 200 MB; of a batch that expires, what was completed is returned and charged.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import anyio.to_thread
import orjson

from synthaix.orchestration.errors import ArgumentInvalid, ProviderError, ProviderRefused, SynthAIxError
from synthaix.orchestration.llm.dialects import Level, fits
from synthaix.orchestration.llm.openai_compatible import OpenAICompatible, RequestNotTaken, translated
from synthaix.orchestration.llm.provider import Prompt, ProviderDown, Reply
from synthaix.orchestration.llm.sse import Collector

if TYPE_CHECKING:
    from openai import AsyncOpenAI
    from openai.types import Batch

PRICE_SHARE = 0.5  # of the plain price
WINDOW_SECONDS = 86_400
MOST_REQUESTS = 20_000  # of one batch
MOST_BYTES = 100_000_000  # of one batch's file
URL: Literal["/v1/chat/completions"] = "/v1/chat/completions"
TAG = "synthaix"  # under which a batch's own name stands in its metadata
WORKING = frozenset({"validating", "in_progress", "finalizing", "cancelling"})
LIMIT_CODES = frozenset({"token_limit_exceeded", "request_limit_exceeded"})
ABSENT = frozenset({404, 405, 410, 501})
NO_BATCHES = "The model's endpoint has no Batch API. Use mode `live`."

Why = Literal["", "too_many", "refused", "late"]


@dataclass(frozen=True, slots=True)
class Form:
    """How a batch's requests were asked, so that what is refused in them can be given up."""

    level: Level
    effort: int
    names: frozenset[str]


@dataclass(slots=True)
class Outcome:
    """How a batch ended.

    Attributes:
        replies: by name of the request; what is in neither was not answered, and not billed.
        errors: by name, of requests that were refused.
        why: nothing was answered since the batch was `too_many` at once, was `refused` whole, or ran out of time.
        again: whether something was given up, so that what was refused may be sent again.
    """

    replies: dict[str, Reply] = field(default_factory=dict)
    errors: dict[str, SynthAIxError] = field(default_factory=dict)
    why: Why = ""
    again: bool = False


class NotThere(ProviderRefused):
    """The endpoint has no such path, file or batch."""

    sentence = NO_BATCHES


class Batches:
    """Batches of one endpoint."""

    def __init__(self, client: OpenAICompatible) -> None:
        self._client = client
        self._known = False

    async def check(self) -> None:
        """Raise ArgumentInvalid where the endpoint has no Batch API, ProviderError where it does not answer."""
        if self._known:
            return
        client = await self._client.opened()
        try:
            with _translating():
                for path in ("/batches?limit=1", "/files?limit=1&purpose=batch"):
                    listed = await client.get(path, cast_to=object)
                    if not isinstance(listed, dict) or "data" not in listed:
                        raise ArgumentInvalid(NO_BATCHES, field="mode", allowed=["live"])
        except (RequestNotTaken, NotThere) as error:
            raise ArgumentInvalid(NO_BATCHES, field="mode", allowed=["live"]) from error
        self._known = True

    def form(self, prompt: Prompt) -> Form:
        """How requests such as this one are asked at present."""
        return Form(self._client.standing.level, self._client.effort, frozenset(self._client.body(prompt)))

    async def submit(self, prompts: Mapping[str, Prompt], tag: str) -> str:
        """Begin a batch of named requests. Returns its id; `tag` finds it again. Raises ProviderError."""
        lines = await anyio.to_thread.run_sync(self._lines, prompts)
        client = await self._client.opened()
        with _translating():
            stored = await client.files.create(
                file=(f"{tag}.jsonl", lines, "application/jsonl"), purpose="batch"
            )
            made = await client.batches.create(
                input_file_id=stored.id, endpoint=URL, completion_window="24h", metadata={TAG: tag}
            )
        return made.id

    async def find(self, tag: str) -> str | None:
        """The id of the batch with this tag, among the newest."""
        client = await self._client.opened()
        with _translating():
            page = await client.batches.list(limit=100)
        return next((batch.id for batch in page.data if (batch.metadata or {}).get(TAG) == tag), None)

    async def outcome(self, batch_id: str, prompts: Mapping[str, Prompt], form: Form) -> Outcome | None:
        """How the batch ended; None while it is worked on. Raises ProviderError when it cannot be looked at."""
        client = await self._client.opened()
        try:
            with _translating():
                batch = await client.batches.retrieve(batch_id)
                if batch.status in WORKING:
                    return None
                answered = await _file(client, batch.output_file_id)
                refused = await _file(client, batch.error_file_id)
        except NotThere:
            return Outcome(why="late")  # the provider keeps neither batches nor files for ever
        outcome = Outcome(why=_why(batch))
        outcome.replies = await anyio.to_thread.run_sync(_replies, answered, prompts)
        for name, reply in outcome.replies.items():
            schema = prompts[name].schema
            if schema is not None and reply.finish_reason == "stop":
                self._client.standing.judge(form.level, fits(reply.text, schema))
        self._take_errors(outcome, answered + b"\n" + refused, prompts, form)
        return outcome

    async def cancel(self, batch_id: str) -> None:
        """End a batch; what it has completed is billed. One that has ended is left alone."""
        client = await self._client.opened()
        try:
            with _translating():
                await client.batches.cancel(batch_id)
        except (RequestNotTaken, ProviderError):
            return

    def _lines(self, prompts: Mapping[str, Prompt]) -> bytes:
        return b"\n".join(
            orjson.dumps({"custom_id": name, "method": "POST", "url": URL, "body": self._client.body(prompt)})
            for name, prompt in prompts.items()
        )

    def _take_errors(self, outcome: Outcome, content: bytes, prompts: Mapping[str, Prompt], form: Form) -> None:
        for name, status, body in _responses(content):
            if name not in prompts or name in outcome.replies or status == 200:
                continue
            error = self._client.refusal(status, body)
            if isinstance(error, RequestNotTaken):
                if self._client.give_way(error, form.names, form.level, form.effort):
                    outcome.again = True
                else:
                    error = ProviderRefused("The model's provider does not take requests of this form.")
            outcome.errors[name] = error


def _why(batch: "Batch") -> Why:
    if batch.status == "failed":
        codes = {error.code for error in (batch.errors.data or [])} if batch.errors is not None else set()
        return "too_many" if codes & LIMIT_CODES else "refused"
    match batch.status:
        case "completed":
            return ""
        case "cancelled":  # there, by someone: it is not for us to begin it again
            return "refused"
    return "late"


async def _file(client: "AsyncOpenAI", name: str | None) -> bytes:
    return (await client.files.content(name)).content if name else b""


def _responses(content: bytes) -> Iterator[tuple[str, int, Any]]:
    """Name, status and body of each line that can be read; a request without one was not answered."""
    for line in content.splitlines():
        try:
            read = orjson.loads(line)
            yield str(read["custom_id"]), int(read["response"]["status_code"]), read["response"]["body"]
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
            continue


def _replies(content: bytes, prompts: Mapping[str, Prompt]) -> dict[str, Reply]:
    replies = {}
    for name, status, body in _responses(content):
        if name in prompts and status == 200:
            collector = Collector(prompts[name])
            try:
                collector.whole(orjson.dumps(body))
                replies[name] = collector.reply()
            except ProviderError:
                continue
    return replies


@contextmanager
def _translating() -> Iterator[None]:
    """The library's errors as ours."""
    import httpx2
    import openai

    try:
        yield
    except openai.APIStatusError as error:
        if error.status_code in ABSENT:
            raise NotThere from error
        raise translated(error) from error
    except (openai.OpenAIError, httpx2.HTTPError, httpx2.StreamError, TimeoutError) as error:
        raise ProviderDown from error
