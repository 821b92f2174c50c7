"""Whatever a column states, its sampled cells obey: the validator is the oracle."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synthaix.orchestration.generation.sampling import BLOCK, TableSampler
from synthaix.orchestration.generation.validation import TableRules
from synthaix.orchestration.schema.column import COLUMN_TYPES
from synthaix.orchestration.schema.kinds import kinds
from synthaix.orchestration.schema.schema import Schema

ROWS = 96
Loose = dict[str, Any]


def broken(columns: list[Loose], *, start: int = 0, checks: list[str] | None = None) -> dict[int, str]:
    """What the validator finds in a table of these columns."""
    schema = Schema.model_validate({"columns": columns, **({"checks": checks} if checks else {})})
    table = schema.tables[0]
    sampler = TableSampler(schema, table, seed=7)
    cells = sampler.fill_late(sampler.cells(start, start + ROWS), range(start, start + ROWS))
    assert list(cells) == [column["name"] for column in columns]
    assert {len(each) for each in cells.values()} == {ROWS}
    return TableRules(schema, table).invalid(cells, ROWS)


@st.composite
def numbers(draw: st.DrawFn) -> Loose:
    """A number column with any mixture of bounds, decimals and distribution."""
    kind_of_number = draw(st.sampled_from(["integer", "float", "decimal"]))
    low = draw(st.integers(-1_000, 1_000))
    width = draw(st.integers(1, 5_000))
    rules: Loose = {}
    shape = draw(st.sampled_from(["both", "low", "high", "none", "exclusive"]))
    if shape in ("both", "low"):
        rules["min"] = low
    if shape in ("both", "high"):
        rules["max"] = low + width
    if shape == "exclusive":
        rules |= {"exclusive_min": low, "exclusive_max": low + width + 1}
    if kind_of_number != "integer" and draw(st.booleans()):
        rules["decimals"] = draw(st.integers(0, 6))
    spread = draw(st.sampled_from([None, "uniform", "normal", "lognormal", "exponential", "poisson", "zipf"]))
    if spread:
        rules["distribution"] = {"name": spread}
        if spread in ("normal", "exponential", "poisson") and draw(st.booleans()):
            rules["distribution"]["mean"] = draw(st.integers(-2_000 if spread == "normal" else 1, 2_000))
        if spread == "lognormal":
            rules["distribution"] |= {"median": draw(st.floats(0.5, 5_000)), "sigma": draw(st.floats(0.05, 3))}
    return {"name": "n", "type": kind_of_number, "constraints": rules}


@given(numbers())
@settings(max_examples=150, deadline=None)
def test_numbers_keep_to_their_bounds(column: Loose) -> None:
    """Bounds, exclusive bounds and decimals hold under every distribution."""
    assert broken([column]) == {}


@given(
    st.sampled_from(["date", "datetime", "time"]),
    st.sampled_from(["both", "low", "high", "none"]),
    st.integers(0, 4_000),
    st.integers(2, 4_000),
)
@settings(max_examples=60, deadline=None)
def test_moments_keep_to_their_bounds(unit: str, shape: str, first: int, width: int) -> None:
    """`min` and `max` hold for dates, times and moments."""
    from datetime import UTC, datetime, timedelta

    begin = datetime(2015, 1, 1, tzinfo=UTC) + timedelta(days=first, minutes=first)
    end = begin + timedelta(days=width)
    texts = {
        "date": (begin.date().isoformat(), end.date().isoformat()),
        "datetime": (f"{begin:%Y-%m-%dT%H:%M:%SZ}", f"{end:%Y-%m-%dT%H:%M:%SZ}"),
        "time": ("08:30:00", "17:00:00"),
    }[unit]
    rules = {
        key: text
        for key, text in zip(("min", "max"), texts, strict=True)
        if shape in ("both", {"min": "low", "max": "high"}[key])
    }
    assert broken([{"name": "t", "type": unit, "constraints": rules}]) == {}


@given(
    st.sampled_from(["date", "datetime"]), st.sampled_from(["date", "datetime"]), st.sampled_from(["date", "datetime"]),
    st.booleans(), st.booleans(), st.booleans(), st.booleans(),
)  # fmt: skip
@settings(max_examples=80, deadline=None)
def test_a_chain_of_moments_is_in_order(
    a: str, b: str, c: str, low: bool, high: bool, nullable: bool, late: bool
) -> None:
    """Of three columns each comes after the one before it, within literal bounds."""
    first: Loose = {"min": "2024-03-01"} if low else {}
    last: Loose = {"max": "2024-09-01"} if high else {}
    columns = [
        {"name": "first", "type": a, "constraints": {**first, "nullable": nullable, "before": "second"}},
        {"name": "second", "type": b, "constraints": {"after": "2024-02-15" if late else "first"}},
        {"name": "third", "type": c, "constraints": {**last, "after": "second"}},
    ]
    assert broken(columns) == {}


@given(st.integers(0, 60), st.integers(0, 80), st.sampled_from(["string", "text"]),
       st.sampled_from([None, *sorted(name for name, kind in kinds().items() if kind.type in ("string", "text"))]),
       st.booleans())  # fmt: skip
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_texts_keep_to_their_lengths(least: int, extra: int, kind_of_text: str, kind: str | None, unique: bool) -> None:
    """Whatever a text is about, it is neither too short nor too long."""
    rules = {"min_length": least, "max_length": max(least + extra, 8), "unique": unique}
    assert broken([{"name": "s", "type": kind_of_text, "kind": kind, "constraints": rules}]) == {}


PATTERNS = (
    "[A-Z]{3}-\\d{4}",
    "^(foo|bar)[0-9]?$",
    "[a-c]{2,5}x",
    "(?:ab|cd){2}\\.",
    "INV-[0-9]{6}",
    "[A-Za-z]+@[a-z]+",
    "a*b+c?",
    "\\w{4}[^a-z]",
)


@given(st.sampled_from(PATTERNS))
@settings(max_examples=20, deadline=None)
def test_patterns_are_matched(pattern: str) -> None:
    """Cells match the pattern, be it a row of choices or more than that."""
    assert broken([{"name": "p", "type": "string", "constraints": {"pattern": pattern}}]) == {}


@given(
    st.sampled_from(sorted(kinds())), st.sampled_from(COLUMN_TYPES), st.sampled_from([None, "de", "fr", "ja", "pt-BR"]),
    st.booleans(), st.integers(0, 3),
)  # fmt: skip
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_kind_in_any_type(kind: str, column_type: str, locale: str | None, nullable: bool, block: int) -> None:
    """A kind never makes cells that the column's type does not hold."""
    column = {"name": "x", "type": column_type, "kind": kind, "locale": locale, "constraints": {"nullable": nullable}}
    assert broken([column], start=block * BLOCK) == {}


@given(st.sampled_from(sorted(kinds())), st.booleans())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_kind_obeys_its_own_constraints(kind: str, unique: bool) -> None:
    """A kind's default constraints hold when they are written into the column."""
    rules = kinds()[kind].constraints
    stated = {**(rules.model_dump(exclude_none=True) if rules else {}), "unique": unique}
    assert broken([{"name": "x", "type": kinds()[kind].type, "kind": kind, "constraints": stated}]) == {}


@given(st.sampled_from(["email", "hostname", "ipv4", "ipv6", "uri", "uuid"]), st.booleans())
@settings(max_examples=12, deadline=None)
def test_formats_are_kept(text_format: str, unique: bool) -> None:
    """A format alone is enough to make a valid cell."""
    assert broken([{"name": "f", "type": "string", "constraints": {"format": text_format, "unique": unique}}]) == {}


def test_a_check_between_moments_holds_by_construction() -> None:
    """`end > start` needs no `after`."""
    columns = [{"name": "finish", "type": "datetime"}, {"name": "go", "type": "datetime"}]
    assert broken(columns, checks=["finish > go"]) == {}
