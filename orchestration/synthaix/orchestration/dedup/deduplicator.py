"""Which candidates of a table become rows: the state of one job and table, and the decision on each chunk.

The state is what the committed rows left behind: hashes in compact indexes, and vectors of texts. Deciding never
changes it; `commit` does, once the SQL transaction that stores the rows has succeeded. So a failed commit can be
decided again, and the state of a job is always that of its committed rows. Called from one thread.
"""

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from synthaix.orchestration.dedup.embedding import Embedder, Encoded, encoded
from synthaix.orchestration.dedup.entity import LEAST_SHARED, MOST_SHARING, EntityComparer
from synthaix.orchestration.dedup.fingerprints import Fingerprinter, Fingerprints
from synthaix.orchestration.dedup.hashes import Hashes
from synthaix.orchestration.dedup.judging import Chunk, ChunkJudge, Flags, Lookup, Row, Suspects, met_among
from synthaix.orchestration.dedup.key_index import KeyIndex, Seqs
from synthaix.orchestration.dedup.near import RowComparer
from synthaix.orchestration.dedup.packed import Packed
from synthaix.orchestration.dedup.roles import Roles
from synthaix.orchestration.dedup.text import TextComparer, Thresholds
from synthaix.orchestration.dedup.text_index import TextIndex
from synthaix.orchestration.dedup.vectors import LEAST_COSINE, MOST_NEAR
from synthaix.orchestration.dedup.verdict import Verdict
from synthaix.orchestration.dedup.written import Parts, WrittenTexts
from synthaix.orchestration.schema.column import Cell
from synthaix.orchestration.schema.schema import Table

