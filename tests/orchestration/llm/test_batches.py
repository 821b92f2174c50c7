"""The Batch API over a real socket, and files that are not what they should be."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pydantic import SecretStr

from synthaix.orchestration.errors import ArgumentInvalid, ProviderRefused
from synthaix.orchestration.llm.batches import Batches, _replies, _responses
from synthaix.orchestration.llm.models import Endpoint
from synthaix.orchestration.llm.openai_compatible import OpenAICompatible
from synthaix.orchestration.llm.provider import Prompt, PromptTooLong


@pytest.fixture
async def api(fake_provider: Any) -> AsyncIterator[Batches]:
    """Of the fake provider."""
    client = OpenAICompatible(Endpoint(fake_provider.base_url, "openai", "fake-model"), api_key=SecretStr("secret"))
    yield Batches(client)
    await client.aclose()


PROMPTS = {name: Prompt("Write.", f"A text of 5 words, {name}.", max_tokens=60) for name in ("a", "b")}


async def test_a_batch_goes_there_and_back(api: Batches, fake_provider: Any) -> None:
    """None while it is worked on, then each reply under its name, with its tokens."""
    await api.check()
    form = api.form(PROMPTS["a"])
    batch_id = await api.submit(PROMPTS, "tag-1")
    assert await api.find("tag-1") == batch_id
    assert await api.find("tag-2") is None
    assert await api.outcome(batch_id, PROMPTS, form) is None
    outcome = await api.outcome(batch_id, PROMPTS, form)
    assert outcome is not None
    assert set(outcome.replies) == {"a", "b"}
    assert (outcome.errors, outcome.why, outcome.again) == ({}, "", False)
    used = sum(reply.usage.output_tokens for reply in outcome.replies.values())
    assert used == fake_provider.stats()["output_tokens"] > 0
    await api.cancel(batch_id)  # it has ended: nothing to do
    assert fake_provider.stats()["batches_cancelled"] == 0


async def test_a_batch_that_the_provider_no_longer_knows_answered_nothing(api: Batches) -> None:
    """Providers keep batches and files for some weeks."""
    outcome = await api.outcome("batch-of-old", PROMPTS, api.form(PROMPTS["a"]))
    assert outcome is not None
    assert (outcome.replies, outcome.why) == ({}, "late")


@pytest.mark.parametrize("changes", [{"absent": True}, {"html": True}], ids=lambda changes: ",".join(changes))
async def test_an_endpoint_without_batches_says_what_to_do(
    api: Batches, fake_provider: Any, changes: dict[str, Any]
) -> None:
    """Before anything is sent; also where a web page answers."""
    fake_provider.reset(batch=changes)
    with pytest.raises(ArgumentInvalid) as caught:
        await api.check()
    assert "`live`" in caught.value.message


async def test_refused_requests_keep_their_reason(api: Batches, fake_provider: Any) -> None:
    """Each error is read as that of a single call would be."""
    fake_provider.reset(shares={"too long": 1.0}, batch={"looks": 0})
    outcome = await api.outcome(await api.submit(PROMPTS, "t"), PROMPTS, api.form(PROMPTS["a"]))
    assert outcome is not None
    assert all(isinstance(error, PromptTooLong) for error in outcome.errors.values())
    fake_provider.reset(key="another", batch={"looks": 0})
    outcome = await api.outcome(await api.submit(PROMPTS, "t"), PROMPTS, api.form(PROMPTS["a"]))
    assert outcome is not None
    assert all(isinstance(error, ProviderRefused) for error in outcome.errors.values())


def test_a_broken_file_is_read_as_far_as_it_goes() -> None:
    """Lines that are no answer to what was asked are left out."""
    good = b'{"custom_id":"a","response":{"status_code":200,"body":{"choices":[{"message":{"content":"x"}}]}}}'
    odd = [b"", b"[]", b'"x"', b"{}", b'{"custom_id":"b","response":null}', good[:-9], good.replace(b'"a"', b'"z"'),
           b'{"custom_id":"b","response":{"status_code":200,"body":{"choices":7}}}']  # fmt: skip
    content = b"\n".join([*odd, good])
    assert set(_replies(content, PROMPTS)) == {"a"}
    assert [name for name, _, _ in _responses(content)] == ["z", "b", "a"]
