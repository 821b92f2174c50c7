"""Circles in what depends on what."""

from graphlib import CycleError, TopologicalSorter

from hypothesis import given
from hypothesis import strategies as st

from synthaix.orchestration.schema.circles import circle_in

nodes = st.sampled_from("abcdef")


@given(st.dictionaries(nodes, st.lists(nodes, max_size=3), max_size=6))
def test_a_circle_is_found_exactly_when_there_is_one(edges: dict[str, list[str]]) -> None:
    """The standard library's sorter is the judge, and what is found is a circle of the graph."""
    try:
        TopologicalSorter(edges).prepare()
        exists = False
    except CycleError:
        exists = True
    circle = circle_in(edges)
    assert bool(circle) is exists
    for node, following in zip(circle, [*circle[1:], *circle[:1]], strict=True):
        assert following in edges[node]
