"""What is counted of an engine's work, for Prometheus. No label names a job, an owner or a column."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import choose_encoder

from synthaix.orchestration.watching import Ended, Work

if TYPE_CHECKING:
    from synthaix.orchestration.jobs.standing import Standing

CHUNK_BUCKETS = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300)  # seconds
CALL_BUCKETS = (0.1, 0.3, 1, 2, 4, 8, 16, 32, 64, 128)
WORKERS: tuple[Work, ...] = ("call", "chunk", "export")
DUPLICATES = "synthaix.duplicates."  # before a stage, in the facts of a commit
DIRECTIONS = {
    "input": "gen_ai.usage.input_tokens",
    "output": "gen_ai.usage.output_tokens",
    "cached": "gen_ai.usage.cache_read.input_tokens",
}


class Metrics:
    """Counters that follow the work, and gauges that are set when somebody asks."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)

        def counter(name: str, meaning: str, *labels: str) -> Counter:
            return Counter(f"synthaix_{name}", meaning, labels, registry=registry)

        def gauge(name: str, meaning: str, *labels: str) -> Gauge:
            return Gauge(f"synthaix_{name}", meaning, labels, registry=registry)

        def seconds(name: str, meaning: str, buckets: tuple[float, ...]) -> Histogram:
            return Histogram(f"synthaix_{name}_seconds", meaning, buckets=buckets, registry=registry)

        self._rows = counter("rows_committed_total", "Rows committed")
        self._rejected = counter("rows_rejected_total", "Candidates that broke a rule")
        self._duplicates = counter("rows_duplicate_total", "Candidates that repeated a row", "stage")
        self._chunk = seconds("chunk", "Making a chunk's candidates, with its calls", CHUNK_BUCKETS)
        self._commit = seconds("commit", "Judging and storing a chunk", CHUNK_BUCKETS)
        self._calls = counter("calls_total", "Calls of the model that were paid for or failed for good", "outcome")
        self._call = seconds("call", "A call of the model, with its waits and retries", CALL_BUCKETS)
        self._tokens = counter("tokens_total", "Tokens of answered calls; cached ones are among the input", "direction")
        self._dollars = counter("spent_dollars_total", "What answered calls cost, where the price is known")
        self._runs = counter("job_runs_total", "Runs of jobs that ended in this process", "status")
        self._exports = counter("exports_total", "Export files written or given up", "outcome")
        self._busy = gauge("workers_busy", "Calls in flight, chunks being made, files being written", "work")
        self._jobs = gauge("jobs_running", "Jobs that this process runs")
        self._queue = gauge("queue_depth", "Chunks of unfinished jobs that are not committed, in the whole store")
        self._circuit = gauge("provider_down", "1 while the model's provider is down, as far as calls have shown")
        self._free = gauge("disk_free_bytes", "Free room on the data folder's disk; NaN where that is not known")

    def heard(self, ended: Ended) -> None:
        """Count a piece of work that is over."""
        facts = ended.facts
        match ended.work:
            case "commit" if ended.outcome == "ok":
                self._rows.inc(_number(facts, "rows"))
                self._rejected.inc(_number(facts, "rejected"))
                for name in facts:
                    if name.startswith(DUPLICATES):
                        self._duplicates.labels(name.removeprefix(DUPLICATES)).inc(_number(facts, name))
                self._commit.observe(ended.seconds)
            case "chunk" if ended.outcome == "ok":
                self._chunk.observe(ended.seconds)
            case "call":
                self._calls.labels(ended.outcome).inc()
                self._call.observe(ended.seconds)
                for direction, name in DIRECTIONS.items():
                    self._tokens.labels(direction).inc(_number(facts, name))
                self._dollars.inc(_number(facts, "cost_usd"))
            case "job":
                self._runs.labels(str(facts["status"])).inc()
            case "export":
                self._exports.labels(ended.outcome).inc()

    def exposed(self, standing: "Standing | None", under_way: Mapping[Work, int], accept: str) -> tuple[bytes, str]:
        """Everything as text, and its media type: what the client accepts."""
        for work in WORKERS:
            self._busy.labels(work).set(under_way[work])
        self._jobs.set(under_way["job"])
        if standing is not None:
            self._queue.set(standing.open_chunks)
            self._circuit.set(standing.circuit == "open")
        free = None if standing is None else standing.free_bytes
        self._free.set(math.nan if free is None else free)  # 0 would be an alarm
        encode, media_type = choose_encoder(accept)
        return encode(self._registry), media_type


def _number(facts: Mapping[str, object], name: str) -> float:
    found = facts.get(name, 0)
    return found if isinstance(found, int | float) else 0.0
