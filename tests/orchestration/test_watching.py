"""What is told of the work: spans, and a word at the end of each piece; nothing that a user wrote."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode
from pydantic import SecretStr
from tests.doubles.writing import REVIEWS, ended, writing

from synthaix.orchestration.config import Config
from synthaix.orchestration.engine import Engine
from synthaix.orchestration.errors import ProviderRefused
from synthaix.orchestration.jobs.order import Order
from synthaix.orchestration.watching import Ended, Watch

CANARY = "c4n4ry"


class Seen:
    """A watch, the spans that it made, and what a listener heard."""

    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        provider = TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.watch = Watch(provider.get_tracer("test"))
        self.heard: list[Ended] = []
        self.watch.listen(self.heard.append)

    def spans(self, name: str) -> list[ReadableSpan]:
        """Those of this name."""
        return [span for span in self.exporter.get_finished_spans() if span.name == name]

    def facts(self, work: str) -> list[dict[str, Any]]:
        """What was heard of a kind of work."""
        return [dict(each.facts) for each in self.heard if each.work == work]


@pytest.fixture
def seen() -> Seen:
    """One with an exporter in memory."""
    return Seen()


async def test_a_written_job_is_told_down_to_its_calls(tmp_path: Path, fake_provider: Any, seen: Seen) -> None:
    """Job, chunks, verdicts and calls are one tree; the sums are the job's own; a call has the names of GenAI."""
    async with writing(tmp_path, fake_provider.base_url, watch=seen.watch) as engine:
        view = await ended(engine, Order(60, schema=REVIEWS, chunk_size=20, seed=1))
        await engine.export(view.job_id, owner="local", format="csv")
    assert view.status == "completed"
    (job,) = seen.spans("job")
    assert job.attributes is not None
    assert (job.attributes["synthaix.job_id"], job.attributes["synthaix.status"]) == (view.job_id, "completed")
    assert job.context is not None
    assert {span.context.trace_id for span in seen.spans("chunk") if span.context} == {job.context.trace_id}
    assert len(seen.spans("dedup")) == len(seen.spans("commit")) >= 3
    assert sum(facts["rows"] for facts in seen.facts("commit")) == 60
    calls = seen.spans("chat fake-model")
    chunks = {span.context.span_id for span in seen.spans("chunk") if span.context}
    assert calls
    assert all(call.kind is SpanKind.CLIENT and call.parent and call.parent.span_id in chunks for call in calls)
    told = seen.facts("call")
    assert sum(facts["gen_ai.usage.output_tokens"] for facts in told) == view.cost.output_tokens
    assert sum(facts["cost_usd"] for facts in told) == pytest.approx(view.cost.spent_usd, abs=1e-6)
    assert all(call.attributes and call.attributes["gen_ai.request.model"] == "fake-model" for call in calls)
    assert [span.attributes and span.attributes["synthaix.format"] for span in seen.spans("export")] == ["csv"]
    assert +seen.watch.under_way == Counter()


async def test_nothing_that_a_user_wrote_is_told(tmp_path: Path, fake_provider: Any, seen: Seen) -> None:
    """Neither names of columns, nor cells, nor prompts, nor a key, nor a provider's words."""
    fake_provider.reset(key=f"{CANARY}-right")
    columns = [{**column, "name": f"{CANARY}_{column['name']}", "description": CANARY} for column in REVIEWS["columns"]]
    schema = {"name": f"{CANARY}_table", "columns": columns}
    for key in ("right", "wrong"):
        given = {"api_key": SecretStr(f"{CANARY}-{key}"), "watch": seen.watch}
        async with writing(tmp_path / key, fake_provider.base_url, **given) as engine:
            await ended(engine, Order(20, schema=schema, seed=1))
    assert {each.outcome for each in seen.heard if each.work == "call"} == {"ok", "provider_refused"}
    assert CANARY not in "".join(span.to_json() for span in seen.exporter.get_finished_spans())
    assert CANARY not in str(seen.heard)


async def test_a_sampled_job_tells_chunks_and_no_rows(tmp_path: Path, seen: Seen) -> None:
    """The cost is by the chunk."""
    engine = Engine(Config(home=tmp_path, embedder="hash", watch=seen.watch))
    await engine.open()
    schema = {"columns": [{"name": "n", "type": "uuid"}]}
    view = await ended(engine, Order(5_000, schema=schema, chunk_size=1_000, seed=1))
    await engine.aclose()
    assert view.status == "completed"
    assert sum(facts["rows"] for facts in seen.facts("commit")) == 5_000
    assert len(seen.heard) < 40


@pytest.mark.parametrize(
    ("error", "outcome", "status"),
    [
        (ProviderRefused("secret words"), "provider_refused", StatusCode.ERROR),
        (ZeroDivisionError("a secret cell"), "fault", StatusCode.ERROR),
        (GeneratorExit(), "cancelled", StatusCode.UNSET),
    ],
)
def test_an_error_is_told_by_its_code(seen: Seen, error: BaseException, outcome: str, status: StatusCode) -> None:
    """Never by its text; and it passes."""
    with pytest.raises(type(error)), seen.watch.during("job", {}):
        raise error
    assert [each.outcome for each in seen.heard] == [outcome]
    (span,) = seen.spans("job")
    assert (span.status.status_code, span.status.description, span.events) == (status, None, ())
    assert seen.watch.under_way["job"] == 0
