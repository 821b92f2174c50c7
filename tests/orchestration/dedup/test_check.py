"""Answers about rows from elsewhere."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from synthaix.orchestration.dedup.check import Check, check_rows
from synthaix.orchestration.dedup.embedding import HashEmbedder
from synthaix.orchestration.errors import ColumnNotFound
from synthaix.orchestration.schema.column import Cell

JobOf = Callable[..., Any]
PEOPLE: tuple[dict[str, Any], ...] = (
    {"name": "id", "type": "uuid"},
    {"name": "name", "type": "string"},
    {"name": "mail", "type": "string", "constraints": {"unique": True}},
    {"name": "age", "type": "integer"},
    {"name": "balance", "type": "decimal"},
)
ANA: dict[str, Cell] = {"id": "u1", "name": "Ana Lopez Silva", "mail": "ana@x", "age": 42, "balance": 10.5}
BOB: dict[str, Cell] = {"id": "u2", "name": "Robert Smithson", "mail": "bob@x", "age": 43, "balance": 99.0}


def _against_job(job: Any, rows: Sequence[Mapping[str, Cell]], **settings: Any) -> Check:
    def read(seqs: Sequence[int]) -> dict[int, list[Cell]]:
        return {seq: job.rows[seq] for seq in seqs}

    return check_rows(
        rows, job.table, job.roles, deduplicator=job.deduplicator, read=read, embedder=job.embedder, **settings
    )


def test_rows_are_compared_with_a_job(job_of: JobOf) -> None:
    """Each repeats its row, and the words say how; nothing changes."""
    job = job_of(*PEOPLE)
    job.offer([ANA, BOB])
    rows = [
        {**BOB, "id": "x", "mail": "other@x", "name": "robert  SMITHSON"},
        {**ANA, "id": "y", "mail": "new@x", "name": "Ana Lopes Silva"},
        {**ANA, "age": 50},
        {**ANA, "id": "z", "mail": "z@x", "age": 51},
    ]
    check = _against_job(job, rows)
    assert check.duplicates == [True, True, True, False]
    assert [(match.of, match.stage) for match in check.matches] == [
        ("row 1", "exact"), ("row 0", "typo"), ("row 0", "unique"), (None, None),
    ]  # fmt: skip
    assert check.matches[1].columns == ("name",)
    assert "`name`" in check.matches[1].explanation
    assert check.compared_with == 2 + 3
    assert "`id`" in check.explanation
    assert job.deduplicator.committed == 2


def test_rows_are_compared_with_each_other(job_of: JobOf) -> None:
    """Each with those before it; the first of its kind is unique."""
    job = job_of(*PEOPLE)
    check = check_rows([ANA, BOB, {**ANA, "id": "n", "mail": "n@x"}], job.table, job.roles)
    assert check.duplicates == [False, False, True]
    assert check.matches[2].of == "given 0"


def test_rows_are_compared_with_given_ones(job_of: JobOf) -> None:
    """Given rows are not judged themselves."""
    job = job_of(*PEOPLE)
    given = [BOB, ANA, ANA]
    check = check_rows([{**ANA, "mail": "n@x"}], job.table, job.roles, against=given)
    assert [match.of for match in check.matches] == ["against 1"]
    assert check.compared_with == 3


def test_given_rows_with_fewer_columns_are_compared_on_those(job_of: JobOf) -> None:
    """What only one side has says nothing."""
    job = job_of(*PEOPLE)
    given = [{"name": BOB["name"], "age": 43}, {"name": ANA["name"], "age": 42}]
    assert [match.of for match in check_rows([ANA], job.table, job.roles, against=given).matches] == ["against 1"]


def test_both_a_job_and_given_rows_are_looked_at(job_of: JobOf) -> None:
    """Whatever finds a duplicate first is named."""
    job = job_of(*PEOPLE)
    job.offer([ANA])
    rows = [{**ANA, "mail": None}, {**BOB, "mail": None}]
    check = _against_job(job, rows, against=[BOB])
    assert [match.of for match in check.matches] == ["row 0", "against 0"]


@pytest.mark.parametrize("columns", [None, ["name", "age"]])
def test_some_columns_are_enough(job_of: JobOf, columns: list[str] | None) -> None:
    """Rows with fewer columns, or a choice of them, are compared on those, with the whole job."""
    job = job_of(*PEOPLE)
    job.offer([ANA, BOB, {**ANA, "mail": "a2@x", "age": 7}])
    rows: list[dict[str, Cell]] = [{"name": "Robert Smithsom", "age": 43}, {"name": "Ana Lopez Silva", "age": 7},
                                   {"name": "Ana Lopez Silva", "age": 8}]  # fmt: skip
    if columns:
        rows = [{**row, "balance": -1.0} for row in rows]
    check = _against_job(job, rows, columns=columns)
    assert [match.of for match in check.matches] == ["row 1", "row 2", None]


def test_an_identifier_counts_when_it_is_named(job_of: JobOf) -> None:
    """`columns` overrides the roles."""
    job = job_of(*PEOPLE)
    job.offer([ANA])
    check = _against_job(job, [{"id": "u1"}, {"id": "u9"}], columns=["id"])
    assert check.duplicates == [True, False]
    assert _against_job(job, [{"id": "u1"}]).duplicates == [True]


def test_an_unknown_column_is_named_with_its_nearest(job_of: JobOf) -> None:
    """In a row and in the choice of columns."""
    job = job_of(*PEOPLE)
    with pytest.raises(ColumnNotFound) as raised:
        check_rows([ANA, {"nmae": "x"}], job.table, job.roles)
    assert raised.value.field == "rows[1]"
    assert raised.value.suggestion == "Did you mean `name`?"
    with pytest.raises(ColumnNotFound):
        check_rows([ANA], job.table, job.roles, columns=["nope"])


def test_grey_is_no_duplicate(job_of: JobOf) -> None:
    """It is told, with its likeness, and left to whoever asked."""
    job = job_of({"name": "review", "type": "text", "strategy": "llm"}, embedder=HashEmbedder(), narrow=True)
    job.offer([{"review": "The parcel came two days late and the box was torn on one side."}])
    rows = [{"review": "The parcel came late by some days; the box was torn on its left side."}]
    plain = _against_job(job, rows, threshold=0.99)
    assert plain.matches[0].verdict == "unique"
    similarity = _against_job(job, rows, threshold=0.3).matches[0].similarity
    assert similarity is not None
    check = _against_job(job, rows, threshold=similarity + 0.01)
    assert check.duplicates == [False]
    assert check.matches[0].verdict == "grey"
    assert check.embedder == "synthaix-hash-384"


def test_no_rows_have_no_answer(job_of: JobOf) -> None:
    """An empty question is no error."""
    job = job_of(*PEOPLE)
    assert check_rows([], job.table, job.roles).duplicates == []
