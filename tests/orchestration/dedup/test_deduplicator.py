"""Which candidates become rows."""

import itertools
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthaix.orchestration.dedup.judging import Suspects
from synthaix.orchestration.dedup.near import RowComparer
from synthaix.orchestration.dedup.verdict import Verdict
from synthaix.orchestration.schema.column import Cell

JobOf = Callable[..., Any]
PEOPLE: tuple[dict[str, Any], ...] = (
    {"name": "id", "type": "uuid"},
    {"name": "name", "type": "string"},
    {"name": "born", "type": "date"},
    {"name": "balance", "type": "decimal"},
    {"name": "plan", "type": "category"},
)
ROW: dict[str, Cell] = {"id": "1", "name": "Maria Lopez", "born": "1980-01-02", "balance": 1234.5, "plan": "free"}

person = st.fixed_dictionaries(
    {
        "id": st.integers(0, 10**6).map(str),
        "name": st.sampled_from(
            ["Maria Lopez", "Maria Lopes", "maria lopez!", "Mraia Lopez", "Marta Lobes", "Jo", None]
        ),
        "born": st.sampled_from(["1980-01-02", "1980-01-03"]),
        "balance": st.sampled_from([0.0, 100.0, 100.02, 100.04, 100.06, -100.0, None]),
        "plan": st.sampled_from(["free", "Free"]),
    }
)


def _verdicts(decision: Any) -> dict[int, Verdict]:
    return dict(decision.duplicates)


def test_the_same_row_under_another_id_is_a_duplicate(job_of: JobOf) -> None:
    """Identifiers are left out; case, spaces and the form of a number do not count."""
    job = job_of(*PEOPLE)
    job.offer([ROW])
    decision = job.decide([{**ROW, "id": "2", "name": " maria LOPEZ", "balance": "1,234.50"}])
    assert _verdicts(decision) == {0: Verdict("duplicate", 0, "exact", 1.0)}


@pytest.mark.parametrize(
    "change",
    [{"born": "1980-01-03"}, {"balance": 1240.0}, {"balance": -1234.5}, {"balance": None}, {"plan": "pro"},
     {"name": "Mario Gomez"}, {"name": None}],
)  # fmt: skip
def test_one_column_that_differs_makes_another_row(job_of: JobOf, change: Mapping[str, Cell]) -> None:
    """The verdict is a conjunction over columns."""
    job = job_of(*PEOPLE)
    job.offer([ROW])
    assert job.decide([{**ROW, **change}]).accepted.tolist() == [0]


@pytest.mark.parametrize(
    ("change", "stage", "columns"),
    [
        ({"name": "Maria Lopes"}, "typo", ("name",)),
        ({"balance": 1234.6}, "number", ("balance",)),
        ({"name": "Mraia Lopez", "balance": 1234.3}, "typo", ("balance", "name")),
    ],
)
@pytest.mark.parametrize("committed", [True, False])
def test_a_typo_or_a_rounding_is_a_duplicate(
    job_of: JobOf, change: Mapping[str, Cell], stage: str, columns: tuple[str, ...], committed: bool
) -> None:
    """Against committed rows and within a chunk alike; the verdict says what differs."""
    job = job_of(*PEOPLE)
    offered = [{**ROW, **change}]
    if committed:
        job.offer([ROW])
    else:
        offered.insert(0, ROW)
    ((_, verdict),) = job.decide(offered).duplicates
    assert (verdict.of, verdict.stage, verdict.columns) == (0 if committed else ("candidate", 0), stage, columns)


@settings(max_examples=60, deadline=None)
@given(offered=st.lists(person, max_size=14), cuts=st.lists(st.integers(0, 14), max_size=4))
def test_rows_are_those_that_comparing_every_pair_gives(
    job_of_session: JobOf, offered: Sequence[dict[str, Cell]], cuts: Sequence[int]
) -> None:
    """However candidates are cut into chunks, the rows are those of the naive loop over all pairs."""
    job = job_of_session(*PEOPLE)
    comparer = RowComparer(job.roles, {column.name: column.type for column in job.table.columns})
    expected: list[dict[str, Cell]] = []
    for row in offered:
        if all(comparer.likeness(row, kept) is None for kept in expected):
            expected.append(row)
    edges = sorted({0, len(offered), *(min(cut, len(offered)) for cut in cuts)})
    for first, last in itertools.pairwise(edges):
        job.offer(offered[first:last])
        job.restart()
    assert [row[0] for row in job.rows] == [row["id"] for row in expected]


