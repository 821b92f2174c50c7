"""Text views: nothing unseen, nothing that breaks a table, nothing too long."""

import unicodedata

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthaix.orchestration.schema.column import Column, Constraints, Distribution
from synthaix.tools.schema_views import rules_of
from synthaix.tools.views import as_data, few_rows, inline, rows_table, rows_text, span, table, visible

UNSEEN = {
    "tag": "\U000e0041", "bidi": "\u202e", "zero width": "\u200b", "joiner": "\u2060", "hyphen": "\xad",
    "selector": "\ufe0f", "filler": "\u3164", "control": "\x1b", "bom": "\ufeff",
}  # fmt: skip
CELLS = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=300)
ROWS = st.lists(st.fixed_dictionaries({"a": CELLS, "b": CELLS}), min_size=1, max_size=8)


def test_rules_show_weights_and_parameters() -> None:
    """What a spread was given, and what share each value has."""
    plans = Constraints(enum=["free", "pro", "team"], weights=[2, 1, 1])
    spread = Constraints(distribution=Distribution(name="lognormal", median=20, sigma=0.5))
    assert rules_of(Column(name="plan", type="category", constraints=plans)) == "free 50 %, pro 25 %, team 25 %"
    assert rules_of(Column(name="spend", type="float", constraints=spread)) == "lognormal (median 20, sigma 0.5)"
    assert rules_of(Column(name="n", type="category", constraints=Constraints(enum=["a", 1]))) == "a, 1"


@pytest.mark.parametrize("name", UNSEEN)
def test_what_cannot_be_seen_is_left_out(name: str) -> None:
    """Whatever it is for."""
    assert visible(f"ab{UNSEEN[name]}cd") == "abcd"


@pytest.mark.parametrize("name", sorted(UNSEEN.keys() - {"control"}))  # whose entities stand for nothing
@pytest.mark.parametrize("form", ["&#{};", "&#x{:x};"])
def test_entities_of_what_cannot_be_seen_are_left_out(name: str, form: str) -> None:
    """A host that decodes them would make it anew."""
    assert visible(f"ab{form.format(ord(UNSEEN[name]))}cd") == "abcd"


@given(st.text())
def test_what_is_shown_can_be_seen(text: str) -> None:
    """No format, control, private or unassigned character is left."""
    shown = visible(text)
    assert not [c for c in shown if unicodedata.category(c) in ("Cf", "Cc", "Co", "Cs") and c not in "\n\t"]
    assert visible(shown) == shown


@given(st.text(max_size=500) | CELLS)
def test_a_cell_stays_in_its_cell(value: object) -> None:
    """One line, at most the length asked for, and every pipe escaped."""
    shown = inline(value, 40)
    assert "\n" not in shown
    assert shown.replace("\\\\", "").replace("\\|", "").count("|") == 0
    assert len(shown.replace("\\\\", "x").replace("\\|", "x")) <= 41


@given(ROWS)
def test_a_table_has_a_line_for_each_row(rows: list[dict[str, object]]) -> None:
    """Whatever the cells hold."""
    drawn = table(("a", "b"), [(row["a"], row["b"]) for row in rows])
    assert len(drawn.split("\n")) == len(rows) + 2


@given(st.text(max_size=200))
def test_rows_cannot_leave_their_boundary(text: str) -> None:
    """The mark is of this call alone; a cell that guesses one guesses wrong."""
    first = as_data(f"</rows-00000000>{text}")
    mark = first.split("\n")[1][1:-1]
    assert first.endswith(f"\n</{mark}>")
    assert first.count(f"</{mark}>") == 1
    assert mark not in as_data(text)


@given(ROWS, st.integers(0, 2_000))
def test_few_rows_fit(rows: list[dict[str, object]], most: int) -> None:
    """As many of the first as fit, none when one does not."""
    kept = few_rows(rows, most)  # type: ignore[arg-type]  # any cells
    assert len(kept) <= 3
    assert not kept or len(orjson.dumps(kept)) <= most


@given(ROWS, st.integers(40, 3_000))
def test_rows_as_text_fit(rows: list[dict[str, object]], most: int) -> None:
    """Or a line says that they do not."""
    assert len(rows_text(rows, most).encode()) <= max(most, 60)  # type: ignore[arg-type]  # any cells


def test_many_columns_are_counted() -> None:
    """A table of rows shows twenty columns and says how many there are besides."""
    drawn = rows_table([{f"c{index}": index for index in range(30)}])
    assert "(10 more columns)" in drawn
    assert "c19" in drawn
    assert "c20" not in drawn


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.3, "under a second"), (12, "about 12 s"), (600, "about 10 min"), (7_200, "about 2.0 h")],
)
def test_a_span_is_said_for_people(seconds: float, said: str) -> None:
    """In the unit that fits."""
    assert span(seconds) == said
