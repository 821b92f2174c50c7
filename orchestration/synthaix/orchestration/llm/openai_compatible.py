"""The client of every OpenAI-compatible endpoint: OpenAI, Gemini's compatible one, vLLM, Ollama, llama.cpp."""

import time
from collections.abc import Callable, Collection, Mapping
from contextlib import aclosing, suppress
from email.utils import parsedate_to_datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread
import orjson
from pydantic import SecretStr

from synthaix.orchestration.config import Config
from synthaix.orchestration.errors import ProviderRefused, ReplyUnusable, SynthAIxError
from synthaix.orchestration.llm.dialects import Level, Standing, fits
from synthaix.orchestration.llm.gathering import LIKELY_TOKENS, gather
from synthaix.orchestration.llm.models import Endpoint, endpoint_of
from synthaix.orchestration.llm.provider import Prompt, PromptTooLong, ProviderDown, RateLimited, Reply
from synthaix.orchestration.llm.sse import Collector

if TYPE_CHECKING:
    from openai import APIStatusError, AsyncOpenAI

CONNECT_SECONDS = 5.0
JSON_BODY: Any = {"headers": {"Content-Type": "application/json"}}
KEEP_ALIVE_SECONDS = 300.0  # the library's 5 s would re-open every connection after each pause
MODELS_SECONDS = 10.0  # for the list of models
MOST_CALL_SECONDS = 900.0  # of one call that never falls silent and never ends
MOST_RETRY_AFTER_SECONDS = 600.0
MOST_NEGOTIATIONS = 12  # parameters and levels given up for one call
EFFORTS = ("none", "minimal", "low")  # of thinking; older models do not know the first
NEGOTIABLE = ("stream_options", "temperature", "seed", "reasoning_effort")
QUOTA_CODES = frozenset(
    {"insufficient_quota", "billing_not_active", "billing_hard_limit_reached", "account_deactivated"}
)
TOO_LONG_CODES = frozenset({"context_length_exceeded", "string_above_max_length"})
TOO_LONG_WORDS = ("context length", "context size", "maximum context", "too many tokens", "token count exceeds")
SENTENCES = {
    401: "The model's provider does not accept the key.",
    402: "The account at the model's provider has no credit.",
    403: "The key is not allowed to use this model.",
    404: "There is no such model at this address, or no model's endpoint at all.",
    429: "The quota at the model's provider is used up.",
}