names = st.text(alphabet="abé1", min_size=1, max_size=8)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.fixed_dictionaries({"a": names, "n": st.integers(0, 1)}), max_size=12), st.integers(0, 12))
def test_narrow_tables_find_single_typos_too(
    job_of_session: JobOf, offered: Sequence[dict[str, Cell]], cut: int
) -> None:
    """Where the structured columns are few, half a name leads to its neighbours."""
    job = job_of_session({"name": "a", "type": "string"}, {"name": "n", "type": "integer"}, narrow=True)
    assert not job.roles.wide
    assert not job.roles.whole
    comparer = RowComparer(job.roles, {"n": "integer"})
    expected: list[dict[str, Cell]] = []
    for row in offered:
        if all(comparer.likeness(row, kept) is None for kept in expected):
            expected.append(row)
    for part in (offered[:cut], offered[cut:]):
        job.offer(part)
    assert [dict(zip(job.table.names, row, strict=True)) for row in job.rows] == expected


def test_a_unique_value_repeats_even_in_another_row(job_of: JobOf) -> None:
    """Nulls never collide; the exact cell counts, case included."""
    job = job_of(
        {"name": "mail", "type": "string", "constraints": {"unique": True}}, {"name": "n", "type": "integer"},
    )  # fmt: skip
    job.offer([{"mail": "a@x", "n": 1}, {"mail": None, "n": 2}])
    offered = [{"mail": "a@x", "n": 3}, {"mail": None, "n": 4}, {"mail": "A@x", "n": 5}, {"mail": "A@x", "n": 6}]
    decision = job.decide(offered)
    assert decision.accepted.tolist() == [1, 2]
    assert _verdicts(decision) == {
        0: Verdict("duplicate", 0, "unique", 1.0, ("mail",)),
        3: Verdict("duplicate", ("candidate", 2), "unique", 1.0, ("mail",)),
    }


def test_columns_unique_together_repeat_only_together(job_of: JobOf) -> None:
    """A null in one of them makes the group free."""
    job = job_of(
        {"name": "a", "type": "integer"}, {"name": "b", "type": "string"}, {"name": "n", "type": "integer"},
        unique_together=[["a", "b"]],
    )  # fmt: skip
    job.offer([{"a": 1, "b": "x", "n": 1}, {"a": 1, "b": None, "n": 2}])
    offered = [{"a": 1, "b": "y", "n": 3}, {"a": 1, "b": None, "n": 4}, {"a": 1, "b": "x", "n": 5}]
    assert job.decide(offered).accepted.tolist() == [0, 1]


def test_a_refused_candidate_refuses_nobody(job_of: JobOf) -> None:
    """What is no row cannot be repeated: the second of two equal rows stands when the first fell for its mail."""
    job = job_of(
        {"name": "mail", "type": "string", "constraints": {"unique": True}}, {"name": "n", "type": "integer"},
    )  # fmt: skip
    job.offer([{"mail": "a", "n": 1}])
    assert job.decide([{"mail": "a", "n": 2}, {"mail": "b", "n": 2}]).accepted.tolist() == [1]


def test_a_candidate_that_is_not_eligible_is_neither_row_nor_witness(job_of: JobOf) -> None:
    """An invalid candidate is skipped, and its copy is accepted."""
    job = job_of(*PEOPLE)
    decision = job.decide([ROW, ROW, ROW], eligible=[False, True, True])
    assert decision.accepted.tolist() == [1]
    assert [place for place, _ in decision.duplicates] == [2]
    job.offer([ROW])
    assert job.decide([ROW], eligible=[False]).duplicates == []


