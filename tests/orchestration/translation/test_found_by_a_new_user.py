"""What a new user asked for and did not get: values, spreads, formulas and shares, each with its neighbours."""

import pytest

from synthaix.orchestration.generation.rules import completed
from synthaix.orchestration.generation.sampling import TableSampler
from synthaix.orchestration.schema.column import Column
from synthaix.orchestration.schema.draft import Draft
from synthaix.orchestration.translation.rules import by_rules


def read(prompt: str) -> Draft:
    """The keyless draft of a request."""
    return by_rules(prompt, has_model=False)


def column(prompt: str, name: str) -> Column:
    """One column of the first table."""
    return read(prompt).schema.root.column(name)


@pytest.mark.parametrize(
    ("prompt", "name", "values"),
    [
        (
            "I need 10k financial transactions with user ID, amount, currency and timestamp, both debit and credit.",
            "transaction_type",
            ["debit", "credit"],
        ),
        (
            "financial transactions, 10,000 rows, both debit and credit, with user ID and amount",
            "transaction_type",
            ["debit", "credit"],
        ),
        ("300 calls with duration, both inbound and outbound", "call_type", ["inbound", "outbound"]),
        ("300 bookings: guest name, room type single, double or suite", "room_type", ["single", "double", "suite"]),
        ("300 orders: id, payment method cash, card or check", "payment_method", ["cash", "card", "check"]),
    ],
)
def test_values_are_values(prompt: str, name: str, values: list[str]) -> None:
    """Words that tell rows apart are a closed set, not a column and not a type."""
    found = column(prompt, name)
    assert (found.type, found.rules.enum) == ("category", values)
    assert not any(each.name.endswith(("_and_credit", "_and_outbound")) for each in read(prompt).schema.root.columns)


def test_both_may_also_be_two_columns() -> None:
    """`both email and phone` names what the catalogue knows."""
    assert list(read("300 users with both email and phone").schema.root.names) == ["email", "phone"]


@pytest.mark.parametrize(
    ("prompt", "name", "mean", "least"),
    [
        (
            "500 employees: name, monthly salary normally distributed around 4200 with standard deviation 600",
            "monthly_salary",
            4200,
            0,
        ),
        ("500 employees: name, salary around 3000", "salary", 3000, 0),
        ("500 employees: name, salary around 60000", "salary", 60000, 24000),
        ("500 pupils: name, age around 9", "age", 9, 0),
    ],
)
def test_a_usual_range_gives_way_to_a_stated_mean(prompt: str, name: str, mean: float, least: float) -> None:
    """A kind's bounds around a stated mean, but none that would squeeze all cells against one of them."""
    table = read(prompt).schema.root
    rules = completed(table)[name]
    assert rules.distribution is not None
    assert rules.distribution.mean == mean
    assert rules.min == least


def test_nights_are_the_days_between_two_dates() -> None:
    """What a formula calls nights lies between check in and check out."""
    table = read(
        "300 bookings: check in, check out 1 to 14 nights after check in, price per night 60-250 EUR, "
        "total = nights * price per night"
    ).schema.root
    assert table.column("total").rules.expression == "round(days_between(check_in, check_out) * price_per_night, 2)"
    assert table.checks == ("days_between(check_in, check_out) <= 14",)


def test_a_formula_that_cannot_be_read_is_told_and_doubtful() -> None:
    """Nights without dates are no price."""
    draft = read("300 rows: price per night, total = nights * price per night")
    assert draft.schema.root.column("total").rules.expression is None
    assert (draft.schema.root.column("total").confidence or 0) <= 0.5
    assert any("formula of `total`" in warning for warning in draft.warnings)


@pytest.mark.parametrize(
    ("said", "values", "weights"),
    [
        ("status (active 80%, blocked)", ["active", "blocked"], [80, 20]),
        ("status (dog 70%, cat 25%, parrot)", ["dog", "cat", "parrot"], [70, 25, 5]),
        ("status (blocked, active 80%)", ["blocked", "active"], [20, 80]),
    ],
)
def test_values_without_a_share_share_what_is_left(said: str, values: list[str], weights: list[float]) -> None:
    """A hundred percent in all."""
    rules = column(f"300 users: name, {said}", "status").rules
    assert (rules.enum, rules.weights) == (values, weights)


