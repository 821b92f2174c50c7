"""What became of candidates that are no rows."""

from collections import Counter

from synthaix.orchestration.dedup.verdict import Verdict
from synthaix.orchestration.jobs.running.tallies import EXAMPLES, LONGEST_CELL, MOST_CELLS, Tallies, example_of


def test_counts_add_up_and_survive_the_store() -> None:
    """Stages, reasons, grey ones; nothing is changed in place."""
    first = Tallies().plus(Counter(exact=2), Counter({"age: at most 9": 1}), grey=1, doubtful=1)
    second = Tallies(first.to_json()).plus(Counter(exact=1, typo=1), Counter(), grey=0)
    assert first.duplicates == {"exact": 2}
    assert (second.duplicates, second.invalid) == ({"exact": 3, "typo": 1}, {"age: at most 9": 1})
    assert (second.grey, second.doubtful) == (1, 1)


def test_a_few_examples_of_each_stage_are_kept() -> None:
    """However many come, in one commit or in many."""
    example = example_of("rows", Verdict("duplicate", 4, "typo", 0.9, ("name",)), 4, ["name"], ["Ann"], ["Anne"])
    tallies = Tallies()
    for _ in range(3):
        tallies = tallies.plus(Counter(typo=2), Counter(), [example, example, {**example, "stage": "exact"}], grey=0)
    kept = Tallies(tallies.to_json()).examples
    assert Counter(each["stage"] for each in kept) == {"typo": EXAMPLES, "exact": EXAMPLES}
    assert not tallies.wants("typo")
    assert tallies.wants("text")


def test_an_example_is_small_and_shows_what_differs() -> None:
    """A dozen cells, long ones cut, those that differ never left out."""
    names = [f"c{i}" for i in range(40)]
    cells = ["x" * 5_000, *range(39)]
    made = example_of("rows", Verdict("duplicate", 0, "text", 0.97, ("c39",)), 0, names, cells, None)
    assert len(made["names"]) == len(made["candidate"]) == MOST_CELLS
    assert made["names"][-1] == "c39"
    assert len(made["candidate"][0]) == LONGEST_CELL + 1
    assert made["row"] is None