@pytest.mark.parametrize(("limit", "accepted", "refused", "left"), [(0, [], [], 5), (1, [0], [], 4),
    (2, [0, 2], [1], 2), (3, [0, 2, 4], [1, 3], 0), (9, [0, 2, 4], [1, 3], 0)])  # fmt: skip
def test_no_more_than_the_limit_is_accepted(
    job_of: JobOf, limit: int, accepted: list[int], refused: list[int], left: int
) -> None:
    """The first in order; what comes after the last one is undecided."""
    job = job_of({"name": "n", "type": "integer"})
    decision = job.decide([{"n": n} for n in (1, 1, 2, 2, 3)], limit)
    assert decision.accepted.tolist() == accepted
    assert [place for place, _ in decision.duplicates] == refused
    assert decision.undecided_excess == left


def test_deciding_changes_nothing(job_of: JobOf) -> None:
    """A commit that failed can be decided again, with the same outcome."""
    job = job_of(*PEOPLE)
    job.offer([ROW])
    offered = [{**ROW, "plan": "pro"}, {**ROW, "plan": "pro", "id": "3"}]
    first, second = job.decide(offered), job.decide(offered)
    assert first.accepted.tolist() == second.accepted.tolist() == [0]
    assert job.deduplicator.packed(first) == job.deduplicator.packed(second)


@pytest.mark.parametrize("workers", [1, 8])
def test_workers_that_offer_the_same_rows_keep_them_once(job_of: JobOf, workers: int) -> None:
    """Eight workers offering the same 60 rows kept 453 of them with check-then-add; one committer keeps 60."""
    job = job_of({"name": "a", "type": "string"}, {"name": "n", "type": "integer"}, rows=60)
    rows = [{"a": f"row {'abcdefgh'[n % 8] * 5}", "n": n} for n in range(60)]
    turn = threading.Lock()

    def work(first: int) -> None:
        for place in range(60):
            with turn:  # the committer's queue
                job.offer([rows[(first + place) % 60]])

    threads = [threading.Thread(target=work, args=(7 * worker,)) for worker in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(row[1] for row in job.rows) == list(range(60))


def test_whole_rows_are_compared_exactly_in_a_narrow_space(job_of: JobOf) -> None:
    """No typo is forgiven where rows are scarce, and the identifier counts."""
    job = job_of({"name": "id", "type": "uuid"}, {"name": "a", "type": "string"}, values=2)
    assert job.roles.whole
    offered = [{"id": "1", "a": "lantern"}, {"id": "1", "a": "Lantern"}, {"id": "1", "a": "lanterm"},
               {"id": "2", "a": "lantern"}]  # fmt: skip
    assert job.decide(offered).accepted.tolist() == [0, 2, 3]


def test_a_sequence_in_a_narrow_space_keeps_everything(job_of: JobOf) -> None:
    """Each row gets its own number at commit, so no two are the same."""
    job = job_of(
        {"name": "id", "type": "integer", "constraints": {"distribution": {"name": "sequence"}}},
        {"name": "a", "type": "boolean"}, values=2,
    )  # fmt: skip
    columns = {"a": [True, True, False]}
    prints = job.fingerprinter(columns, 3)
    decision = job.deduplicator.decide(prints, np.ones(3, dtype=bool), 3, Suspects({}), {}, {})
    assert decision.accepted.tolist() == [0, 1, 2]


def test_exact_policy_looks_at_equal_rows_only(job_of: JobOf) -> None:
    """A typo makes another row."""
    job = job_of(*PEOPLE, policy="exact")
    assert job.decide([ROW, {**ROW, "name": "Maria Lopes"}, {**ROW, "id": "9"}]).accepted.tolist() == [0, 1]


def test_fingerprints_of_other_roles_are_refused(job_of: JobOf) -> None:
    """Hashes that mean something else must not be compared."""
    job = job_of(*PEOPLE)
    job.offer([ROW])
    other = job_of(*PEOPLE[:4])
    with pytest.raises(ValueError, match="roles"):
        other.deduplicator.restore(0, job.packed[0][1])