class OpenAICompatible:
    """One HTTP client for all calls of the process.

    Args:
        idle_seconds: silence after which a call is given up.
    """

    def __init__(self, endpoint: Endpoint, *, api_key: SecretStr | None = None, idle_seconds: float = 30.0) -> None:
        self.endpoint = endpoint
        self.standing = Standing.of(endpoint)
        self.on_headers: Callable[[Mapping[str, str]], None] | None = None
        self._key = api_key
        self._idle_seconds = idle_seconds
        self.effort = 0  # index into EFFORTS
        self._client: AsyncOpenAI | None = None
        self._opening = anyio.Lock()

    @classmethod
    def of(cls, config: Config) -> "OpenAICompatible | None":
        """The client that the settings ask for; None when nobody writes."""
        endpoint = endpoint_of(config)
        if endpoint is None:
            return None
        return cls(endpoint, api_key=config.api_key, idle_seconds=config.call_seconds)

    async def complete(self, prompt: Prompt, *, on_text: Callable[[str], None] | None = None) -> Reply:
        """See `Provider.complete`."""
        await self.warm()
        LIKELY_TOKENS.set(prompt.likely_tokens or prompt.max_tokens)
        for _ in range(MOST_NEGOTIATIONS):
            level, effort, sent = self.standing.level, self.effort, self._parameters(prompt)
            try:
                reply = await self._send(sent, Collector(prompt, on_text))
            except RequestNotTaken as refusal:
                if not self.give_way(refusal, sent, level, effort):
                    raise ProviderRefused("The model's provider does not take requests of this form.") from refusal
                continue
            if prompt.schema is not None and reply.finish_reason == "stop":
                self.standing.judge(level, fits(reply.text, prompt.schema))
            return reply
        raise ProviderRefused("The model's provider does not take requests of this form.")

    async def warm(self) -> None:
        """Import the library and make its client: half a second, which need not be the first call's."""
        if self._client is None:
            async with self._opening:
                if self._client is None:
                    self._client = await anyio.to_thread.run_sync(self._opened)

    async def opened(self) -> "AsyncOpenAI":
        """The library's client, for what else an endpoint offers; it never tries again by itself."""
        await self.warm()
        if self._client is None:
            raise ProviderDown
        return self._client

    async def models(self) -> list[str]:
        """The models that the endpoint lists, sorted; none where it does not say."""
        import httpx2
        import openai

        try:
            with anyio.fail_after(MODELS_SECONDS):
                listed = await (await self.opened()).models.list()
        except (openai.OpenAIError, httpx2.HTTPError, TimeoutError):
            return []
        return sorted(model.id for model in listed.data)

    def body(self, prompt: Prompt) -> dict[str, Any]:
        """The request as it stands in a batch: its answer does not come as a stream."""
        parameters = self._parameters(prompt)
        return {name: value for name, value in parameters.items() if name not in ("stream", "stream_options")}

    def refusal(self, status: int, body: object) -> SynthAIxError:
        """What the refusal of a request in a batch means."""
        import httpx2
        import openai

        told = body.get("error") if isinstance(body, dict) else None
        answer = httpx2.Response(status, request=httpx2.Request("POST", self.endpoint.base_url))
        message = str(told.get("message", "")) if isinstance(told, dict) else ""
        return translated(openai.APIStatusError(message, response=answer, body=told))

    async def aclose(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.close()
            self._client = None

    def _parameters(self, prompt: Prompt) -> dict[str, Any]:
        form: dict[str, Any] = {}
        told = ""
        if prompt.schema is not None:
            form, told = self.standing.form(prompt.schema, tabular=prompt.tabular)
        limit = "max_completion_tokens" if self.standing.modern else "max_tokens"
        told_of: dict[str, bool] = {"include_usage": True}
        if self.endpoint.official and self.endpoint.provider == "openai":
            told_of["include_obfuscation"] = False  # padding of every event
        wanted = {
            "stream_options": told_of,
            "temperature": prompt.temperature,
            "seed": prompt.seed,
            "reasoning_effort": EFFORTS[self.effort] if self.endpoint.thinks else None,
        }
        return {
            "model": self.endpoint.model,
            "messages": [
                {"role": "system", "content": prompt.system + told},
                {"role": "user", "content": prompt.user},
            ],
            "stream": True,
            limit: prompt.max_tokens,
            **{k: v for k, v in wanted.items() if v is not None and k not in self.standing.dropped},
            **form,
        }

    async def _send(self, body: dict[str, Any], collector: Collector) -> Reply:
        import httpx2
        import openai

        client = self._client
        if client is None:  # closed meanwhile
            raise ProviderDown
        try:
            with anyio.fail_after(MOST_CALL_SECONDS):
                # As for endpoints that the library does not know: walking through a body's types would cost it 2 ms.
                answer = await client.post(
                    "/chat/completions", cast_to=httpx2.Response, content=orjson.dumps(body), options=JSON_BODY,
                    stream=bool(body["stream"]),
                )  # fmt: skip
                async with aclosing(answer):
                    self._show(answer.headers)
                    kind = answer.headers.get("content-type", "")
                    if "html" in kind:
                        raise ProviderRefused("The model's address answers with a web page, not as a model does.")
                    if "event-stream" not in kind and "json" in kind:
                        collector.whole(await answer.aread())
                        return collector.reply()
                    async for data in answer.aiter_bytes():
                        collector.feed(data)
                        if collector.full:
                            break
            return collector.reply(cut=collector.full)
        except openai.APIStatusError as error:
            self._show(error.response.headers)
            raise translated(error) from error
        except (openai.APIConnectionError, httpx2.HTTPError, httpx2.StreamError, TimeoutError) as error:
            if collector.began:
                return collector.reply(cut=True)
            raise ProviderDown from error
        except openai.OpenAIError as error:
            raise ReplyUnusable from error

    def _show(self, headers: Mapping[str, str]) -> None:
        if self.on_headers is not None:
            self.on_headers(headers)

    def _opened(self) -> "AsyncOpenAI":
        import httpx2
        import openai

        # The library looks into `httpx` wherever that is in sys.modules. chromadb loads it in a thread of its own, and
        # a call that met it half loaded failed; so it is loaded, or waited for, before the first call.
        with suppress(ImportError):
            import_module("httpx")
        limits = httpx2.Limits(
            max_connections=None, max_keepalive_connections=None, keepalive_expiry=KEEP_ALIVE_SECONDS
        )
        timeout = openai.Timeout(self._idle_seconds, connect=CONNECT_SECONDS, pool=None)
        http = openai.DefaultAsyncHttpxClient(limits=limits, timeout=timeout)
        gather(http)
        return openai.AsyncOpenAI(
            api_key=self._key.get_secret_value() if self._key is not None else "none",
            base_url=self.endpoint.base_url,
            max_retries=0,
            timeout=timeout,
            http_client=http,
        )

    def give_way(self, refusal: "RequestNotTaken", sent: Collection[str], level: Level, effort: int) -> bool:
        """Give up what the endpoint did not take. Returns whether to try again.

        Args:
            sent: names of the parameters that were sent.
        """
        standing = self.standing
        limit = "max_completion_tokens" if "max_completion_tokens" in sent else "max_tokens"
        if refusal.names(limit):
            standing.modern = limit == "max_tokens"
            return True
        for name in NEGOTIABLE:
            if name in sent and refusal.names(name):
                if name == "reasoning_effort" and effort + 1 < len(EFFORTS):
                    self.effort = max(self.effort, effort + 1)
                else:
                    standing.dropped.add(name)
                return True
        if "response_format" in sent or level != "text":
            return standing.refused_form(level)
        return False


class RequestNotTaken(SynthAIxError):
    """A 400: something in the request is not to the endpoint's liking. Never leaves this room."""

    def __init__(self, about: str) -> None:
        super().__init__()
        self._about = about

    def names(self, parameter: str) -> bool:
        """Whether the refusal is about this parameter."""
        return parameter in self._about


def translated(error: "APIStatusError") -> SynthAIxError:
    """The library's error for an answer that is no success, as ours."""
    status, code = error.status_code, str(error.code or "")
    after = retry_after(error.response.headers, now=time.time())
    about = f"{error.param or ''} {error.message}".lower()
    if status == 429 and code not in QUOTA_CODES:
        declared = error.response.headers.get("x-ratelimit-remaining-requests", "").strip() == "0"
        return RateLimited(retry_after_seconds=after, declared=declared)
    if status == 503 and after is not None:
        return RateLimited(retry_after_seconds=after)
    if status in SENTENCES:
        return ProviderRefused(SENTENCES[status])
    if status in (400, 413, 422):
        if code in TOO_LONG_CODES or status == 413 or any(words in about for words in TOO_LONG_WORDS):
            return PromptTooLong()
        if "api key" in about or "api_key" in about:  # Gemini's compatible endpoint answers 400 to a wrong key
            return ProviderRefused(SENTENCES[401])
        return RequestNotTaken(about)
    return ProviderDown(retry_after_seconds=after)


def retry_after(headers: Mapping[str, str], *, now: float) -> float | None:
    """Seconds that the provider asks to wait, from its three ways to say so; absurd values are capped.

    Args:
        headers: with lower-case names.
        now: seconds since the epoch, for HTTP dates.
    """
    for name, unit in (("retry-after-ms", 1_000.0), ("x-ms-retry-after-ms", 1_000.0), ("retry-after", 1.0)):
        try:
            return _bounded(float(headers[name]) / unit)
        except (KeyError, ValueError):
            continue
    try:
        return _bounded(parsedate_to_datetime(headers["retry-after"]).timestamp() - now)
    except (KeyError, ValueError, TypeError):
        return None


def _bounded(seconds: float) -> float | None:
    if seconds != seconds:  # NaN
        return None
    return min(max(seconds, 0.0), MOST_RETRY_AFTER_SECONDS)
