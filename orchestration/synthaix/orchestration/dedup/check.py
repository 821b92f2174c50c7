"""Which of some given rows repeat others, in words that an agent can pass on. Changes nothing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from synthaix.orchestration.dedup.deduplicator import Deduplicator
from synthaix.orchestration.dedup.embedding import Embedder, Encoded, encoded
from synthaix.orchestration.dedup.fingerprints import Fingerprinter
from synthaix.orchestration.dedup.roles import Roles, role_of
from synthaix.orchestration.dedup.verdict import UNIQUE, Verdict, VerdictKind
from synthaix.orchestration.errors import ColumnNotFound
from synthaix.orchestration.schema.column import Cell
from synthaix.orchestration.schema.nearest import did_you_mean
from synthaix.orchestration.schema.schema import Table

Rows = Sequence[Mapping[str, Cell]]
Read = Callable[[Sequence[int]], Mapping[int, Sequence[Cell]]]  # committed rows by seq, in schema order
READ_AT_ONCE = 2_000  # rows
MOST_ENCODED = 2_000  # rows whose texts are encoded for one check


@dataclass(frozen=True, slots=True)
class Match:
    """What was found about one row.

    Attributes:
        index: of the checked row.
        of: the row that it repeats: `row 17` of the job, or what `called` says; `against 3`; or, among the checked
            rows, `given 3`.
        columns: those that differ; of stage `unique`, those that repeat.
    """

    index: int
    verdict: VerdictKind
    of: str | None
    stage: str | None
    similarity: float | None
    columns: tuple[str, ...]
    explanation: str


@dataclass(frozen=True, slots=True)
class Check:
    """The answer: a flag and a match for each row. Grey is no duplicate."""

    duplicates: list[bool]
    matches: list[Match]
    compared_with: int
    explanation: str
    embedder: str | None


@dataclass(frozen=True, slots=True)
class _Bench:
    """Rows to compare with.

    Attributes:
        read: those of `deduplicator`, by seq.
        called: what they are called in an answer.
    """

    deduplicator: Deduplicator
    roles: Roles
    read: Read
    called: Callable[[int], str]


def check_rows(
    rows: Rows, table: Table, roles: Roles, *, against: Rows | None = None, deduplicator: Deduplicator | None = None,
    read: Read | None = None, columns: Sequence[str] | None = None, threshold: float | None = None,
    embedder: Embedder | None = None, called: Callable[[int], str] = "row {}".format,
) -> Check:  # fmt: skip
    """Compare rows with a job's, with given ones, and each with those before it.

    Args:
        rows: each with some or all of the table's columns; one that is missing in a row counts as null.
        against: further rows to compare with.
        deduplicator: a job's, with all its rows restored; needs `read`.
        columns: compare these only, identifiers too.
        threshold: cosine from which on two texts are one.
        called: the name of a row of `deduplicator`, by seq.

    Raises:
        ColumnNotFound: a row or `columns` names a column that the table does not have.
    """
    _known(table, columns or (), field="columns")
    present = _present(table, rows, field="rows")
    if against is not None:
        present &= _present(table, against, field="against") or present
    chosen = _chosen(table, roles, present, columns)
    benches = []
    if deduplicator is not None and read is not None:
        whole = columns is None and present.issuperset(roles.compared) and roles.compares
        found = deduplicator if whole else _scanned(table, chosen, deduplicator.committed, read, embedder)
        benches.append(_Bench(found, roles if whole else chosen, read, called))
    if against is not None or not benches:
        benches.append(_of_given(table, chosen, against or (), embedder))
    verdicts = [UNIQUE] * len(rows)
    names_of: list[Callable[[int], str]] = [str] * len(rows)
    for bench in benches:
        for index, verdict in _judged(rows, table, bench, threshold, embedder).items():
            if verdicts[index].kind != "duplicate" and (verdict.kind == "duplicate" or verdicts[index] is UNIQUE):
                verdicts[index], names_of[index] = verdict, bench.called
    compared = sum(bench.deduplicator.committed for bench in benches) + max(len(rows) - 1, 0)
    names = [name for name in table.names if name in chosen.compared]
    return Check(
        duplicates=[verdict.kind == "duplicate" for verdict in verdicts],
        matches=[_match(index, *found) for index, found in enumerate(zip(verdicts, names_of, strict=True))],
        compared_with=compared,
        explanation=_explanation(names, chosen, table),
        embedder=embedder.name if embedder is not None and chosen.text else None,
    )


def _judged(
    rows: Rows, table: Table, bench: _Bench, threshold: float | None, embedder: Embedder | None
) -> dict[int, Verdict]:
    columns = _columns(rows, table)
    prints = Fingerprinter(table, bench.roles, policy=bench.deduplicator.policy)(columns, len(rows))
    texts = _encoded(bench.roles, columns, embedder)
    eligible = np.ones(len(rows), dtype=bool)
    suspects = bench.deduplicator.suspects(prints, eligible, texts)
    decision = bench.deduplicator.decide(
        prints, eligible, len(rows) + 1, suspects, bench.read(suspects.seqs) if suspects.near else {}, columns, texts,
        threshold=threshold,
    )  # fmt: skip
    return dict([*decision.duplicates, *decision.grey])


def _of_given(table: Table, roles: Roles, given: Rows, embedder: Embedder | None) -> _Bench:
    """A deduplicator of its own for rows that belong to no job."""
    columns = _columns(given, table)
    deduplicator = Deduplicator(table, roles, rows_expected=len(given), embedder=embedder)
    deduplicator.take_in(Fingerprinter(table, roles)(columns, len(given)), _encoded(roles, columns, embedder))

    def read(seqs: Sequence[int]) -> Mapping[int, Sequence[Cell]]:
        return {seq: [given[seq].get(name) for name in table.names] for seq in seqs}

    return _Bench(deduplicator, roles, read, "against {}".format)


def _scanned(table: Table, roles: Roles, committed: int, read: Read, embedder: Embedder | None) -> Deduplicator:
    """A deduplicator over some columns of a job's rows, all of which are read once."""
    deduplicator = Deduplicator(table, roles, rows_expected=committed, embedder=embedder)
    encodes = embedder if committed <= MOST_ENCODED else None
    for first in range(0, committed, READ_AT_ONCE):
        some = read(range(first, min(first + READ_AT_ONCE, committed)))
        deduplicator.take_in_rows([some[seq] for seq in sorted(some)], encodes)
    return deduplicator