def test_what_may_be_empty_keeps_its_type() -> None:
    """A share of empty cells makes no flag of a moment."""
    found = column("300 tickets: id, opened at, closed at (may be empty for 30%)", "closed_at")
    assert found.type in ("date", "datetime")
    assert (found.rules.null_rate, found.rules.after) == (0.3, "opened_at")


@pytest.mark.parametrize(
    ("prompt", "names"),
    [
        ("300 users with no email but username, age", ["username", "age"]),
        ("300 users with name, email, no phone number", ["name", "email"]),
        (
            "300 homes: latitude and longitude, listed on, sold on or null",
            "latitude longitude listed_on sold_on".split(),
        ),
        ("500 used cars: make, model, year no older than 2015", ["make", "model", "year"]),
        ("300 flights: flight number, delay minutes mostly zero", ["flight_number", "delay_minutes"]),
    ],
)
def test_what_is_denied_or_qualified_is_no_name(prompt: str, names: list[str]) -> None:
    """A column that is not wanted is none, and a condition is no part of a name."""
    assert list(read(prompt).schema.root.names) == names


@pytest.mark.parametrize(
    ("said", "name", "values"),
    [
        ("currency EUR only", "currency", ["EUR"]),
        ("currency is always EUR", "currency", ["EUR"]),
        ("price of 9.99", "price", [9.99]),
        ("colour in red green blue", "colour", ["red", "green", "blue"]),
        ("fuel type except diesel", "fuel_type", ["gasoline", "electric", "hybrid", "plug-in hybrid"]),
        ("fuel type (except diesel and hybrid)", "fuel_type", ["gasoline", "electric", "plug-in hybrid"]),
    ],
)
def test_only_and_except(said: str, name: str, values: list[object]) -> None:
    """One value, or all but one."""
    assert column(f"300 cars: make, {said}", name).rules.enum == values


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("country in Europe", "country"),
        ("delay minutes mostly zero", "delay_minutes"),
        ("email except gmail", "email"),
        ("speed different from luck", "speed"),
    ],
)
def test_what_is_not_understood_is_told_and_doubtful(said: str, name: str) -> None:
    """Never a silent wrong column."""
    draft = read(f"300 rows: id, {said}")
    assert (draft.schema.root.column(name).confidence or 0) <= 0.5
    assert any(name in warning for warning in draft.warnings)


def test_different_from_another_column_is_a_check() -> None:
    """No flight goes where it came from."""
    table = read("300 flights: origin airport IATA, destination airport IATA different from origin").schema.root
    assert table.checks == ("destination_airport_iata != origin_airport_iata",)


@pytest.mark.parametrize(
    ("said", "name", "low", "high"),
    [
        ("year no older than 2015", "year", 2015, 2025),
        ("age at least 18 but not over 65", "age", 18, 65),
        ("age no older than 30", "age", 18, 30),
        ("amount from -500 to 500", "amount", -500, 500),
    ],
)
def test_bounds_that_are_denied(said: str, name: str, low: float, high: float) -> None:
    """`not over` bounds from above, `no older than` a year from below; a negative bound is used."""
    rules = column(f"300 people: id, {said}", name).rules
    assert (rules.min, rules.max) == (low, high)
    assert name != "amount" or (rules.distribution and rules.distribution.name == "uniform")


def test_shares_of_them_and_missing_ones() -> None:
    """`2% of them fraudulent` is a flag, `5% missing phone` a phone."""
    table = read("1000 credit card transactions, 2% of them fraudulent").schema.root
    assert table.column("is_fraudulent").rules.weights == [2, 98]
    people = read("300 employees: name, manager yes/no, 5% missing phone").schema.root
    assert people.column("phone").rules.null_rate == 0.05
    assert people.column("manager").rules.null_rate is None


@pytest.mark.parametrize(
    ("prompt", "child", "names", "parent_names"),
    [
        (
            "20 departments and 300 employees, every employee belongs to a department, salary in euros 30k-90k, "
            "unique work email, start date after 2015 and before 2020",
            "employees",
            "employee_id department_id salary work_email start_date".split(),
            ["department_id", "name"],
        ),
        (
            "200 orders and their order lines, order: date, customer email, status; line: product, quantity, price",
            "order_lines",
            "order_line_id order_id product quantity price".split(),
            ["order_id", "date", "customer_email", "status"],
        ),
    ],
)
def test_columns_go_to_the_table_they_are_listed_for(
    prompt: str, child: str, names: list[str], parent_names: list[str]
) -> None:
    """Behind two tables the child's columns are listed; a noun and a colon say which table is meant."""
    parent, found = read(prompt).schema.tables
    assert (found.name, list(found.names)) == (child, names)
    assert list(parent.names)[: len(parent_names)] == parent_names


