"""One row per person, company or thing."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from synthaix.orchestration.schema.column import Cell

JobOf = Callable[..., Any]
FIELDS = ("first", "last", "street", "town", "phone", "mail", "company")
PERSON: tuple[dict[str, Any], ...] = (
    *({"name": name, "type": "string"} for name in FIELDS),
    {"name": "born", "type": "date"},
    {"name": "sex", "type": "category", "constraints": {"enum": ["f", "m"]}},
)
SYLLABLES = ("mar", "len", "vos", "tik", "bra", "sul", "dor", "pek", "ani", "hol", "gre", "win")


def _word(rng: random.Random, count: int) -> str:
    return "".join(rng.choice(SYLLABLES) for _ in range(count)).title()


def _persons(count: int, rng: random.Random) -> list[dict[str, Cell]]:
    return [
        {
            "first": _word(rng, 2), "last": _word(rng, 3), "street": f"{_word(rng, 3)} Street {rng.randrange(1, 90)}",
            "town": rng.choice(["Northfield", "Lakeside", "Easton", "Granby"]),
            "mail": f"{_word(rng, 3).lower()}@example.com", "company": f"{_word(rng, 4)} Ltd",
            "phone": f"555-01{rng.randrange(10_000):04d}",
            "born": f"19{rng.randrange(40, 99)}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}",
            "sex": rng.choice("fm"),
        }
        for _ in range(count)
    ]  # fmt: skip


def _changed(person: dict[str, Cell], rng: random.Random) -> dict[str, Cell]:
    """The same person after a move or a marriage, and with a field left empty."""
    other = dict(person)
    fresh = _persons(1, rng)[0]
    moved = rng.choice([("street", "town"), ("last",), ("phone", "street")])
    for name in moved:
        other[name] = fresh[name]
    other[rng.choice([name for name in ("first", "born", "phone") if name not in moved])] = None
    return other


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("size", [7, 100])
def test_persons_are_found_again_though_some_fields_changed(job_of: JobOf, seed: int, size: int) -> None:
    """At least 95 % of them, and hardly anyone is taken for another."""
    rng = random.Random(seed)
    persons = _persons(400, rng)
    again = [(_changed(persons[place], rng), place) for place in rng.sample(range(300), 100)]
    job = job_of(*PERSON, policy="entity")
    lost = 0
    for first in range(0, 300, size):
        lost += len(job.offer(persons[first : min(first + size, 300)]).duplicates)
    assert lost <= 1
    found = job.decide([row for row, _ in again])
    hits = {place: verdict.of for place, verdict in found.duplicates}
    right = sum(hits.get(place) == seq for place, (_, seq) in enumerate(again))
    assert right >= 95 - 3 * lost
    assert len(job.decide(persons[300:]).duplicates) <= 1
    verdict = found.duplicates[0][1]
    assert (verdict.stage, len(verdict.columns) >= 1) == ("entity", True)


def test_rows_policy_keeps_what_entity_merges(job_of: JobOf) -> None:
    """A person with changed fields is another row of the same entity."""
    rng = random.Random(9)
    persons = _persons(50, rng)
    moved = {**persons[0], "street": "Elm Row 5", "town": "Easton"}
    for policy, kept in (("rows", [0]), ("entity", [])):
        job = job_of(*PERSON, policy=policy)
        job.offer(persons)
        assert job.decide([moved]).accepted.tolist() == kept
        job.restart()
        assert job.decide([moved]).accepted.tolist() == kept