def _encoded(roles: Roles, columns: Mapping[str, Sequence[Cell]], embedder: Embedder | None) -> Encoded | None:
    if embedder is None or not roles.text:
        return None
    return encoded(embedder, columns, roles.text)


def _columns(rows: Rows, table: Table) -> dict[str, list[Cell]]:
    return {name: [row.get(name) for row in rows] for name in table.names}


def _chosen(table: Table, roles: Roles, present: set[str], columns: Sequence[str] | None) -> Roles:
    """The roles of what is compared: the columns that were asked for, or those that count and are there."""
    if columns is not None:
        present = set(columns)
        roles = _named(table, columns)
    elif not present.intersection(roles.compared):
        roles = _named(table, [name for name in table.names if name in present])

    def kept(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(name for name in names if name in present)

    wide = roles.wide and present.issuperset(roles.compared)
    naming = kept(roles.naming)
    return replace(
        roles, structured=kept(roles.structured), floats=kept(roles.floats), naming=naming, text=kept(roles.text),
        derived=kept(roles.derived), exact_text=kept(roles.exact_text), compares=True, wide=wide,
        unique=tuple(group for group in roles.unique if present.issuperset(group)),
        halved=None if wide or not naming else roles.halved if roles.halved in naming else naming[0],
    )  # fmt: skip


def _named(table: Table, columns: Sequence[str]) -> Roles:
    """The roles of columns that are compared because they were named; an identifier has to be equal."""
    by_role: dict[str, list[str]] = {}
    for name in table.names:
        if name in columns:
            by_role.setdefault(role_of(table, table.column(name)), []).append(name)
    return Roles(
        structured=tuple(by_role.get("structured", []) + by_role.get("identifier", []) + by_role.get("derived", [])),
        floats=tuple(by_role.get("float", [])), naming=tuple(by_role.get("naming", [])),
        text=tuple(by_role.get("text", [])), exact_text=tuple(by_role.get("exact_text", [])), wide=False,
    )  # fmt: skip


def _present(table: Table, rows: Rows, *, field: str) -> set[str]:
    present: set[str] = set()
    for index, row in enumerate(rows):
        if not present.issuperset(row):
            _known(table, row, field=f"{field}[{index}]")
            present.update(row)
    return present


def _known(table: Table, names: Sequence[str] | Mapping[str, Cell], *, field: str) -> None:
    known = set(table.names)
    for name in names:
        if name not in known:
            raise ColumnNotFound(field=field, allowed=table.names, suggestion=did_you_mean(name, table.names))


def _match(index: int, verdict: Verdict, called: Callable[[int], str]) -> Match:
    of = None
    if verdict.of is not None:
        of = called(verdict.of) if isinstance(verdict.of, int) else f"given {verdict.of[1]}"
    return Match(
        index, verdict.kind, of, verdict.stage, verdict.similarity, verdict.columns, " ".join(_words(verdict, of))
    )


def _words(verdict: Verdict, of: str | None) -> Iterator[str]:
    named = ", ".join(f"`{name}`" for name in verdict.columns)
    if verdict.kind == "unique":
        yield "No other row is the same."
        return
    match verdict.stage:
        case "exact" if verdict.columns:
            yield f"{named} repeats {of} word for word."
        case "exact":
            yield f"The same row as {of}, apart from case, spaces and punctuation."
        case "unique":
            yield f"{named} must not repeat, and {of} has the same value."
        case "number":
            yield f"The same row as {of}, but for a rounding in {named}."
        case "typo":
            yield f"The same row as {of}, but for a typo in {named}."
        case "entity":
            yield f"Very probably about the same as {of}" + (f", though {named} differs." if named else ".")
        case _:
            yield f"The text in {named} is near to that of {of} ({verdict.similarity:.2f})."
    if verdict.kind == "grey":
        yield "Too little tells them apart or makes them one: look at both."


def _explanation(names: Sequence[str], roles: Roles, table: Table) -> str:
    if not names:
        return "No column of these rows can be compared."
    left_out = [name for name in table.names if name in roles.identifiers and name not in names]
    sentences = ["Rows are duplicates when every compared column agrees: " + ", ".join(f"`{n}`" for n in names) + "."]
    if left_out:
        sentences.append("Identifiers are left out: " + ", ".join(f"`{name}`" for name in left_out) + ".")
    if roles.whole:
        sentences.append("So few different rows exist that only equal ones count.")
    return " ".join(sentences)


