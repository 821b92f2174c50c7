"""Fill a chunk's text columns by calls. What comes out is a pure function of the replies."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import anyio

from synthaix.orchestration.errors import ReplyUnusable, SynthAIxError
from synthaix.orchestration.generation.column_rules import Cells
from synthaix.orchestration.generation.fill.acceptance import Accepted, accept
from synthaix.orchestration.generation.fill.calls import cut
from synthaix.orchestration.generation.fill.prompting import Brief, Lines
from synthaix.orchestration.generation.validation import Fault
from synthaix.orchestration.llm.provider import NO_USAGE, FinishReason, Prompt, PromptTooLong, Reply, Usage
from synthaix.orchestration.schema.column import Cell

MOST_ASKS = 3  # of one row: as planned, again with what was wrong, once more with half as many; then it is dropped
MOST_REFUSALS = 2  # of one row: the same prompt is tried once more
MISSING = "did not come"
REFUSED = "the model declined"

Ask = Callable[[Prompt, int], Awaitable[Reply]]  # a prompt, and how often the same one has been asked before


@dataclass(frozen=True, slots=True)
class Candidates:
    """Rows that lack their text.

    Attributes:
        columns: the cells that are there, column by column, `count` of each.
        first: index of the first candidate; the others follow it.
    """

    columns: Mapping[str, Cells]
    count: int
    first: int


@dataclass(slots=True)
class Filled:
    """What the calls gave.

    Attributes:
        cells: each written column's cells, None in rows that were rejected.
        rejected: local index -> why no valid cells came.
        calls: replies that were read.
        outcomes: finish reason -> calls.
        usage: of all replies together, also of those that were in the journal.
    """

    cells: dict[str, Cells]
    rejected: dict[int, str] = field(default_factory=dict)
    calls: int = 0
    outcomes: Counter[FinishReason] = field(default_factory=Counter)
    usage: Usage = NO_USAGE


@dataclass(frozen=True, slots=True)
class Answered:
    """A planned call that has come to its end.

    Attributes:
        first: index of its first candidate.
        usage: of all its replies, those to re-asks included.
        whole: whether the first reply gave every row.
    """

    first: int
    rows: int
    usage: Usage
    whole: bool


async def fill(
    brief: Brief,
    candidates: Candidates,
    *,
    rows_per_call: int,
    total: int | None = None,
    check: Callable[[Mapping[str, Cell]], Sequence[Fault]],
    ask: Ask,
    unlike: Sequence[str] = (),
    shift: int = 0,
    on_rows: Callable[[int], None] | None = None,
    on_call: Callable[[Answered], Awaitable[None]] | None = None,
    on_cells: Callable[[Mapping[str, Cells]], Awaitable[None]] | None = None,
    most_asks: int = MOST_ASKS,
    only: int | None = None,
) -> Filled:
    """Write the text of every candidate, at most `rows_per_call` at a time, all calls at once.

    Args:
        total: rows of the table, whose last calls are smaller.
        check: the faults of a row, given the cells that were there and the written ones.
        ask: gets a reply, from the journal or from the model.
        unlike: accepted texts of a fixed number of calls before.
        shift: of the angles, changed when novelty falls.
        on_rows: told how many rows each reply completed.
        on_call: told of each planned call that has come to its end.
        on_cells: shown what such a call has written, so that work on it need not wait for the chunk's last call.
        most_asks: of one row.
        only: number of the one planned call that is made; the rows of the others stay empty.

    Raises:
        SynthAIxError: what `ask` raised first, in the order of the calls; replies so far are saved by it.
    """
    filled = Filled({column.name: [None] * candidates.count for column in brief.columns})
    failures: dict[int, SynthAIxError] = {}

    async def run(number: int, place: range) -> None:
        call = _Call(brief, candidates, place, filled, check=check, unlike=unlike, shift=shift, on_rows=on_rows)
        try:
            answered = await call.run(asking, most_asks)
            if on_call is not None:
                await on_call(answered)
            if on_cells is not None:
                await on_cells({name: cells[place.start : place.stop] for name, cells in filled.cells.items()})
        except SynthAIxError as failure:
            failures[number] = failure

    async def asking(prompt: Prompt, attempt: int) -> Reply:
        if failures:
            raise failures[min(failures)]
        return await ask(prompt, attempt)

    # After a failure nothing more is asked, but what is in flight may end: it is paid for, and its reply gets saved.
    async with anyio.create_task_group() as group:
        for number, place in enumerate(cut(candidates.count, rows_per_call, first=candidates.first, total=total)):
            if only is None or number == only:
                group.start_soon(run, number, place)
    if failures:
        raise failures[min(failures)]
    return filled


class _Call:
    """One planned call with its re-asks."""

    def __init__(
        self, brief: Brief, candidates: Candidates, place: range, filled: Filled, *,
        check: Callable[[Mapping[str, Cell]], Sequence[Fault]], unlike: Sequence[str], shift: int,
        on_rows: Callable[[int], None] | None,
    ) -> None:  # fmt: skip
        self._brief = brief
        self._first = candidates.first + place.start
        self._start = place.start
        self._contexts: dict[int, dict[str, Cell]] = {
            number: {name: cells[index] for name, cells in candidates.columns.items()}
            for number, index in enumerate(place, 1)
        }
        self._filled = filled
        self._check = check
        self._unlike = unlike
        self._shift = shift
        self._on_rows = on_rows
        self._asked: Counter[str] = Counter()
        self._why: dict[int, str] = dict.fromkeys(self._contexts, MISSING)
        self._notes: dict[int, str] = {}
        self._done: set[int] = set()
        self._refusals: Counter[int] = Counter()
        self._halve = self._unasked = False
        self._usage = NO_USAGE

    async def run(self, ask: Ask, most_asks: int) -> Answered:
        """Ask until every row is there, or has been asked for `most_asks` times, or was declined twice."""
        left = list(self._contexts)
        size, turn = len(left), 0
        while left and turn < most_asks:
            if self._halve:
                size, self._halve = max(1, size // 2), False
            self._unasked = size > 1  # unless a reply comes: a call that is too long asks nothing
            groups = [left[at : at + size] for at in range(0, len(left), size)]
            left = [number for group in groups for number in await self._round(group, ask, last=turn == most_asks - 2)]
            turn += not self._unasked
        for number in self._contexts.keys() - self._done:
            self._filled.rejected[self._start + number - 1] = self._why[number]
        whole = len(self._done) == len(self._contexts) and self._asked.total() == 1
        return Answered(self._first, len(self._contexts), self._usage, whole)

    async def _round(self, ids: list[int], ask: Ask, *, last: bool) -> list[int]:
        """One request. Returns the ids to ask for again; `last`: the next time is the last."""
        prompt = self._brief.prompt(
            Lines(
                {number: self._contexts[number] for number in ids}, self._first,
                {number: self._notes[number] for number in ids if number in self._notes}, self._unlike, self._shift,
            )
        )  # fmt: skip
        reply = await self._reply(prompt, ask)
        if reply is None:
            self._halve = True
            return ids
        accepted = accept(reply.text, frozenset(ids), self._brief.columns, self._faults)
        self._take(accepted)
        left = [number for number in ids if number not in accepted.rows]
        for number in left:
            self._why[number] = accepted.faults.get(number, REFUSED if reply.refusal else MISSING)
        self._notes.update(accepted.faults)
        # A cut answer says that the call was too long; a second bad one that it was too much at once. A reply with
        # nothing in it says neither: halving it would only double the calls.
        partial = bool(accepted.rows or accepted.faults)
        self._halve |= bool(left) and (reply.finish_reason == "length" or (last and partial))
        if reply.refusal:
            self._refusals.update(left)
        return [number for number in left if self._refusals[number] < MOST_REFUSALS]

    async def _reply(self, prompt: Prompt, ask: Ask) -> Reply | None:
        """The reply; None when the call was too long for the model."""
        key = prompt.key("")
        attempt = self._asked[key]
        self._asked[key] += 1
        if attempt and prompt.seed is not None:  # with the same one, some endpoints give the same answer again
            prompt = replace(prompt, seed=prompt.seed + attempt)
        try:
            reply = await ask(prompt, attempt)
        except PromptTooLong:
            return None
        except ReplyUnusable:
            reply = Reply("", "cut", NO_USAGE)
        self._unasked = False
        self._filled.calls += 1
        self._filled.outcomes[reply.finish_reason] += 1
        self._filled.usage += reply.usage
        self._usage += reply.usage
        return reply

    def _faults(self, number: int, cells: Mapping[str, Cell]) -> Sequence[Fault]:
        return self._check({**self._contexts[number], **cells})

    def _take(self, accepted: Accepted) -> None:
        self._done.update(accepted.rows)
        for number, cells in accepted.rows.items():
            for name, cell in cells.items():
                self._filled.cells[name][self._start + number - 1] = cell
        if self._on_rows is not None and accepted.rows:
            self._on_rows(len(accepted.rows))
