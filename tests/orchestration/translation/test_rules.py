"""A request in words, by rules alone."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthaix.orchestration.errors import ArgumentInvalid
from synthaix.orchestration.generation.checking import check_schema
from synthaix.orchestration.schema.column import Column
from synthaix.orchestration.schema.draft import Draft
from synthaix.orchestration.translation.domains import domains
from synthaix.orchestration.translation.rules import by_rules

WORDS = sorted(set(re.findall(r"[A-Za-z_]+|\d+|[^\w\s]", Path(__file__).with_name("corpus.txt").read_text("utf-8"))))
JOINTS = ["\n", "\n- ", " (", ") ", ": ", ", ", " and ", " or ", " between ", " each ", " has "]
PIECES = st.sampled_from([*WORDS, *JOINTS])
TEXTS = st.one_of(
    st.text(max_size=300),
    st.lists(PIECES, max_size=40).map(" ".join),
    st.lists(PIECES, max_size=40).map("".join),
)


def column(draft: Draft, name: str) -> Column:
    """A column of the only table."""
    return draft.schema.root.column(name)


def test_a_context_adds_what_it_asks_for() -> None:
    """Both kinds of transaction call for a column that tells them apart, and an assumption says so."""
    draft = by_rules(
        "Generate 10k financial transactions with user ID, amount, currency, timestamp",
        "Include both debit and credit transactions",
        has_model=False,
    )
    assert draft.inferred_count == 10_000
    assert draft.schema.root.names == ("user_id", "amount", "currency", "timestamp", "transaction_type")
    assert column(draft, "transaction_type").rules.enum == ["debit", "credit"]
    assert any("transaction_type" in note for note in draft.assumptions)


def test_a_context_constrains() -> None:
    """Sentences about columns change those, and add what they name."""
    draft = by_rules(
        "300 customers with name, email, country and age",
        "All customers are from Germany. Ages between 30 and 40. 10% of emails are missing. Also add a phone number.",
        has_model=False,
    )
    assert column(draft, "country").rules.enum == ["Germany"]
    assert column(draft, "name").locale == "de-DE"
    assert (column(draft, "age").rules.min, column(draft, "age").rules.max) == (30, 40)
    assert column(draft, "email").rules.null_rate == 0.1
    assert "phone_number" in draft.schema.root.names


def test_dates_follow_each_other() -> None:
    """An order in words becomes a constraint, also when the other column is named in part."""
    draft = by_rules("200 patients with admission date, discharge date after admission", has_model=False)
    assert column(draft, "discharge_date").rules.after == "admission_date"


def test_a_formula_becomes_an_expression() -> None:
    """In signs or words, over columns named as people name them."""
    for said in ("total = quantity * unit price", "total (quantity times unit price)"):
        draft = by_rules(f"50 orders with quantity, unit price, {said}", has_model=False)
        expression = column(draft, "total").rules.expression
        assert expression is not None
        assert "quantity * unit_price" in expression
        assert column(draft, "total").strategy == "expression"


def test_numbers_are_compared_by_checks() -> None:
    """Greater than another number column."""
    draft = by_rules("80 products with cost, price greater than cost", has_model=False)
    assert draft.schema.root.checks == ("price > cost",)


@pytest.mark.parametrize("domain", domains(), ids=lambda domain: domain.table)
def test_every_subject_has_columns_of_its_own(domain: object) -> None:
    """A request that lists no columns gets the six to ten that are usual for its subject, and is asked about them."""
    table = domain.table  # type: ignore[attr-defined]  # a Domain
    draft = by_rules(f"40 {table.replace('_', ' ')}", has_model=False)
    check_schema(draft.schema)
    assert draft.inferred_count == 40
    assert 6 <= len(draft.schema.root.columns) <= 10
    assert draft.confidence >= 0.75
    assert any("usual" in note for note in draft.assumptions)


def test_many_subjects_are_known() -> None:
    """At least thirty-five."""
    assert len(domains()) >= 35


def test_text_without_a_model_is_warned_of() -> None:
    """A pool writes it, and the warning says what to do about it; with a model the model does."""
    request = "20 reviews with product name, review text"
    bare, rich = by_rules(request, has_model=False), by_rules(request, has_model=True)
    assert column(bare, "review_text").strategy == "pool"
    assert any("OPENAI_API_KEY" in note for note in bare.warnings)
    assert column(rich, "review_text").strategy == "llm"
    assert not rich.warnings


def test_today_can_be_set() -> None:
    """Spans that end today end where the caller says."""
    draft = by_rules("9 orders with order date in the last 30 days", today=date(2024, 3, 31))
    assert column(draft, "order_date").rules.min == "2024-03-01"


def test_questions_are_few_and_ordered() -> None:
    """At most three; the number of rows comes first when it is open."""
    draft = by_rules("customers with name, zorgle, fnord, type", has_model=False)
    assert draft.inferred_count is None
    assert draft.questions[0].text == "How many rows?"
    assert len(draft.questions) == 3


def test_what_is_not_understood_is_told() -> None:
    """No sentence is dropped in silence."""
    draft = by_rules("50 users with name. Weekends must be busier than 3 Mondays.", has_model=False)
    assert any("Weekends" in note for note in draft.warnings)


def test_slips_of_the_keyboard_are_put_right() -> None:
    """And an assumption says what was read as what."""
    draft = by_rules("Genrate 100 studnets with fisrt name and age beetween 18 and 25", has_model=False)
    assert draft.schema.root.names == ("first_name", "age")
    assert column(draft, "age").rules.max == 25
    assert any("fisrt" in note for note in draft.assumptions)


@pytest.mark.parametrize("prompt", ["", "   ", "please", "!!!", "123", "the of and"])
def test_a_request_that_says_nothing_is_refused(prompt: str) -> None:
    """With an example of one that says enough."""
    with pytest.raises(ArgumentInvalid) as caught:
        by_rules(prompt, has_model=False)
    assert caught.value.field == "prompt"
    assert caught.value.suggestion


@pytest.mark.parametrize("field", ["prompt", "context"])
def test_a_long_request_is_refused(field: str) -> None:
    """Before it is read."""
    texts = {"prompt": "10 users", "context": "", field: "a" * 8_001}
    with pytest.raises(ArgumentInvalid) as caught:
        by_rules(texts["prompt"], texts["context"], has_model=False)
    assert caught.value.field == field


@settings(max_examples=250, deadline=None)
@given(TEXTS, st.one_of(st.none(), TEXTS))
def test_any_text_gives_a_draft_or_a_clear_refusal(prompt: str, context: str | None) -> None:
    """Nothing else leaves, and every draft holds together."""
    try:
        draft = by_rules(prompt, context, has_model=False)
    except ArgumentInvalid:
        return
    check_schema(draft.schema)
    assert 0 <= draft.confidence <= 1
    assert all(column.strategy and column.confidence is not None for _, column in draft.schema.columns())


@given(TEXTS)
@settings(max_examples=60, deadline=None)
def test_the_same_request_gives_the_same_draft(prompt: str) -> None:
    """Nothing of the machine, the time or chance is in it."""
    try:
        first = by_rules(prompt, has_model=False)
    except ArgumentInvalid:
        return
    assert by_rules(prompt, has_model=False) == first
