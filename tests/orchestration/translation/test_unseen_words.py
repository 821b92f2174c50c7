"""Requests by people who had not seen the rules: what each mechanism makes of them, and of their neighbours."""

import pytest

from synthaix.orchestration.schema.draft import Draft
from synthaix.orchestration.translation.rules import by_rules


def read(prompt: str) -> Draft:
    """The keyless draft of a request."""
    return by_rules(prompt, has_model=False)


@pytest.mark.parametrize(
    ("prompt", "first", "last"),
    [
        ("300 flights: flight number, departure and arrival time", "departure_time", "arrival_time"),
        ("300 flights: flight number, arrival and departure time", "departure_time", "arrival_time"),
        ("40 hotel guests with name, arrival and departure dates", "arrival_date", "departure_date"),
        ("90 trains: departed at, arrived at, platform", "departed_at", "arrived_at"),
    ],
)
def test_a_journey_departs_first_and_a_stay_arrives_first(prompt: str, first: str, last: str) -> None:
    """One order of the two, never both."""
    root = read(prompt).schema.root
    assert (root.column(last).rules.after, root.column(first).rules.after) == (first, None)


@pytest.mark.parametrize(
    ("prompt", "name", "kind"),
    [
        ("900 reviews: review title, rating", "review_title", "text.title"),
        ("900 jobs: job title, salary", "job_title", "company.job_title"),
        ("80 films: movie title, year", "movie_title", "media.movie_title"),
        ("12 board games with title, playing time", "playing_time", "time.duration_min"),
        ("12 parcels with weight, delivery time in days", "delivery_time", "time.duration_days"),
        ("12 foods with name, days until expiry", "days_until_expiry", "time.duration_days"),
        ("12 shops with name, opening time", "opening_time", "time.time"),
        ("100 rows: sku, name, price", "name", "product.name"),
        ("100 rows: email, name, phone", "name", "person.full_name"),
    ],
)
def test_the_words_around_a_noun_decide(prompt: str, name: str, kind: str) -> None:
    """The title of a review is no honorific, a playing time no time of day."""
    assert read(prompt).schema.root.column(name).kind == kind


@pytest.mark.parametrize(
    ("prompt", "names"),
    [
        ("One thousand used cars with make, model, VIN", ["make", "model", "vin"]),
        ("500 used cars with make and model", ["make", "model"]),
        ("Employees in Tokyo with Japanese names, 50 of them, incl. email and job title", ["name", "email", "job_title"]),
        ("300 customers with name, phone incl. country code and city", ["name", "phone", "city"]),
        ("120 employees: name, salary, bonus 10% of salary, manager if any", ["name", "salary", "bonus", "manager"]),
        ("90 trips: date when shipped, notes if needed, flag if active", ["shipped_date", "notes", "active"]),
        ("20k events: user_id, variant A or B, event time", ["user_id", "variant", "event_time"]),
        ("60 accounts: IBAN, balance may be negative, opened date", ["iban", "balance", "opened_date"]),
        ("60 rows of grocery lines, basket id, category produce|dairy, quantity", ["basket_id", "category", "quantity"]),
    ],
)
def test_each_name_is_only_a_name(prompt: str, names: list[str]) -> None:
    """No verb, no count, no condition and no neighbour ends in a column's name."""
    assert list(read(prompt).schema.root.names) == names


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("(1-0, 0-1, 1/2-1/2)", ["1-0", "0-1", "1/2-1/2"]),
        ("(home/away)", ["home", "away"]),
        ("(1, 2, both)", ["1", "2", "both"]),
        ("(8, 16, 32)", [8, 16, 32]),
    ],
)
def test_commas_part_values_before_slashes_do(words: str, values: list[object]) -> None:
    """A slash beside commas is part of a value, and beside words a number is a word."""
    assert read(f"90 games: played on, result {words}").schema.root.column("result").rules.enum == values


