"""An answer that is cut at every byte, from the event stream to the rows: whole rows stay, the others are asked for."""

import json
import re
from collections.abc import Mapping, Sequence

import pytest

from synthaix.orchestration.generation.fill.filling import Candidates, fill
from synthaix.orchestration.generation.fill.prompting import Brief
from synthaix.orchestration.generation.validation import Fault
from synthaix.orchestration.llm.provider import Prompt, ProviderDown, Reply
from synthaix.orchestration.llm.sse import Collector
from synthaix.orchestration.schema.column import Cell, Column
from synthaix.orchestration.schema.schema import Table

TABLE = Table(columns=(Column(name="n", type="integer"), Column(name="text", type="text")))
HARD = ['said "no"', "a \\ b", "}]}", '{"i": 3}', "[[1,", "\u2028 \u00e9 \U0001f600", "ends in \\", "\n"]
TEXTS = {number: f"{number} {HARD[number % len(HARD)]} x" for number in range(1, 21)}


def asked(prompt: Prompt) -> list[int]:
    """The ids of a prompt's lines."""
    return [int(found) for found in re.findall(r"^\[(\d+),", prompt.user, re.MULTILINE)]


def rows_of(ids: Sequence[int], form: str) -> list[str]:
    """The JSON text of each row."""
    rows = [[i, TEXTS[i]] if form == "arrays" else {"i": i, "text": TEXTS[i]} for i in ids]
    return [json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows]


def event(text: str) -> bytes:
    """A delta as it goes over the wire."""
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": None}
    return b"data: " + json.dumps({"choices": [choice]}, separators=(",", ":")).encode() + b"\n\n"


def read(prompt: Prompt, answer: bytes, cut: int | None) -> Reply:
    """The reply to a stream that broke off in the event with byte `cut` of the answer; None: it did not."""
    collector = Collector(prompt)
    came = answer[:cut].decode(errors="ignore")
    stream = b"".join(event(came[at : at + 4]) for at in range(0, len(came), 4))
    collector.feed(stream + event("lost")[:-9] if cut is not None else stream)
    if cut is None:
        collector.feed(b'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\n')
    return collector.reply(cut=cut is not None)


def fine(row: Mapping[str, Cell]) -> Sequence[Fault]:
    """Every row is valid."""
    return []


@pytest.mark.parametrize("form", ["objects", "arrays"])
async def test_every_byte_of_a_twenty_row_answer(form: str) -> None:
    """Exactly the rows that were closed before the cut are kept, and exactly the others are asked for once more."""
    brief = Brief(TABLE, ["text"], ["n"], seed=3)
    pieces = rows_of(list(TEXTS), form)
    ends = [len(('{"rows":[' + ",".join(pieces[: n + 1])).encode()) for n in range(len(pieces))]
    answer = ('{"rows":[' + ",".join(pieces) + "]}").encode()
    for cut in range(len(answer)):
        prompts: list[Prompt] = []

        async def ask(prompt: Prompt, attempt: int, cut: int = cut, prompts: list[Prompt] = prompts) -> Reply:
            prompts.append(prompt)
            if len(prompts) == 1:
                try:
                    return read(prompt, answer, cut)
                except ProviderDown:  # nothing came: the pace asks again, and nobody else hears of it
                    return read(prompt, answer, None)
            left = rows_of(asked(prompt), form)
            return read(prompt, ('{"rows":[' + ",".join(left) + "]}").encode(), None)

        candidates = Candidates({"n": list(range(20))}, 20, 0)
        got = await fill(brief, candidates, rows_per_call=20, check=fine, ask=ask)
        whole = sum(end <= cut for end in ends) if len(prompts) > 1 else 20
        assert got.cells["text"] == [text.strip() for text in TEXTS.values()]
        assert [len(asked(prompt)) for prompt in prompts] == [20, 20 - whole][: len(prompts)]
        assert asked(prompts[-1]) == list(TEXTS)[whole % 20 :]
        assert got.rejected == {}