def test_a_stated_range_goes_to_its_own_column() -> None:
    """No salary on an id."""
    parent, child = read(
        "20 departments and 300 employees, every employee belongs to a department, salary in euros 30k-90k"
        ", unique work email"
    ).schema.tables
    assert (child.column("salary").rules.min, child.column("salary").rules.max) == (30_000, 90_000)
    assert parent.column("department_id").rules.min is None


@pytest.mark.parametrize(
    ("prompt", "name", "bounds"),
    [
        ("300 products in a Tokyo store: name, price in yen", "price", (100, 150_000)),
        ("300 employees: name, salary in rupees", "salary", (2_400_000, 25_000_000)),
        ("300 products: name, price in yen from 100 to 9000", "price", (100, 9_000)),
    ],
)
def test_a_small_currency_has_larger_amounts(prompt: str, name: str, bounds: tuple[int, int]) -> None:
    """The usual range is that of dollars; what is stated stays."""
    rules = read(prompt).schema.root.column(name).rules
    assert (rules.min, rules.max) == bounds


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("300 movies: title, budget in millions", "budget"),
        ("300 phones: model, battery voltage", "battery_voltage"),
        ("300 songs: title, bpm", "bpm"),
        ("300 authors: name, birth year", "birth_year"),
        ("300 recipes: name, servings", "name"),
        ("300 employees: name, monthly salary", "monthly_salary"),
        ("300 people: name, age 20 to 30, age 40 to 50", "age"),
        ("300 people: name, age between 60 and 20", "age"),
        ("200 patients from Japan and Germany with name, phone, postal code", "phone"),
        ("300 dogs: id, breed", "breed"),
        ("300 students: name, scored at least 70 in maths, with grade A, B or C", "scored"),
    ],
)
def test_a_reading_that_may_be_wrong_is_told_and_doubtful(prompt: str, name: str) -> None:
    """Contradictions, other scales, several places, unknown words."""
    draft = read(prompt)
    assert (draft.schema.root.column(name).confidence or 0) <= 0.5
    assert any(f"`{name}`" in warning for warning in draft.warnings)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("price in yen from 100 to 9000", "price"),
        ("price in euros", "price"),
        ("monthly salary around 4200", "monthly_salary"),
    ],
)
def test_what_is_stated_is_not_doubted(said: str, name: str) -> None:
    """A range or a mean says what the values are."""
    assert (column(f"300 people: name, {said}", name).confidence or 0) > 0.5


def test_a_share_of_women_is_a_gender() -> None:
    """A share of women has a column whose values are those of the catalogue; `no posts` makes no flag."""
    table = read("300 people: first name, age, 70% women").schema.root
    assert (table.column("gender").rules.enum, table.column("gender").rules.weights) == (["female", "male"], [70, 30])
    posts = read("300 users: name, posts count, 10% of users have no posts")
    assert list(posts.schema.root.names) == ["name", "posts_count"]
    assert any("no posts" in warning for warning in posts.warnings)


def test_fewer_than_no_rows_are_asked_about() -> None:
    """`minus five users` is no number of rows."""
    draft = read("minus five users with name")
    assert draft.inferred_count is None
    assert any("How many rows" in question.text for question in draft.questions)


def test_the_day_that_relative_times_count_from_is_told() -> None:
    """Only where something is relative."""
    assert any(
        "counted back from" in note for note in read("30 orders: id, order date in the last 10 years").assumptions
    )
    assert not any("counted back" in note for note in read("30 orders: id, order date in 2023").assumptions)


def test_a_pace_keeps_its_step() -> None:
    """Every 15 minutes is not every minute."""
    draft = read("a dozen sensors with a reading every 15 minutes, 100 rows, temperature")
    assert any("every 15 minutes" in warning for warning in draft.warnings)


def test_the_bound_of_a_start_squeezes_no_end() -> None:
    """Loans that start all over 2023 do not all end in January 2024."""
    schema = read("500 loans: loan id, amount, start date in 2023, end date, status").schema
    cells = TableSampler(schema, schema.root, seed=7).cells(0, 500)
    months = {str(end)[:7] for end in cells["end_date"]}
    assert len(months) > 6
    assert all(str(start) < str(end) for start, end in zip(cells["start_date"], cells["end_date"], strict=True))
