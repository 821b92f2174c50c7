"""Filling a chunk, from replies that this module writes."""

import json
import re
from collections.abc import Callable, Mapping, Sequence

import pytest

from synthaix.orchestration.errors import ProviderBusy, ReplyUnusable
from synthaix.orchestration.generation.fill.filling import Ask, Candidates, Filled, fill
from synthaix.orchestration.generation.fill.prompting import Brief
from synthaix.orchestration.generation.validation import Fault
from synthaix.orchestration.llm.provider import FinishReason, Prompt, PromptTooLong, Reply, Usage
from synthaix.orchestration.schema.column import Cell, Column
from synthaix.orchestration.schema.schema import Table

TABLE = Table(columns=(Column(name="n", type="integer"), Column(name="text", type="text")))
BRIEF = Brief(TABLE, ["text"], ["n"], seed=3)
ONE = Usage(10, 5)


def asked(prompt: Prompt) -> dict[int, int]:
    """id -> n, from the prompt's lines."""
    return {int(i): int(n) for i, n in re.findall(r"^\[(\d+),(\d+)\]$", prompt.user, re.MULTILINE)}


def answer(prompt: Prompt, *, of: Sequence[int] | None = None, finish: FinishReason = "stop") -> Reply:
    """A reply with a text for each line, or for the ids in `of`."""
    rows = [{"i": i, "text": f"row {n}"} for i, n in asked(prompt).items() if of is None or i in of]
    return Reply(json.dumps({"rows": rows}), finish, ONE)


class Model:
    """Answers by a function of (prompt, number of the call), and remembers."""

    def __init__(self, answers: Callable[[Prompt, int], Reply]) -> None:
        self.prompts: list[Prompt] = []
        self.attempts: list[int] = []
        self._answers = answers

    async def __call__(self, prompt: Prompt, attempt: int) -> Reply:
        self.prompts.append(prompt)
        self.attempts.append(attempt)
        return self._answers(prompt, len(self.prompts) - 1)

    @property
    def sizes(self) -> list[int]:
        """Lines of each call."""
        return [len(asked(prompt)) for prompt in self.prompts]


def fine(row: Mapping[str, Cell]) -> Sequence[Fault]:
    """Every row is valid."""
    return []


async def filled(
    ask: Ask, count: int = 4, *, k: int = 10, check: Callable[[Mapping[str, Cell]], Sequence[Fault]] = fine
) -> Filled:
    """A chunk of `count` candidates, the first with index 100."""
    return await fill(BRIEF, Candidates({"n": list(range(count))}, count, 100), rows_per_call=k, check=check, ask=ask)


async def test_calls_fill_their_own_rows() -> None:
    """Three calls, each row where it belongs."""
    model = Model(lambda prompt, _: answer(prompt))
    got = await filled(model, 25)
    assert got.cells["text"] == [f"row {n}" for n in range(25)]
    assert sorted(model.sizes) == [8, 8, 9]
    assert (got.rejected, got.calls, got.usage) == ({}, 3, Usage(30, 15))


async def test_what_a_call_wrote_is_shown_when_it_ends() -> None:
    """Each call's cells once, in full, those of a rejected row empty."""
    shown: list[list[Cell]] = []

    async def on_cells(cells: Mapping[str, Sequence[Cell]]) -> None:
        shown.append(list(cells["text"]))

    async def ask(prompt: Prompt, _: int) -> Reply:
        return answer(prompt, of=[i for i, n in asked(prompt).items() if n != 4])

    given = Candidates({"n": list(range(6))}, 6, 100)
    await fill(BRIEF, given, rows_per_call=3, check=fine, ask=ask, on_cells=on_cells)
    assert sorted(shown, key=str) == [["row 0", "row 1", "row 2"], ["row 3", None, "row 5"]]


async def test_missing_rows_are_asked_for_again() -> None:
    """Only what did not come, and only once."""
    model = Model(lambda prompt, call: answer(prompt, of=[1, 3] if call == 0 else None))
    got = await filled(model)
    assert model.sizes == [4, 2]
    assert list(asked(model.prompts[1])) == [2, 4]
    assert got.rejected == {}


async def test_an_invalid_row_is_asked_for_with_the_reason() -> None:
    """The validator's words go back to the model; the check sees the sampled cells too."""
    seen: list[Mapping[str, Cell]] = []

    def check(row: Mapping[str, Cell]) -> Sequence[Fault]:
        seen.append(row)
        return [Fault("text", "must rhyme")] if row["n"] == 2 and len(seen) < 5 else []

    model = Model(lambda prompt, _: answer(prompt))
    got = await filled(model, check=check)
    assert model.sizes == [4, 1]
    assert "Line 3 was rejected: text: must rhyme" in model.prompts[1].user
    assert {"n": 2, "text": "row 2"} in seen
    assert got.rejected == {}


