"""A data set through the engine's deduplicator as a job would put it through, and what came of it."""

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from dedup_families.dataset import Dataset
from synthaix.orchestration.dedup.deduplicator import Deduplicator
from synthaix.orchestration.dedup.embedding import Embedder, encoded
from synthaix.orchestration.dedup.fingerprints import Fingerprinter
from synthaix.orchestration.dedup.roles import roles_of
from synthaix.orchestration.generation.space import space_within
from synthaix.orchestration.schema.column import Cell
from synthaix.orchestration.schema.schema import Schema

CHUNK = 50  # rows, as the plan cuts jobs whose text a model writes


@dataclass(slots=True)
class Score:
    """How often flagging was right; grey counts as not flagged."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    kept: int = 0
    grey_right: int = 0  # duplicates that are grey
    grey_wrong: int = 0

    def count(self, label: bool, verdict: str) -> None:
        """Add one row."""
        if label:
            self.right += verdict == "duplicate"
            self.missed += verdict != "duplicate"
            self.grey_right += verdict == "grey"
        else:
            self.wrong += verdict == "duplicate"
            self.kept += verdict != "duplicate"
            self.grey_wrong += verdict == "grey"

    def plus(self, other: "Score") -> "Score":
        """Both together."""
        return Score(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    @property
    def rows(self) -> int:
        """How many rows were judged."""
        return self.right + self.wrong + self.missed + self.kept

    @property
    def precision(self) -> float:
        """Of the flagged rows, those that repeat one."""
        return self.right / max(self.right + self.wrong, 1)

    @property
    def recall(self) -> float:
        """Of the rows that repeat one, the flagged."""
        return self.right / max(self.right + self.missed, 1)

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return 2 * self.right / max(2 * self.right + self.wrong + self.missed, 1)

    @property
    def lost(self) -> float:
        """Of the distinct rows, the flagged: the false-positive rate."""
        return self.wrong / max(self.wrong + self.kept, 1)

    @property
    def grey(self) -> float:
        """The share of grey rows."""
        return (self.grey_right + self.grey_wrong) / max(self.rows, 1)

    @property
    def noticed(self) -> float:
        """Of the rows that repeat one, the flagged or grey."""
        return (self.right + self.grey_right) / max(self.right + self.missed, 1)


@dataclass(slots=True)
class Outcome:
    """What the engine made of a data set.

    Attributes:
        held: by kind, of the kinds that were held back.
        wrongs: by kind, rows judged wrongly: a repeat not flagged, or a distinct row flagged.
    """

    data: Dataset
    score: Score
    held: dict[str, Score]
    wrongs: Counter[str]
    kinds: Counter[str]
    seconds: float
    thresholds: str
    places: dict[str, list[int]] = field(default_factory=dict)


def measured(data: Dataset, embedder: Embedder) -> Outcome:
    """Offer the rows in chunks, committing what is accepted, and compare with the labels."""
    schema = Schema.model_validate({"columns": data.columns})
    table = schema.root
    roles, _ = roles_of(schema, table, rows=len(data.rows), space=space_within({}))
    fingerprinter = Fingerprinter(table, roles, policy=data.policy)
    deduplicator = Deduplicator(table, roles, policy=data.policy, rows_expected=len(data.rows), embedder=embedder)
    score, held, wrongs, kinds = Score(), dict[str, Score](), Counter[str](), Counter[str]()
    rows: list[list[Cell]] = []
    labels, verdicts = data.labels(), dict[int, str]()
    begun = time.process_time()
    for first in range(0, len(data.rows), CHUNK):
        chunk = [offered.row for offered in data.rows[first : first + CHUNK]]
        columns = {name: [row.get(name) for row in chunk] for name in table.names}
        prints = fingerprinter(columns, len(chunk))
        eligible = np.ones(len(chunk), dtype=bool)
        texts = encoded(embedder, columns, roles.text) if roles.text else None
        suspects = deduplicator.suspects(prints, eligible, texts)
        decision = deduplicator.decide(
            prints, eligible, len(chunk), suspects, {seq: rows[seq] for seq in suspects.seqs}, columns, texts
        )
        deduplicator.commit(decision, len(rows))
        rows += [[chunk[place].get(name) for name in table.names] for place in decision.accepted.tolist()]
        verdicts.update({first + place: verdict.kind for place, verdict in decision.duplicates + decision.grey})
    seconds = time.process_time() - begun
    places: dict[str, list[int]] = {}
    for place, (offered, label) in enumerate(zip(data.rows, labels, strict=True)):
        verdict = verdicts.get(place, "unique")
        (held.setdefault(offered.kind, Score()) if offered.held else score).count(label, verdict)
        kinds[offered.kind] += not offered.held
        if not offered.held and label != (verdict == "duplicate"):
            wrongs[offered.kind] += 1
            places.setdefault(offered.kind, []).append(place)
    limits = deduplicator.thresholds
    thresholds = "" if limits is None else f"{limits.whole:.2f} {limits.aligned:.2f}"
    return Outcome(data, score, held, wrongs, kinds, seconds, thresholds, places)


def macro(outcomes: Iterable[Outcome]) -> tuple[float, float]:
    """F1 and false-positive rate, averaged over data sets."""
    scores = [outcome.score for outcome in outcomes]
    return float(np.mean([score.f1 for score in scores])), float(np.mean([score.lost for score in scores]))
