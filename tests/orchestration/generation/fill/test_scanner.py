"""Finding whole rows in an answer that may be cut anywhere."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthaix.orchestration.generation.fill.scanner import whole_rows

CELL = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
ROW = st.dictionaries(st.text(), CELL, max_size=4)
ROWS = st.lists(ROW, min_size=1, max_size=5)


def wrapped(rows: list[dict[str, Any]]) -> str:
    """An answer as it is asked for."""
    return json.dumps({"rows": rows})


@given(ROWS)
def test_a_whole_answer_gives_every_row(rows: list[dict[str, Any]]) -> None:
    """What json reads from a complete answer, the scanner reads too."""
    assert [json.loads(raw) for raw in whole_rows(wrapped(rows))] == rows


@given(ROWS, st.data())
def test_a_cut_loses_only_rows_whose_bracket_did_not_come(rows: list[dict[str, Any]], data: st.DataObject) -> None:
    """Cut anywhere: exactly the rows that were closed before the cut."""
    pieces = [json.dumps(row) for row in rows]
    text = '{"rows": [' + ", ".join(pieces) + "]}"
    ends, at = [], len('{"rows": [')
    for piece in pieces:
        at += len(piece)
        ends.append(at)
        at += len(", ")
    cut = data.draw(st.integers(0, len(text)))
    whole = sum(end <= cut for end in ends)
    assert [json.loads(raw) for raw in whole_rows(text[:cut])] == rows[:whole]


def test_every_offset_of_a_long_answer() -> None:
    """Twenty rows with quotes, brackets and escapes in their text, cut at every byte."""
    hard = ['He said "no"', "a \\ b", "}]}", '{"i": 3}', "[", "\u2028 \u00e9 \U0001f600", "ends in \\", "\n"]
    rows = [{"i": n, "review": hard[n % len(hard)] * 3, "stars": n / 7} for n in range(1, 21)]
    pieces = [json.dumps(row, ensure_ascii=False) for row in rows]
    encoded = ('{"rows": [' + ", ".join(pieces) + "]}").encode()
    ends = [len(('{"rows": [' + ", ".join(pieces[: n + 1])).encode()) for n in range(len(pieces))]
    for cut in range(len(encoded) + 1):
        kept = [json.loads(raw) for raw in whole_rows(encoded[:cut].decode(errors="ignore"))]
        assert kept == rows[: sum(end <= cut for end in ends)]


@pytest.mark.parametrize(
    "text",
    [
        '[{"i": 1}, {"i": 2}]',
        '```json\n{"rows": [{"i": 1}, {"i": 2}]}\n```',
        'Here are the "rows" you wanted: {"rows": [{"i": 1}, {"i": 2}]} Enjoy!',
        '{"i": 1}\n{"i": 2}\n',
        '{"answer": [{"i": 1}, {"i": 2}], "note": "done"}',
    ],
)
def test_other_wrappings(text: str) -> None:
    """Lists, fences, prose and JSON lines are read as well."""
    assert [json.loads(raw) for raw in whole_rows(text)] == [{"i": 1}, {"i": 2}]


@pytest.mark.parametrize("text", ['[[1,"a"],[2,"b"]]', '{"rows": [[1,"a"],[2,"b"]]}', '{"r": [[1,"a"],[2,"b"],[3,"c'])
def test_rows_may_be_arrays(text: str) -> None:
    """The shorter form, of which only whole rows count too."""
    assert [json.loads(raw) for raw in whole_rows(text)] == [[1, "a"], [2, "b"]]


def test_lists_inside_rows_are_no_rows() -> None:
    """Whether the rows are objects or arrays."""
    objects = '{"rows": [{"i": 1, "tags": ["a", ["b"]]}, {"i": 2, "tags": []}]}'
    assert [json.loads(raw)["i"] for raw in whole_rows(objects)] == [1, 2]
    assert whole_rows('{"rows": [[1, ["a"]], [2, [["b"]]]]}') == ['[1, ["a"]]', '[2, [["b"]]]']


@pytest.mark.parametrize("text", ["", "no", '{"rows": []}x', "[1, 2]", '"', "{", "]}", '{"a": [[[{"i": 1}]]]}', "null"])
def test_nothing_to_read(text: str) -> None:
    """What holds no rows gives none."""
    assert [raw for raw in whole_rows(text) if raw.startswith(('{"i"', "[1"))] == []


def test_broken_brackets_end_the_reading() -> None:
    """Rows before the break count; what follows is not trusted."""
    assert whole_rows('{"rows": [{"i": 1}, {"i": 2], {"i": 3}]}') == ['{"i": 1}']


@given(st.text(alphabet='{}[]",:\\i1 a\n'))
def test_no_text_breaks_it(text: str) -> None:
    """Any text is read to some list, in which no row is cut."""
    for raw in whole_rows(text):
        assert raw[0] + raw[-1] in ("{}", "[]")


def test_the_cost_grows_with_the_length_only() -> None:
    """A string that never closes is passed over once, however many quotes it has escaped."""
    text = '{"rows": [{"i": 1, "a": "' + '\\"' * 200_000
    assert whole_rows(text) == []