@pytest.mark.parametrize(
    ("item", "check"),
    [
        ("revenue if paid", "(revenue is None) == (not paid)"),
        ("revenue (only if paid)", "(revenue is None) == (not paid)"),
        ("revenue unless paid", "(revenue is None) == (paid)"),
        ("revenue (null if paid)", "(revenue is None) == (paid)"),
        ("revenue if status is open", '(revenue is None) == (status != "open")'),
    ],
)
def test_a_condition_decides_where_a_value_is(item: str, check: str) -> None:
    """The language of checks can say it, so it is said, and told."""
    draft = read(f"90 sales: paid yes/no, status (open, closed), {item}, sold on")
    assert draft.schema.root.checks == (check,)
    assert draft.schema.root.column("revenue").rules.nullable
    assert any("revenue" in note for note in draft.assumptions)


def test_a_condition_that_no_column_can_hold_is_told() -> None:
    """It leaves the column nullable, with a warning."""
    draft = read("90 sales: price, discount if the weather is nice, sold on")
    assert draft.schema.root.column("discount").rules.nullable
    assert any("discount" in warning for warning in draft.warnings)


def test_a_moment_under_its_own_condition_is_only_empty_at_times() -> None:
    """`paid at if paid` asks for no other column, and warns of none."""
    draft = read("90 orders: total, paid at if paid")
    assert draft.schema.root.column("paid_at").rules.nullable
    assert not any("paid_at" in warning for warning in draft.warnings)


def test_a_balance_may_pass_zero() -> None:
    """`may be negative` opens the lower bound."""
    low = read("60 accounts: IBAN, balance may be negative").schema.root.column("balance").rules.min
    assert isinstance(low, int)
    assert low < 0


@pytest.mark.parametrize(
    ("prompt", "formulas"),
    [
        ("80 invoices: net, vat 19%, gross", {"vat": "round(net * 0.19, 2)", "gross": "round(net + vat, 2)"}),
        ("80 invoices: net, 19% vat, gross", {"vat": "round(net * 0.19, 2)", "gross": "round(net + vat, 2)"}),
        ("80 sales: price, commission 5% of price", {"commission": "round(price * 0.05, 2)"}),
    ],
)
def test_a_rate_is_a_share_of_its_base(prompt: str, formulas: dict[str, str]) -> None:
    """Never the same amount in every row."""
    root = read(prompt).schema.root
    assert {name: root.column(name).rules.expression for name in formulas} == formulas


def test_a_rate_without_a_base_is_a_percentage() -> None:
    """`tax 8.5%` beside no amount."""
    column = read("50 products: sku, name, tax 8.5%").schema.root.column("tax")
    assert (column.kind, column.rules.enum) == ("general.percentage", [8.5])


@pytest.mark.parametrize(
    ("prompt", "context"),
    [
        ("1.2k reviews for a coffee machine with star rating and date", "coffee"),
        ("50000 IoT readings: device_id, recorded_at", "IoT"),
        ("300 employees for a mid-sized firm with name and email", "mid-sized firm"),
    ],
)
def test_mere_context_is_no_warning(prompt: str, context: str) -> None:
    """Words around the subject ask for nothing; one assumption says that they change nothing."""
    draft = read(prompt)
    assert not any(context in warning for warning in draft.warnings)
    assert any(context in note for note in draft.assumptions)


def test_guessed_columns_are_guesses() -> None:
    """A subject that nobody knows gets usual columns, and a low confidence."""
    assert read("300 zorblaxes").confidence <= 0.5


@pytest.mark.parametrize(
    ("prompt", "names"),
    [
        ("90 books wiht titel, auther, isbn, availible", "title author isbn available"),
        ("hello :) make me thirty students with name, exam score 0-100", "name exam_score"),
    ],
)
def test_slips_and_smiles_are_no_columns(prompt: str, names: str) -> None:
    """Endings that sound alike, swapped letters of short words, and a smile that opens no bracket."""
    assert list(by_rules(prompt).schema.root.names) == names.split()


def test_a_unit_behind_the_last_number_is_that_of_all() -> None:
    """`12, 24, 36 or 60 months` are four numbers."""
    assert by_rules("90 loans with amount, term (12, 24, 36 or 60 months)").schema.root.column("term").rules.enum == [12, 24, 36, 60]
