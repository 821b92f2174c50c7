"""The client against a real socket: `tests/doubles/fake_provider.py`."""

import json
import logging
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

import anyio
import pytest
from pydantic import SecretStr

from synthaix.orchestration.errors import ProviderRefused, SynthAIxError
from synthaix.orchestration.llm.models import Endpoint
from synthaix.orchestration.llm.openai_compatible import OpenAICompatible, retry_after
from synthaix.orchestration.llm.provider import Prompt, PromptTooLong, ProviderDown, RateLimited, Usage

SCHEMA = {
    "type": "object",
    "properties": {
        "rows": {
            "type": "array",
            "items": {"type": "object", "properties": {"i": {"type": "integer"}, "review": {"type": "string"}}},
        }
    },
}
PROMPT = Prompt("Write rows.", 'review: a 10-word review\n[1,"Books"]\n[2,"Toys"]', SCHEMA, max_tokens=400, seed=5)


class Fake(Protocol):
    """The fixture of tests/conftest.py."""

    base_url: str

    def scenario(self, **changes: object) -> None: ...
    def reset(self, **changes: object) -> None: ...
    def stats(self) -> dict[str, float]: ...
    def last(self) -> dict[str, dict[str, object]]: ...


@asynccontextmanager
async def connected(fake: Fake, *, model: str = "fake-model", idle: float = 5.0) -> AsyncIterator[OpenAICompatible]:
    """A client of the fake provider."""
    client = OpenAICompatible(
        Endpoint(fake.base_url, "openai", model, named=True), api_key=SecretStr("canary-key"), idle_seconds=idle
    )
    try:
        yield client
    finally:
        await client.aclose()


async def test_a_reply_has_text_usage_and_its_end(fake_provider: Fake) -> None:
    """Streamed text, the provider's own count of tokens, and pieces on the way."""
    pieces: list[str] = []
    async with connected(fake_provider) as client:
        reply = await client.complete(PROMPT, on_text=pieces.append)
    assert [row["i"] for row in json.loads(reply.text)["rows"]] == [1, 2]
    assert "".join(pieces) == reply.text
    assert len(pieces) >= 2
    stats = fake_provider.stats()
    assert reply.usage == Usage(int(stats["input_tokens"]), int(stats["output_tokens"]))
    assert (reply.finish_reason, reply.model) == ("stop", "fake-model")


async def test_the_same_prompt_gets_the_same_answer(fake_provider: Fake) -> None:
    """The double is a pure function of the request."""
    async with connected(fake_provider) as client:
        first, second = await client.complete(PROMPT), await client.complete(PROMPT)
        other = await client.complete(Prompt(PROMPT.system, PROMPT.user, SCHEMA, seed=6))
    assert first == second
    assert first.text != other.text


async def test_connections_are_kept(fake_provider: Fake) -> None:
    """Forty calls, four at a time, over at most four connections."""
    before = fake_provider.stats()["connections"]
    async with connected(fake_provider) as client:
        for _ in range(10):
            async with anyio.create_task_group() as group:
                for _ in range(4):
                    group.start_soon(client.complete, PROMPT)
    assert fake_provider.stats()["connections"] - before <= 4 + 2  # the figures are asked for over their own


@pytest.mark.parametrize(
    ("style", "seconds"), [("s", 3.0), ("ms", 3.0), ("date", 3.0), ("none", None)]
)
async def test_retry_after_is_read_in_every_form(fake_provider: Fake, style: str, seconds: float | None) -> None:
    """Seconds, milliseconds, an HTTP date, or nothing."""
    fake_provider.reset(shares={"429": 1.0}, retry_after=3, retry_style=style)
    async with connected(fake_provider) as client:
        with pytest.raises(RateLimited) as caught:
            await client.complete(PROMPT)
    got = caught.value.retry_after_seconds
    assert got is None if seconds is None else got is not None and seconds - 2 <= got <= seconds
    assert fake_provider.stats()["requests"] == 1  # the library's own retries are off


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("5", 5.0), ("0.25", 0.25), ("-3", 0.0), ("1e9", 600.0), ("inf", 600.0), ("nan", None), ("soon", None)],
)
def test_absurd_retry_after(header: str, seconds: float | None) -> None:
    """Nonsense is no time, and no time is longer than ten minutes."""
    assert retry_after({"retry-after": header}, now=0.0) == seconds