DedupPolicy = Literal["rows", "exact", "entity"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about a chunk.

    Attributes:
        accepted: the candidates that become rows, in order, int64.
        duplicates: the candidates that repeat a row, each with its verdict.
        grey: those that may repeat one; under the grey policy `keep` they are among the accepted.
        undecided_excess: eligible candidates after the last one that there was room for.
        packed: what to store with the chunk.
        doubtful: how many duplicates are such only by the threshold that was stated: the one found from the table's own
            rows would have kept them.
        parts: the sentences of the accepted rows' texts.
    """

    accepted: npt.NDArray[np.int64]
    duplicates: list[tuple[int, Verdict]]
    grey: list[tuple[int, Verdict]]
    undecided_excess: int
    packed: Packed = field(repr=False)
    doubtful: int = 0
    parts: list[Parts] | None = field(default=None, repr=False)


class Deduplicator:
    """Decides for one table of one job.

    Args:
        policy: rows: all stages. exact: equal rows only. entity: one row per entity; see `dedup.entity`.
        threshold: cosine from which on two texts are one; None: found from the first rows, sentences included.
        rows_expected: sizes the indexes.
        embedder: for texts of rows that are no longer in memory.
        index: of text vectors, written behind; see `write_behind`.
        grey_policy: whether a row that may repeat another is kept.
    """

    def __init__(
        self, table: Table, roles: Roles, *, policy: DedupPolicy = "rows", threshold: float | None = None,
        rows_expected: int, embedder: Embedder | None = None, index: TextIndex | None = None,
        grey_policy: Literal["keep", "drop"] = "keep",
    ) -> None:  # fmt: skip
        self.table = table
        self.roles = roles
        self.policy: DedupPolicy = policy
        self._fingerprinter = Fingerprinter(table, roles, policy=policy)
        self._layout = self._fingerprinter.layout
        self._needed = self._fingerprinter.needed
        self._drops_grey = grey_policy == "drop"
        types = {column.name: column.type for column in table.columns}
        self._entity = bool(self._fingerprinter.weighed)
        self._comparer = (
            EntityComparer(roles, types, share=self._share, rows=lambda: self.committed + 1)
            if self._entity else RowComparer(roles, types)
        )  # fmt: skip
        self._shares: dict[tuple[str, Cell], float] = {}
        self._by_meaning = bool(roles.text) and not roles.wide and policy == "rows"
        self._keys = KeyIndex(rows_expected)
        per_row = 2 * len(self._fingerprinter.weighed) if self._entity else 2 if roles.halved else 1
        self._blocks = KeyIndex(rows_expected if self._needed else 0, per_row=per_row)
        self._unique = [KeyIndex(rows_expected) for _ in roles.unique]
        self._texts = [KeyIndex(rows_expected) for _ in roles.text]
        self._written: WrittenTexts | None = None
        if roles.by_vectors(policy):
            structured = bool(roles.structured or roles.exact_text or roles.floats)
            self._written = WrittenTexts(
                roles.text, embedder=embedder, index=index, stated=threshold, structured=structured,
                rows_expected=rows_expected,
            )  # fmt: skip
        self.committed = 0

    @property
    def thresholds(self) -> Thresholds | None:
        """From which scores on two texts count as one; None where no texts are compared."""
        return None if self._written is None else self._written.thresholds

    def understands(self, packed: bytes) -> bool:
        """Whether `restore` can take these: they are of this version, and of a table whose roles are the same."""
        try:
            return not packed or Packed.from_bytes(packed).layout == self._layout
        except ValueError:
            return False

    def restore(self, first_seq: int, packed: bytes) -> None:
        """Take in a committed chunk's fingerprints, chunk by chunk in order.

        Raises:
            ValueError: they were made for other roles, or by another version.
        """
        if not packed:
            return
        stored = Packed.from_bytes(packed)
        if stored.layout != self._layout:
            raise ValueError("fingerprints of other roles")
        self._take_in(stored, first_seq)

    def suspects(self, prints: Fingerprints, eligible: np.ndarray, texts: Encoded | None = None) -> Suspects:
        """The committed rows that `decide` needs to see."""
        return Suspects(self._near(prints, np.asarray(eligible, dtype=bool), texts))

    def decide(
        self, prints: Fingerprints, eligible: np.ndarray, limit: int, suspects: Suspects,
        rows: Mapping[int, Sequence[Cell]], columns: Mapping[str, Sequence[Cell]], texts: Encoded | None = None,
        *, threshold: float | None = None,
    ) -> Decision:  # fmt: skip
        """Judge a chunk's candidates in order, until `limit` of them are accepted. Changes nothing.

        Args:
            prints: of all candidates.
            eligible: bool (n,), false for those that can be no rows.
            suspects: of these candidates, or of more that were eligible then.
            rows: those that `suspects` names, in schema order.
            columns: at least those that Fingerprinter.needed names.
            texts: as `encoded` makes them.
            threshold: in place of the table's own.
        """
        eligible = np.asarray(eligible, dtype=bool)
        lookup = self._look(prints, suspects)
        named = {seq: dict(zip(self.table.names, cells, strict=True)) for seq, cells in rows.items()}
        chunk = Chunk(prints, columns, named, texts, self._by_meaning and texts is not None)
        touched = eligible & (lookup.hits() | self._met(chunk, eligible))
        judge = ChunkJudge(
            chunk, lookup, self.roles, self._comparer, needed=self._needed, parts_of=self._parts_of,
            texts=self._text_comparers(threshold), least_shared=LEAST_SHARED if self._entity else 1,
            doubting=self._doubting(threshold),
        )  # fmt: skip
        untouched = np.cumsum(eligible & ~touched)
        accepted, verdicts, taken = eligible.copy(), {}, 0
        for place in np.flatnonzero(touched).tolist():
            if untouched[place] + taken >= limit:
                break
            verdict = judge.verdict(place)
            if verdict.kind != "unique":
                verdicts[place] = verdict
            if verdict.kind == "duplicate" or (verdict.kind == "grey" and self._drops_grey):
                accepted[place] = False
            else:
                judge.accept(place)
                taken += 1
        return self._decision(prints, texts, eligible, accepted, verdicts, judge.doubtful, limit)

    def packed(self, decision: Decision) -> bytes:
        """What to store with the chunk, in the transaction that stores its rows; for `restore`."""
        return decision.packed.to_bytes()

    def commit(self, decision: Decision, first_seq: int) -> None:
        """The decision's rows are stored, with seqs from `first_seq` on."""
        self._take_in(decision.packed, first_seq, decision.parts)

    def take_in(self, prints: Fingerprints, texts: Encoded | None = None) -> None:
        """Count rows as committed without judging them; their seqs follow on."""
        everyone = prints.take(np.arange(prints.count))
        found = None if self._written is None else self._written.found_with(everyone, texts)
        vectors, parts = (None, None) if texts is None else (texts.whole, texts.sentences)
        self._take_in(Packed(everyone, self._layout, vectors, found), self.committed, parts)

    def take_in_rows(self, rows: Sequence[Sequence[Cell]], embedder: Embedder | None) -> None:
        """The same, from the rows' cells in schema order.

        Args:
            embedder: None where their texts need no vectors.
        """
        if rows:
            columns = {name: list(cells) for name, cells in zip(self.table.names, zip(*rows, strict=True), strict=True)}
            texts = None
            if embedder is not None and self._written is not None:
                texts = encoded(embedder, columns, self.roles.text)
            self.take_in(self._fingerprinter(columns, len(rows)), texts)

    def write_behind(self) -> int:
        """Add the vectors of committed rows to the index, where there is one. Returns how many were added.

        Raises:
            StoreUnreachable: the index does not take them; they wait for the next call.
        """
        return self._written.vectors.write_behind() if self._written is not None else 0

    def reconcile(self) -> int:
        """After the last `restore`: make the index hold the committed rows and nothing else.

        Returns how many entries it removed. Raises StoreUnreachable.
        """
        return self._written.vectors.remove_strangers() if self._written is not None else 0

    def _look(self, prints: Fingerprints, suspects: Suspects) -> Lookup:
        return Lookup(
            self._keys.find(prints.keys),
            _each(self._unique, prints.unique),
            _each(self._texts, prints.texts),
            suspects.near,
        )

    def _near(self, prints: Fingerprints, eligible: np.ndarray, texts: Encoded | None) -> dict[int, list[int]]:
        """The committed rows that each candidate may be near to."""
        if not self._needed or prints.probes is None:
            return {}
        if self._by_meaning and texts is not None and self._written is not None:
            places = np.flatnonzero(eligible).tolist()
            found = self._written.vectors.nearest(texts.whole[places], prints.probes[places])
            return {place: seqs for place, seqs in zip(places, found, strict=True) if seqs}
        most, least = (MOST_SHARING, LEAST_SHARED) if self._entity else (MOST_NEAR, 1)
        near: dict[int, Counter[int]] = {}
        hashes = np.where(eligible[:, None], prints.probes, np.uint64(0)).ravel()
        probes, seqs = self._blocks.postings(hashes, most)
        for place, seq in zip((probes // prints.probes.shape[1]).tolist(), seqs.tolist(), strict=True):
            near.setdefault(place, Counter())[seq] += 1
        chosen = {place: sorted(seq for seq, n in some.items() if n >= least) for place, some in near.items()}
        if self._entity:
            chosen = {place: _most_shared(seqs, near[place]) for place, seqs in chosen.items()}
        return {place: seqs[:MOST_NEAR] for place, seqs in chosen.items() if seqs}

    def _met(self, chunk: Chunk, eligible: Flags) -> Flags:
        """Which candidates have something in common with another one of the chunk."""
        prints = chunk.prints
        met = met_among(prints.keys, eligible)
        for every in (prints.unique, prints.texts):
            for column in range(every.shape[1]):
                met |= met_among(every[:, column], eligible)
        mutual = chunk.mutual()
        if mutual is not None:
            close = (mutual >= LEAST_COSINE * len(self.roles.text)) & eligible[:, None] & eligible[None, :]
            met |= close.sum(axis=1) > close.diagonal()
            return met
        if prints.probes is not None and prints.probes.shape[1]:
            met |= met_among(prints.probes, eligible)
        return met

    def _decision(
        self, prints: Fingerprints, texts: Encoded | None, eligible: np.ndarray, accepted: np.ndarray,
        verdicts: Mapping[int, Verdict], doubtful: Set[int], limit: int,
    ) -> Decision:  # fmt: skip
        places = np.flatnonzero(accepted)[: max(limit, 0)]
        full = len(places) >= limit
        end = (int(places[-1]) if len(places) else -1) if full else prints.count - 1
        kept = None if texts is None or self._written is None else texts.take(places.tolist())
        return Decision(
            accepted=places,
            duplicates=[(place, verdict) for place, verdict in verdicts.items()
                        if place <= end and verdict.kind == "duplicate"],
            grey=[(place, verdict) for place, verdict in verdicts.items() if place <= end and verdict.kind == "grey"],
            undecided_excess=int(eligible[end + 1 :].sum()),
            packed=self._packed(prints.take(places), kept),
            doubtful=sum(place <= end for place in doubtful),
            parts=None if kept is None else kept.sentences,
        )  # fmt: skip

    def _packed(self, prints: Fingerprints, texts: Encoded | None) -> Packed:
        if texts is None or self._written is None:
            return Packed(prints, self._layout)
        found = self._written.found_with(prints, texts)
        parts = texts.sentences if self._written.counting else None
        return Packed(prints, self._layout, texts.whole.astype(np.float16), found, parts)

    def _text_comparers(self, threshold: float | None) -> tuple[TextComparer, ...]:
        if self._written is None:
            return (TextComparer(Thresholds()),) * len(self.roles.text)
        return self._written.comparers(self._written.thresholds if threshold is None else Thresholds.stated(threshold))

    def _doubting(self, threshold: float | None) -> tuple[TextComparer, ...] | None:
        """Compares texts as if no threshold had been stated, where one was."""
        written = self._written
        if written is None or (threshold is None and written.thresholds is written.found):
            return None
        return written.comparers(written.found)

    def _take_in(self, stored: Packed, first_seq: int, parts: list[Parts] | None = None) -> None:
        prints = stored.prints
        seqs: Seqs = np.arange(first_seq, first_seq + prints.count, dtype=np.int64)
        self._keys.add(prints.keys, seqs)
        for column in range(prints.blocks.shape[1]):
            self._blocks.add(prints.blocks[:, column], seqs)
        for column, index in enumerate(self._unique):
            index.add(prints.unique[:, column], seqs)
        for column, index in enumerate(self._texts[: prints.texts.shape[1]]):
            index.add(prints.texts[:, column], seqs)
        self.committed = first_seq + prints.count
        self._shares.clear()
        if self._written is not None:
            self._written.take_in(stored, first_seq, parts)

    def _share(self, name: str, cell: Cell) -> float:
        """The share of the committed rows that have this cell, with one row more that has it."""
        key = (name, str(cell))
        if key not in self._shares:
            count = int(self._blocks.count(self._fingerprinter.value_hashes(name, [cell]))[0])
            self._shares[key] = (count + 1) / (self.committed + 2)
        return self._shares[key]

    def _parts_of(self, seq: int, row: Row) -> Parts | None:
        return None if self._written is None else self._written.parts_of(seq, row)


def _each(indexes: Sequence[KeyIndex], hashes: Hashes) -> Seqs:
    """What each index finds for its column: int64 (n, len(indexes))."""
    found = [index.find(hashes[:, column]) for column, index in enumerate(indexes[: hashes.shape[1]])]
    return np.stack(found, axis=1) if found else np.empty((len(hashes), 0), dtype=np.int64)


def _most_shared(seqs: list[int], shared: Counter[int]) -> list[int]:
    return sorted(seqs, key=lambda seq: (-shared[seq], seq))

