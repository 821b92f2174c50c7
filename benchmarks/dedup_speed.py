"""CPU per row for deduplication alone: ten typed columns, six strings, texts; and the memory it grows by.

    uv run python benchmarks/dedup_speed.py                    # 10,000 and 1,000,000 rows, 10,000 and 100,000 texts
    uv run python benchmarks/dedup_speed.py --rows 10000 --texts 10000
    uv run python benchmarks/dedup_speed.py --rows 200000 --block 4096 --duplicates 0.02
"""

import argparse
import tempfile
import time
import zlib
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from customers import customers

from synthaix.orchestration.dedup.deduplicator import Deduplicator
from synthaix.orchestration.dedup.embedding import UseEmbedder, Vectors, encoded
from synthaix.orchestration.dedup.fingerprints import Fingerprinter
from synthaix.orchestration.dedup.meaning import meaning_of
from synthaix.orchestration.dedup.polarity import polarity_of
from synthaix.orchestration.dedup.roles import Roles, roles_of
from synthaix.orchestration.dedup.text_index import TextIndex
from synthaix.orchestration.dedup.vector_place import JobFolder
from synthaix.orchestration.schema.column import Cell, Column
from synthaix.orchestration.schema.schema import Schema, Table

SPACES = {"full_name": 1e6, "email": 1e7, "phone": 1e6, "city": 1_800, "country": 190, "birth_date": 24_000,
          "balance": 1e6, "plan": 3, "active": 2, "customer_id": 2.0**122}  # fmt: skip
