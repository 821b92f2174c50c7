"""Reading an event stream."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthaix.orchestration.errors import ReplyUnusable
from synthaix.orchestration.llm.provider import Prompt, ProviderDown, Usage
from synthaix.orchestration.llm.sse import Collector

PROMPT = Prompt("system", "user")
TEXTS = st.lists(st.text(st.characters(codec="utf-8"), max_size=8), max_size=20)


def event(delta: dict[str, Any], *, finish: str | None = None, compact: bool = True, **more: Any) -> bytes:
    """One event."""
    body = {"id": "x", "model": "m", "choices": [{"index": 0, "delta": delta, "finish_reason": finish}], **more}
    return b"data: " + json.dumps(body, separators=(",", ":") if compact else None).encode() + b"\n\n"


def stream(texts: list[str], *, compact: bool = True) -> bytes:
    """An answer of these pieces."""
    end = event({}, finish="stop") + b'data: {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":4}}\n\n'
    return b"".join(event({"content": text}, compact=compact) for text in texts) + end + b"data: [DONE]\n\n"


@given(TEXTS, st.booleans(), st.data())
def test_the_text_is_the_same_however_it_arrives(texts: list[str], compact: bool, data: st.DataObject) -> None:
    """Cut anywhere, in either spelling of JSON: every piece in its order, and the usage at the end."""
    whole = stream(texts, compact=compact)
    cut = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=8)))
    said: list[str] = []
    collector = Collector(PROMPT, said.append)
    for start, stop in zip([0, *cut], [*cut, len(whole)], strict=True):
        collector.feed(whole[start:stop])
    reply = collector.reply()
    assert reply.text == "".join(texts) == "".join(said)
    assert (reply.finish_reason, reply.usage) == ("stop", Usage(9, 4))


@given(TEXTS)
def test_pieces_that_look_like_events_stay_text(texts: list[str]) -> None:
    """A text may hold what stands around texts."""
    hostile = ['"},"finish_reason":null}]}', '","content":"', '"]', "\\", '\\"', *texts, 'data: {"choices":[]}\n\n']
    collector = Collector(PROMPT)
    collector.feed(stream(hostile * 2))
    assert collector.reply().text == "".join(hostile * 2)


def test_other_events_between_texts_keep_their_place() -> None:
    """Comments, roles, empty lines and fields of their own change nothing."""
    collector = Collector(PROMPT)
    collector.feed(
        b": keep-alive\r\n\r\n" + event({"role": "assistant", "content": ""}) + event({"content": "a"})
        + event({"content": "b"}) + event({"content": "c"}, obfuscation="xyz") + b"event: ping\n\n"
        + event({"content": "d"}) + b"data: not json\n\n" + event({"content": "e"}) + event({}, finish="length")
    )  # fmt: skip
    reply = collector.reply()
    assert (reply.text, reply.finish_reason) == ("abcde", "length")


def test_an_answer_without_an_end_is_cut() -> None:
    """No finish reason: the stream broke, however tidily it was closed."""
    collector = Collector(PROMPT)
    collector.feed(event({"content": "half"}))
    reply = collector.reply()
    assert (reply.finish_reason, reply.usage.estimated) == ("cut", True)


def test_an_error_in_the_stream_ends_it() -> None:
    """Before any text it is the provider's failure; after some, the answer is cut."""
    failed = Collector(PROMPT)
    failed.feed(b'data: {"error": {"message": "overloaded"}}\n\n')
    with pytest.raises(ProviderDown):
        failed.reply()
    cut = Collector(PROMPT)
    cut.feed(event({"content": "some"}) + b'data: {"error": {"message": "overloaded"}}\n\n')
    assert cut.full
    assert cut.reply(cut=True).finish_reason == "cut"


def test_a_refusal_has_no_text() -> None:
    """What the model says in declining is not kept."""
    collector = Collector(PROMPT)
    collector.feed(event({"refusal": "I cannot."}) + event({}, finish="stop"))
    assert (collector.reply().text, collector.reply().finish_reason) == ("", "refusal")


def test_thoughts_that_only_the_total_counts_are_paid() -> None:
    """Some endpoints leave them out of completion_tokens."""
    collector = Collector(PROMPT)
    told = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 40,
            "prompt_tokens_details": {"cached_tokens": 8}}  # fmt: skip
    collector.feed(event({"content": "a"}) + event({}, finish="stop", usage=told))
    assert collector.reply().usage == Usage(10, 30, 8)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"choices": 1}', b"<html>"])
def test_a_body_that_is_no_answer_is_unusable(body: bytes) -> None:
    """Without choices there is nothing to read."""
    with pytest.raises(ReplyUnusable):
        Collector(PROMPT).whole(body)


def test_an_endless_answer_is_cut() -> None:
    """Four million characters are enough."""
    collector = Collector(PROMPT)
    collector.feed(event({"content": "x" * 4_100_000}))
    assert collector.full