@pytest.mark.parametrize(
    ("scenario", "error", "words"),
    [
        ({"key": "another"}, ProviderRefused, "key"),
        ({"html": True}, ProviderRefused, "web page"),
        ({"shares": {"quota": 1.0}}, ProviderRefused, "quota"),
        ({"shares": {"500": 1.0}}, ProviderDown, "answer"),
        ({"reject": ["messages"]}, ProviderRefused, "form"),
    ],
)
async def test_failures_are_told_in_our_words(
    fake_provider: Fake, scenario: dict[str, object], error: type[SynthAIxError], words: str
) -> None:
    """Each failure has its class, and no message holds the provider's text or the key."""
    fake_provider.reset(**scenario)
    async with connected(fake_provider) as client:
        with pytest.raises(error) as caught:
            await client.complete(PROMPT)
    assert words in caught.value.message
    assert "canary-key" not in str(caught.value)
    assert "exceeded" not in str(caught.value)


async def test_an_unknown_model_is_refused(fake_provider: Fake) -> None:
    """404 names the model and the address as what may be wrong."""
    async with connected(fake_provider, model="unknown-model") as client:
        with pytest.raises(ProviderRefused, match="no such model"):
            await client.complete(PROMPT)


async def test_nobody_at_the_address_is_a_provider_that_is_down() -> None:
    """A refused connection passes, perhaps."""
    client = OpenAICompatible(Endpoint("http://127.0.0.1:9/v1", "openai", "m", named=True))
    with pytest.raises(ProviderDown):
        await client.complete(PROMPT)
    await client.aclose()


async def test_silence_ends_a_call(fake_provider: Fake) -> None:
    """A provider that hangs before its first word is down; nothing was billed."""
    fake_provider.reset(shares={"hang": 1.0})
    async with connected(fake_provider, idle=0.2) as client:
        with pytest.raises(ProviderDown):
            await client.complete(PROMPT)
    assert fake_provider.stats()["billed"] == 0


@pytest.mark.parametrize("fault", ["stall", "drop"])
async def test_what_came_before_a_break_is_kept(fake_provider: Fake, fault: str) -> None:
    """Half an answer, then silence or a broken connection: the half counts, its tokens estimated."""
    fake_provider.reset(shares={fault: 1.0})
    async with connected(fake_provider, idle=0.3) as client:
        reply = await client.complete(PROMPT)
    assert reply.finish_reason == "cut"
    assert reply.text.startswith('{"rows":[{"i":1')
    assert reply.usage.estimated
    assert reply.usage.output_tokens > 0


async def test_finish_reasons_are_outcomes(fake_provider: Fake) -> None:
    """Refusal, filter and length are told apart."""
    reasons = []
    async with connected(fake_provider) as client:
        for fault in ("refusal", "content_filter", "length", "empty"):
            fake_provider.reset(shares={fault: 1.0})
            reasons.append((await client.complete(PROMPT)).finish_reason)
    assert reasons == ["refusal", "content_filter", "length", "stop"]


async def test_usage_is_estimated_when_it_is_not_told(fake_provider: Fake) -> None:
    """An endpoint without usage costs what we count."""
    fake_provider.reset(usage=False)
    async with connected(fake_provider) as client:
        reply = await client.complete(PROMPT)
    assert reply.usage.estimated
    stats = fake_provider.stats()
    assert reply.usage.output_tokens == pytest.approx(stats["output_tokens"], abs=2)
    assert reply.usage.input_tokens == pytest.approx(stats["input_tokens"], abs=2)


@pytest.mark.parametrize("name", ["seed", "stream_options", "max_tokens"])
async def test_parameters_that_are_not_taken_are_given_up(fake_provider: Fake, name: str) -> None:
    """One refused request, and no further one for the calls that follow."""
    fake_provider.reset(reject=[name])
    async with connected(fake_provider) as client:
        await client.complete(PROMPT)
        await client.complete(PROMPT)
    assert fake_provider.stats()["requests"] == 3
    sent = fake_provider.last()["body"]
    assert name not in sent
    assert ("max_completion_tokens" in sent) is (name == "max_tokens")


