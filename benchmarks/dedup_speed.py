"""Microseconds of CPU per row for deduplication alone, on ten columns, and the memory it grows by.

    uv run python benchmarks/dedup_speed.py                    # 10,000 and 1,000,000 committed rows
    uv run python benchmarks/dedup_speed.py --rows 200000 --block 4096 --duplicates 0.02
"""

import argparse
import time
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import psutil
from customers import customers

from synthaix.orchestration.dedup.deduplicator import Deduplicator
from synthaix.orchestration.dedup.fingerprints import Fingerprinter
from synthaix.orchestration.dedup.roles import Roles, roles_of
from synthaix.orchestration.schema.column import Cell, Column
from synthaix.orchestration.schema.schema import Schema, Table

SPACES = {"full_name": 1e6, "email": 1e7, "phone": 1e6, "city": 1_800, "country": 190, "birth_date": 24_000,
          "balance": 1e6, "plan": 3, "active": 2, "customer_id": 2.0**122}  # fmt: skip


def blocks(rows: int, size: int, duplicates: float) -> Iterator[dict[str, list[Cell]]]:
    """Cells as a sampler makes them; a share of the rows repeats an earlier row of its block."""
    rng = np.random.default_rng(7)
    first = ["".join(rng.choice(list("aeioulnrst"), 5)).title() for _ in range(1_000)]
    last = ["".join(rng.choice(list("aeioubcdmnprst"), 7)).title() for _ in range(3_000)]
    cities = ["".join(rng.choice(list("aeioulnrst"), 8)).title() for _ in range(1_800)]
    days = np.datetime64("1940-01-01") + np.arange(24_000)
    for start in range(0, rows, size):
        count = min(size, rows - start)
        names = [f"{first[a]} {last[b]}" for a, b in zip(*_draws(rng, count, 1_000, 3_000), strict=True)]
        (digits,) = _draws(rng, count, 99)
        columns: dict[str, list[Cell]] = {
            "full_name": list(names),
            "email": [
                f"{name.lower().replace(' ', '.')}{digit}@example.com"
                for name, digit in zip(names, digits, strict=True)
            ],
            "phone": [f"+1-555-01{a:02d}-{b:04d}" for a, b in zip(*_draws(rng, count, 100, 10_000), strict=True)],
            "city": [cities[a] for a in rng.integers(0, 1_800, count)],
            "country": [cities[a] for a in rng.integers(0, 190, count)],
            "birth_date": list(days[rng.integers(0, len(days), count)].astype(str).tolist()),
            "balance": list(np.round(rng.lognormal(6, 1, count), 2).tolist()),
            "plan": list(rng.choice(["free", "pro", "team"], count).tolist()),
            "active": list((rng.random(count) < 0.8).tolist()),
        }
        for place in np.flatnonzero(rng.random(count) < duplicates).tolist():
            for cells in columns.values():
                cells[place] = cells[max(place - 3, 0)]
        yield columns


def _draws(rng: np.random.Generator, count: int, *most: int) -> list[list[int]]:
    return [rng.integers(0, limit, count).tolist() for limit in most]


def run(table: Table, roles: Roles, rows: int, size: int, duplicates: float) -> None:
    """Fingerprint, look up, decide, pack and commit `rows` rows; print what a row cost, by tenths."""
    fingerprinter = Fingerprinter(table, roles)
    deduplicator = Deduplicator(table, roles, rows_expected=rows)
    rss = psutil.Process().memory_info().rss
    spent: dict[str, list[float]] = {"fingerprints": [], "suspects": [], "decide": [], "commit": []}
    seq = read = refused = 0
    for columns in blocks(rows, size, duplicates):
        count = len(columns["city"])
        eligible = np.ones(count, dtype=bool)
        times = [time.process_time()]
        prints = fingerprinter(columns, count)
        times.append(time.process_time())
        suspects = deduplicator.suspects(prints, eligible)
        times.append(time.process_time())
        stored: dict[int, list[Cell]] = {one: [None] * len(table.columns) for one in suspects}
        decision = deduplicator.decide(prints, eligible, count, stored, columns)
        times.append(time.process_time())
        deduplicator.packed(decision)
        deduplicator.commit(decision, seq)
        times.append(time.process_time())
        seq, read, refused = seq + len(decision.accepted), read + len(suspects), refused + len(decision.duplicates)
        for part, (before, after) in zip(spent.values(), pairwise(times), strict=True):
            part.append((after - before) * 1e6 / count)
    grown = (psutil.Process().memory_info().rss - rss) / 2**20
    tenth = max(len(spent["decide"]) // 10, 1)
    print(f"{rows:,} rows in blocks of {size:,}: RSS +{grown:.0f} MB; {refused:,} refused, {read:,} rows read back")
    for name, part in {**spent, "together": np.sum(list(spent.values()), axis=0).tolist()}.items():
        early, late = np.mean(part[tenth : 2 * tenth]), np.mean(part[-tenth:])
        print(f"  {name:<12} {np.mean(part):5.2f} us a row; second tenth {early:5.2f}, last tenth {late:5.2f}")


def main() -> None:
    """Print the figures."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--rows", type=int, action="append")
    reader.add_argument("--block", type=int, default=2_048)
    reader.add_argument("--duplicates", type=float, default=0.0)
    asked = reader.parse_args()
    loose: Any = customers()
    schema = Schema.model_validate(loose)

    def space(_: Schema, __: Table, column: Column) -> float:
        return SPACES[column.name]

    for rows in asked.rows or [10_000, 1_000_000]:
        roles, _ = roles_of(schema, schema.root, rows=rows, space=space)
        run(schema.root, roles, rows, asked.block, asked.duplicates)


if __name__ == "__main__":
    main()
