"""Rows a second and peak memory of every export format, each in a process of its own.

    python benchmarks/exports.py [--rows 1000000] [--formats csv parquet]

Eight columns: integer, two of text, category, decimal, boolean, date, datetime. The rows come from memory, so what is
measured is reading JSON, conversion, hashing and writing. Peak memory is the whole process's, the interpreter included.
"""

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import orjson

from synthaix.orchestration.results.exports import write_export
from synthaix.orchestration.results.formats.writers import FORMATS
from synthaix.orchestration.schema.schema import Table

PREPARED = 65_536  # different rows; they come round again
TYPES = {
    "id": "integer", "name": "string", "email": "string", "plan": "category", "spent": "decimal", "active": "boolean",
    "born": "date", "seen": "datetime",
}  # fmt: skip
TABLE = Table.model_validate({"columns": [{"name": name, "type": type_} for name, type_ in TYPES.items()]})


def row_of(seq: int, rng: random.Random) -> bytes:
    cells = [
        seq, f"Person Number {seq}", f"person{seq}@example.com", rng.choice(["free", "team", "enterprise"]),
        rng.randrange(10**7) / 100, rng.random() < 0.5, f"19{rng.randint(50, 99)}-{rng.randint(1, 12):02}-15",
        f"2026-11-{rng.randint(1, 30):02}T13:{rng.randint(0, 59):02}:00Z",
    ]  # fmt: skip
    return bytes(memoryview(orjson.dumps(cells)))


def measure(form: str, rows: int) -> None:
    rng = random.Random(1)
    prepared = [row_of(seq, rng) for seq in range(PREPARED)] * 2

    def read(first: int, end: int) -> list[bytes]:
        begin = first % PREPARED
        return prepared[begin : begin + end - first]

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"rows.{form}"
        write_export(path, form, TABLE, read, 1_000)  # imports, caches
        begun = time.perf_counter()
        written = write_export(path, form, TABLE, read, rows)
        seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 10 if sys.platform != "darwin" else 1 << 20)
    print(f"{form:8} {rows / seconds:>9,.0f} rows/s {seconds:7.2f} s {written.bytes / 1e6:8.1f} MB {peak:6.0f} MB peak")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--formats", nargs="+", choices=list(FORMATS), default=list(FORMATS))
    parser.add_argument("--alone", action="store_true", help="measure in this process")
    asked = parser.parse_args()
    for form in asked.formats:
        if asked.alone:
            measure(form, asked.rows)
        else:
            command = [sys.executable, __file__, "--alone", "--rows", str(asked.rows), "--formats", form]
            subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