async def test_a_refused_form_goes_down_the_ladder(fake_provider: Fake) -> None:
    """No json_schema, then no response_format at all: the schema is told in the prompt, and the answer still fits."""
    fake_provider.reset(reject=["json_schema", "json_object"])
    async with connected(fake_provider) as client:
        reply = await client.complete(PROMPT)
        assert client.standing.described == "compatible, text"
    assert len(json.loads(reply.text)["rows"]) == 2
    assert "response_format" not in fake_provider.last()["body"]


async def test_a_silently_dropped_form_is_noticed(fake_provider: Fake) -> None:
    """A gateway that answers 200 with prose is judged by its replies."""
    fake_provider.reset(deaf=True)
    async with connected(fake_provider) as client:
        for _ in range(3):
            await client.complete(PROMPT)
        assert client.standing.level == "schema"
        fake_provider.reset()
        await client.complete(PROMPT)
        fake_provider.reset(deaf=True)
        for _ in range(4):
            await client.complete(PROMPT)
        assert client.standing.level == "schema"


async def test_a_model_that_thinks_is_told_not_to(fake_provider: Fake) -> None:
    """`reasoning_effort` goes from none to minimal to low to nothing, as the model takes it."""
    async with connected(fake_provider, model="gpt-6-luna") as client:
        await client.complete(PROMPT)
        assert fake_provider.last()["body"]["reasoning_effort"] == "none"
        fake_provider.reset(reject=["reasoning_effort"])
        await client.complete(PROMPT)
    assert fake_provider.stats()["requests"] == 4
    assert "reasoning_effort" not in fake_provider.last()["body"]


async def test_the_limit_on_tokens_is_always_sent_and_met(fake_provider: Fake) -> None:
    """`max_tokens` cuts the answer, and the reply says so."""
    async with connected(fake_provider) as client:
        reply = await client.complete(Prompt("Write rows.", PROMPT.user, SCHEMA, max_tokens=12))
    assert fake_provider.last()["body"]["max_tokens"] == 12
    assert (reply.finish_reason, reply.usage.output_tokens) == ("length", 12)


async def test_a_call_can_be_cancelled(fake_provider: Fake) -> None:
    """Cancelling ends the call at once and frees the connection's place at the provider."""
    fake_provider.reset(base=60.0)
    async with connected(fake_provider, idle=60.0) as client:
        with anyio.move_on_after(0.3) as scope:
            await client.complete(PROMPT)
    assert scope.cancelled_caught


async def test_the_key_is_in_no_log(fake_provider: Fake, caplog: pytest.LogCaptureFixture) -> None:
    """Not even where the libraries log everything."""
    caplog.set_level(logging.DEBUG)
    fake_provider.reset(shares={"500": 1.0})
    async with connected(fake_provider) as client:
        with pytest.raises(ProviderDown):
            await client.complete(PROMPT)
    assert "canary-key" not in caplog.text


async def test_too_long_a_prompt_is_its_own_error(fake_provider: Fake) -> None:
    """The caller asks for less at once."""
    fake_provider.reset(shares={"too long": 1.0})
    async with connected(fake_provider) as client:
        with pytest.raises(PromptTooLong):
            await client.complete(PROMPT)


@pytest.mark.subprocess
def test_no_half_loaded_library_is_met() -> None:
    """What the client's library looks into is loaded with it: chromadb loads it too, in another thread, much later."""
    code = (
        "import anyio, sys\n"
        "from synthaix.orchestration.llm.models import Endpoint\n"
        "from synthaix.orchestration.llm.openai_compatible import OpenAICompatible\n"
        "client = OpenAICompatible(Endpoint('http://127.0.0.1:9/v1', 'openai', 'm'))\n"
        "anyio.run(client.warm)\n"
        "sys.exit(not hasattr(sys.modules.get('httpx'), 'Timeout'))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
