"""Fingerprints: keys, blocks, unique values, and how they are stored."""

import pickle
from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from synthaix.orchestration.dedup.fingerprints import LEAST_HALVED, _halves


def test_a_row_has_the_same_fingerprint_in_any_company(job_of: Callable[..., Any]) -> None:
    """Hashes are of the row alone, and survive the way to another process."""
    job = job_of(
        {"name": "n", "type": "integer"}, {"name": "x", "type": "float"}, {"name": "d", "type": "date"},
        {"name": "a", "type": "string"}, {"name": "f", "type": "boolean"}, {"name": "o", "type": "object"},
    )  # fmt: skip
    rows: list[tuple[Any, ...]] = [
        (1, 2.5, "2026-01-01", "Ana", True, {"k": [1]}),
        (None, None, None, None, None, None),
        ("7", "2.50", "2026-01-02", "Żółć", False, {"k": [2]}),
        (2**70, 0.0, "x", "a\x1fb", None, []),
    ]
    columns = {name: [row[place] for row in rows] for place, name in enumerate(job.table.names)}
    whole = pickle.loads(pickle.dumps(job.fingerprinter(columns, len(rows))))
    for place in range(len(rows)):
        alone = job.fingerprinter({name: [cells[place]] for name, cells in columns.items()}, 1)
        assert alone.keys[0] == whole.keys[place]
        assert alone.probes[0].tolist() == whole.probes[place].tolist()


def test_no_rows_have_no_fingerprints(job_of: Callable[..., Any]) -> None:
    """An empty chunk is no special case."""
    job = job_of({"name": "a", "type": "string", "constraints": {"unique": True}}, {"name": "b", "type": "text",
                 "strategy": "llm"}, {"name": "x", "type": "float"}, {"name": "c", "type": "string"})  # fmt: skip
    prints = job.fingerprinter({name: [] for name in job.table.names}, 0)
    assert prints.count == 0
    assert job.decide([]).accepted.tolist() == []


@given(st.text(alphabet="abc", min_size=LEAST_HALVED, max_size=20), st.integers(0, 19), st.sampled_from("abcxyz"),
       st.sampled_from(["substitute", "insert", "delete", "swap"]))  # fmt: skip
def test_halves_find_every_single_typo(text: str, place: int, letter: str, kind: str) -> None:
    """Optimal string alignment 1 leaves a half by which the other name is found."""
    place = min(place, len(text) - 1)
    other = {
        "substitute": text[:place] + letter + text[place + 1 :],
        "insert": text[:place] + letter + text[place:],
        "delete": text[:place] + text[place + 1 :],
        "swap": text[:place] + text[place : place + 2][::-1] + text[place + 2 :],
    }[kind]
    assert OSA.distance(text, other) <= 1
    if len(other) < LEAST_HALVED:
        return
    stored, sought = _halves([text.encode(), other.encode()])
    held = {int(half[0]) for half in stored}
    looked = {int(half[1]) for half in stored + sought}
    assert held & looked - {0}