PROSE = (
    "The lamp arrived on a rainy Tuesday and my daughter unpacked it.",
    "It gives a warm light that is easy on the eyes.",
    "The switch is a little stiff at first.", "We moved it from the hall to the kitchen after a week.",
    "Nobody in the family wants to miss it any more.", "The cable could be half a metre longer.",
    "My neighbour has already ordered the same one.", "For that price I had not expected so much.",
    "Cleaning it takes a moment because of the folds in the shade.", "The bulb had to be bought apart.",
    "It stands firmly even on the old carpet.", "All in all a good choice for a small flat.",
)  # fmt: skip


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
        stored: dict[int, list[Cell]] = {one: [None] * len(table.columns) for one in suspects.seqs}
        decision = deduplicator.decide(prints, eligible, count, suspects, stored, columns)
        times.append(time.process_time())
        deduplicator.packed(decision)
        deduplicator.commit(decision, seq)
        times.append(time.process_time())
        seq, read, refused = seq + len(decision.accepted), read + len(suspects.seqs), refused + len(decision.duplicates)
        for part, (before, after) in zip(spent.values(), pairwise(times), strict=True):
            part.append((after - before) * 1e6 / count)
    grown = (psutil.Process().memory_info().rss - rss) / 2**20
    tenth = max(len(spent["decide"]) // 10, 1)
    print(f"{rows:,} rows in blocks of {size:,}: RSS +{grown:.0f} MB; {refused:,} refused, {read:,} rows read back")
    for name, part in {**spent, "together": np.sum(list(spent.values()), axis=0).tolist()}.items():
        early, late = np.mean(part[tenth : 2 * tenth]), np.mean(part[-tenth:])
        print(f"  {name:<12} {np.mean(part):5.2f} us a row; second tenth {early:5.2f}, last tenth {late:5.2f}")


def strings(rows: int) -> None:
    """Six free strings and nothing else, so that only typos and spelling tell rows apart."""
    names = ("name", "street", "town", "company", "team", "dish")
    schema = Schema.model_validate({"columns": [{"name": name, "type": "string"} for name in names]})

    def space(_: Schema, __: Table, column: Column) -> float:
        return 1e6

    roles, _ = roles_of(schema, schema.root, rows=rows, space=space)
    rng = np.random.default_rng(3)
    words = ["".join(rng.choice(list("aeioulnrstmkd"), 6)) for _ in range(3_000)]
    fingerprinter, deduplicator = Fingerprinter(schema.root, roles), Deduplicator(
        schema.root, roles, rows_expected=rows
    )
    kept: list[list[Cell]] = []
    begun, rss = time.process_time(), psutil.Process().memory_info().rss
    for first in range(0, rows, 1_000):
        count = min(1_000, rows - first)
        columns: dict[str, list[Cell]] = {
            name: [f"{words[a]} {words[b]}" for a, b in rng.integers(0, 3_000, (count, 2))] for name in names
        }
        prints, eligible = fingerprinter(columns, count), np.ones(count, dtype=bool)
        suspects = deduplicator.suspects(prints, eligible)
        seen = {seq: kept[seq] for seq in suspects.seqs}
        decision = deduplicator.decide(prints, eligible, count, suspects, seen, columns)
        deduplicator.commit(decision, len(kept))
        cells = list(zip(*columns.values(), strict=True))
        kept += [list(cells[place]) for place in decision.accepted.tolist()]
    spent = (time.process_time() - begun) * 1e6 / rows
    print(f"{rows:,} rows of six strings: {spent:.0f} us a row; RSS +{_grown(rss):.0f} MB with the rows")


def texts(rows: int, folder: Path) -> None:
    """Texts of 40 words in four sentences: deciding and indexing, with made-up vectors, without encoding."""
    schema = Schema.model_validate({"columns": [{"name": "text", "type": "text", "strategy": "llm"}]})
    roles, _ = roles_of(schema, schema.root, rows=rows, space=lambda *_: float("inf"))
    rng = np.random.default_rng(4)
    words = ["".join(rng.choice(list("aeioulnrstmkd"), 5)) for _ in range(2_000)]
    embedder = _MadeUp()
    index = TextIndex(JobFolder(folder), table="rows", space=embedder.name)
    deduplicator = Deduplicator(schema.root, roles, rows_expected=rows, embedder=embedder, index=index)
    fingerprinter = Fingerprinter(schema.root, roles)
    kept: list[list[Cell]] = []
    spent: list[float] = []
    rss = psutil.Process().memory_info().rss
    for first in range(0, rows, 50):
        told = [". ".join(" ".join(words[a] for a in part) for part in rng.integers(0, 2_000, (4, 10)))
                for _ in range(50)]  # fmt: skip
        columns: dict[str, list[Cell]] = {"text": list(told)}
        made = encoded(embedder, columns, ("text",))
        begun = time.process_time()
        prints, eligible = fingerprinter(columns, 50), np.ones(50, dtype=bool)
        suspects = deduplicator.suspects(prints, eligible, made)
        seen = {seq: kept[seq] for seq in suspects.seqs}
        decision = deduplicator.decide(prints, eligible, 50, suspects, seen, columns, made)
        deduplicator.packed(decision)
        deduplicator.commit(decision, len(kept))
        kept += [[told[place]] for place in decision.accepted.tolist()]
        if first % 2_000 == 0:
            deduplicator.write_behind()
        spent.append((time.process_time() - begun) * 1e3 / 50)
    tenth = max(len(spent) // 10, 1)
    print(f"{rows:,} texts without encoding: {np.mean(spent):.2f} ms a row, second tenth "
          f"{np.mean(spent[tenth : 2 * tenth]):.2f}, last tenth {np.mean(spent[-tenth:]):.2f}; "
          f"RSS +{_grown(rss):.0f} MB, {len(kept):,} kept")  # fmt: skip
    index.drop()


def all_in(rows: int) -> None:
    """Texts with the encoder that comes with the product: each stage, and all together."""
    schema = Schema.model_validate({"columns": [{"name": "text", "type": "text", "strategy": "llm"}]})
    roles, _ = roles_of(schema, schema.root, rows=rows, space=lambda *_: float("inf"))
    rng = np.random.default_rng(5)
    embedder = UseEmbedder()
    deduplicator = Deduplicator(schema.root, roles, rows_expected=rows, embedder=embedder)
    fingerprinter = Fingerprinter(schema.root, roles)
    polarity_of(embedder), meaning_of(embedder)  # once in a process
    kept: list[list[Cell]] = []
    spent = np.zeros(2)
    length = 0
    for first in range(0, rows, 50):
        told = [" ".join([*rng.choice(PROSE, 4, replace=False), f"It was number {first + place} of them."])
                for place in range(50)]  # fmt: skip
        length += sum(len(text.split()) for text in told)
        columns: dict[str, list[Cell]] = {"text": list(told)}
        begun = time.process_time()
        made = encoded(embedder, columns, ("text",))
        middle = time.process_time()
        prints, eligible = fingerprinter(columns, 50), np.ones(50, dtype=bool)
        suspects = deduplicator.suspects(prints, eligible, made)
        seen = {seq: kept[seq] for seq in suspects.seqs}
        decision = deduplicator.decide(prints, eligible, 50, suspects, seen, columns, made)
        deduplicator.packed(decision)
        deduplicator.commit(decision, len(kept))
        spent += (middle - begun, time.process_time() - middle)
        kept += [[told[place]] for place in decision.accepted.tolist()]
    encoding, judging = spent * 1e3 / rows
    print(f"{rows:,} texts of {length / rows:.0f} words all in: {1e3 / (encoding + judging):.0f} rows a CPU-second "
          f"(encoding {encoding:.2f} ms a row, judging {judging:.2f}), {len(kept):,} kept")  # fmt: skip


class _MadeUp:
    """Vectors that all lie somewhat near to each other, as those of one subject do."""

    name = "made-up-512"
    dimensions = 512
    alone = False

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One vector per text, which follows from the text alone."""
        seeds = [zlib.crc32(text.encode()) for text in texts]
        own = np.stack([np.random.default_rng(seed).normal(size=512) for seed in seeds]).astype(np.float32)
        own += 0.4
        unit: Vectors = own / np.linalg.norm(own, axis=1, keepdims=True)
        return unit


def _grown(rss: int) -> float:
    return (psutil.Process().memory_info().rss - rss) / 2**20


def main() -> None:
    """Print the figures."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--rows", type=int, action="append")
    reader.add_argument("--block", type=int, default=2_048)
    reader.add_argument("--duplicates", type=float, default=0.0)
    reader.add_argument("--texts", type=int, action="append", help="rows of text; 0 for none")
    asked = reader.parse_args()
    loose: Any = customers()
    schema = Schema.model_validate(loose)

    def space(_: Schema, __: Table, column: Column) -> float:
        return SPACES[column.name]

    for rows in asked.rows or [10_000, 1_000_000]:
        roles, _ = roles_of(schema, schema.root, rows=rows, space=space)
        run(schema.root, roles, rows, asked.block, asked.duplicates)
    for rows in (10_000, 100_000):
        strings(rows)
    all_in(2_000)
    with tempfile.TemporaryDirectory() as folder:
        for rows in asked.texts or [10_000, 100_000]:
            if rows:
                texts(rows, Path(folder) / str(rows))


if __name__ == "__main__":
    main()