async def test_rows_that_stay_invalid_are_dropped_with_the_reason() -> None:
    """Asked three times, the last time by half, then rejected; the others stay."""
    model = Model(lambda prompt, _: answer(prompt))
    got = await filled(model, check=lambda row: [Fault("text", "no")] if row["n"] != 1 else [])
    assert model.sizes == [4, 3, 2, 1]
    assert got.rejected == {0: "text: no", 2: "text: no", 3: "text: no"}
    assert got.cells["text"] == [None, "row 1", None, None]


async def test_a_cut_answer_keeps_its_rows_and_halves_the_rest() -> None:
    """`length`: the whole rows count, the others come in calls of half the size."""

    def answers(prompt: Prompt, call: int) -> Reply:
        whole = answer(prompt)
        return Reply(whole.text[: len(whole.text) * 6 // 10], "length", ONE) if call == 0 else whole

    model = Model(answers)
    got = await filled(model, 10)
    assert model.sizes[0] == 10
    assert 1 <= sum(model.sizes[1:]) < 10
    assert max(model.sizes[1:]) <= 5
    assert got.cells["text"] == [f"row {n}" for n in range(10)]


async def test_garbage_is_asked_for_again_whole() -> None:
    """The same text again, as its next attempt; halving would double the calls."""
    model = Model(lambda prompt, call: Reply("<<<", "stop", ONE) if call < 2 else answer(prompt))
    got = await filled(model)
    assert model.sizes == [4, 4, 4]
    assert model.attempts == [0, 1, 2]
    assert len({prompt.user for prompt in model.prompts}) == 1
    assert len({prompt.seed for prompt in model.prompts}) == 3, "an endpoint that keeps to a seed would say it again"
    assert got.rejected == {}


@pytest.mark.parametrize("finish", ["refusal", "content_filter"])
async def test_a_refusal_is_tried_once_more(finish: FinishReason) -> None:
    """Twice declined is declined, and the reason says so."""
    model = Model(lambda prompt, _: Reply("", finish, ONE))
    got = await filled(model)
    assert model.attempts == [0, 1]
    assert set(got.rejected) == {0, 1, 2, 3}
    assert set(got.rejected.values()) == {"the model declined"}


async def test_a_prompt_that_is_too_long_is_halved() -> None:
    """Nothing was answered: the same rows in two calls."""

    def answers(prompt: Prompt, call: int) -> Reply:
        if len(asked(prompt)) > 2:
            raise PromptTooLong
        return answer(prompt)

    model = Model(answers)
    got = await filled(model)
    assert model.sizes == [4, 2, 2]
    assert got.rejected == {}


async def test_a_prompt_may_be_too_long_many_times() -> None:
    """A call that is too long asks nothing, so that it counts as no ask; a single row that is too long is dropped."""

    def answers(prompt: Prompt, call: int) -> Reply:
        if len(asked(prompt)) > 1 or 7 in asked(prompt):
            raise PromptTooLong
        return answer(prompt)

    model = Model(answers)
    got = await filled(model, 20, k=20)
    assert model.sizes[:4] == [20, 10, 10, 5]
    assert set(got.rejected) == {6}
    assert got.calls == 19


async def test_asking_once_drops_what_does_not_come() -> None:
    """Where there is no feedback, a later round makes up for it; a call that is too long is still halved."""

    def answers(prompt: Prompt, call: int) -> Reply:
        if len(asked(prompt)) > 5:
            raise PromptTooLong
        return answer(prompt, of=[1, 2, 3, 6, 7, 8])

    model = Model(answers)
    got = await fill(
        BRIEF, Candidates({"n": list(range(10))}, 10, 0), rows_per_call=10, check=fine, ask=model, most_asks=1
    )
    assert model.sizes == [10, 5, 5]
    assert set(got.rejected) == {3, 4, 8, 9}


async def test_an_unreadable_reply_is_no_row() -> None:
    """What is no answer at all is asked for again."""

    def answers(prompt: Prompt, call: int) -> Reply:
        if call == 0:
            raise ReplyUnusable
        return answer(prompt)

    assert (await filled(Model(answers))).rejected == {}


async def test_a_busy_provider_reaches_the_job() -> None:
    """The first failure is raised as it is, and nothing more is asked after it."""

    def answers(prompt: Prompt, call: int) -> Reply:
        if call == 1:
            raise ProviderBusy(retry_after_seconds=7)
        return answer(prompt, of=[1])

    model = Model(answers)
    with pytest.raises(ProviderBusy) as caught:
        await filled(model, 30)
    assert caught.value.retry_after_seconds == 7
    assert len(model.prompts) == 2


async def test_the_same_replies_give_the_same_rows() -> None:
    """Filling is a pure function of the replies: from the journal nothing is asked anew."""
    journal: dict[tuple[str, int], Reply] = {}

    async def live(prompt: Prompt, attempt: int) -> Reply:
        place = (prompt.key("m"), attempt)
        assert place not in journal
        journal[place] = answer(prompt, of=[1, 2, 5] if len(journal) < 3 else None)
        return journal[place]

    async def replayed(prompt: Prompt, attempt: int) -> Reply:
        return journal[prompt.key("m"), attempt]

    assert await filled(live, 25) == await filled(replayed, 25)
    assert len(journal) > 3
