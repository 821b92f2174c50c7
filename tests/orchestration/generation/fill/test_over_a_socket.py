"""Filling through client and pace, against a provider that misbehaves on a real socket."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import pytest

from synthaix.orchestration.generation.fill.filling import Candidates, Filled, fill
from synthaix.orchestration.generation.fill.prompting import Brief
from synthaix.orchestration.generation.validation import Fault, TableRules
from synthaix.orchestration.llm.models import Endpoint
from synthaix.orchestration.llm.openai_compatible import OpenAICompatible
from synthaix.orchestration.llm.pacing import Pace, PacedProvider
from synthaix.orchestration.llm.provider import Prompt, Reply
from synthaix.orchestration.schema.column import Cell
from synthaix.orchestration.schema.schema import Schema

SCHEMA = Schema.model_validate(
    {
        "columns": [
            {"name": "category", "type": "category", "constraints": {"enum": ["Books", "Toys", "Garden"]}},
            {"name": "amount", "type": "decimal"},
            {
                "name": "review", "type": "text", "description": "a 12-word review",
                "strategy": "llm", "constraints": {"min_length": 20, "max_length": 200},
            },
        ]
    }
)  # fmt: skip
RULES = TableRules(SCHEMA, SCHEMA.root)


class Fake(Protocol):
    """The fixture of tests/conftest.py."""

    base_url: str

    def reset(self, **changes: object) -> None: ...
    def stats(self) -> dict[str, float]: ...


def check(row: Mapping[str, Cell]) -> Sequence[Fault]:
    """The table's own rules."""
    return RULES.faults(row, only=["review"])


async def filled(fake: Fake, rows: int, *, seed: int = 1, idle: float = 5.0) -> Filled:
    """A chunk of so many rows, written by the fake provider."""
    brief = Brief(SCHEMA.root, ["review"], ["category", "amount"], seed=seed)
    client = OpenAICompatible(Endpoint(fake.base_url, "openai", "fake-model", named=True), idle_seconds=idle)
    paced = PacedProvider(client, Pace(slots=20))

    async def ask(prompt: Prompt, attempt: int) -> Reply:
        return await paced.complete(prompt)

    columns: dict[str, list[Cell]] = {
        "category": [["Books", "Toys", "Garden"][n % 3] for n in range(rows)],
        "amount": [n / 4 for n in range(rows)],
    }
    try:
        return await fill(brief, Candidates(columns, rows, 0), rows_per_call=10, check=check, ask=ask)
    finally:
        await paced.aclose()


def texts(got: Filled) -> list[str]:
    """The reviews that were accepted."""
    return [cell for cell in got.cells["review"] if isinstance(cell, str)]


async def test_a_clean_run_asks_once_for_each_row(fake_provider: Fake) -> None:
    """Ten rows a call, every row its own text, and our count of tokens is the provider's."""
    got = await filled(fake_provider, 200)
    stats = fake_provider.stats()
    assert (got.rejected, got.calls, stats["billed"]) == ({}, 20, 20)
    assert len(set(texts(got))) == 200
    assert (got.usage.input_tokens, got.usage.output_tokens) == (stats["input_tokens"], stats["output_tokens"])


@pytest.mark.parametrize(
    "fault",
    ["garbage", "refusal", "empty", "length", "wrong_shape", "extra_rows", "missing_rows", "duplicate_rows",
     "invalid_rows", "drop", "stall", "content_filter", "500", "hang"],
)  # fmt: skip
async def test_every_fault_is_survived(fake_provider: Fake, fault: str) -> None:
    """A fifth of the attempts fail in this way: nearly every row comes, and each is valid."""
    fake_provider.reset(shares={fault: 0.2}, seed=3)
    got = await filled(fake_provider, 100, idle=0.3 if fault in ("hang", "stall") else 5.0)
    assert len(got.rejected) <= 10
    assert len(texts(got)) == 100 - len(got.rejected)
    assert all(len(text.split()) >= 12 and 20 <= len(text) <= 200 for text in texts(got))  # none is cut


async def test_the_same_seed_gives_the_same_rows(fake_provider: Fake) -> None:
    """Two runs under the same faults, the same rows."""
    fake_provider.reset(shares={"garbage": 0.2, "missing_rows": 0.2}, seed=9)
    first = await filled(fake_provider, 100)
    fake_provider.reset(shares={"garbage": 0.2, "missing_rows": 0.2}, seed=9)
    assert (await filled(fake_provider, 100)).cells == first.cells


async def test_a_limit_in_the_headers_is_learnt(fake_provider: Fake) -> None:
    """600 requests a minute, twenty at once: what follows the first wave is sent in time, and not refused."""
    fake_provider.reset(requests_per_minute=600, rate_burst=20, base=0.2, retry_after=0.1)
    got = await filled(fake_provider, 400)
    assert got.rejected == {}
    assert fake_provider.stats()["requests"] <= 40 + 20 + 1


@pytest.mark.chaos
@pytest.mark.timeout(600)
async def test_the_whole_mix_stays_within_its_bill(fake_provider: Fake) -> None:
    """30 % 429, 10 % 500, 10 % silence, 10 % garbage, 5 % refusals: at most 1.6 times the ideal number of billed calls.

    1.43 is the floor: of two answers that are billed, 0.6 are no use.
    """
    shares = {"429": 0.3, "500": 0.1, "hang": 0.1, "garbage": 0.1, "refusal": 0.05}
    fake_provider.reset(shares=shares, retry_after=0.05, seed=1)
    got = await filled(fake_provider, 10_000, idle=0.3)
    accepted = 10_000 - len(got.rejected)
    assert fake_provider.stats()["billed"] <= 1.6 * accepted / 10
    assert len(got.rejected) <= 0.05 * 10_000
