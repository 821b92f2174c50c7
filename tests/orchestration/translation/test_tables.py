"""Several tables in one request."""

import pytest

from synthaix.orchestration.generation.checking import check_schema
from synthaix.orchestration.schema.draft import Draft
from synthaix.orchestration.schema.schema import RowsPerParent
from synthaix.orchestration.translation.rules import by_rules


def draft(prompt: str) -> Draft:
    """A draft whose schema holds together."""
    found = by_rules(prompt, has_model=False)
    check_schema(found.schema)
    return found


@pytest.mark.parametrize(
    "prompt",
    [
        "100 customers and their orders",
        "100 customers, each customer has 1-5 orders",
        "Two tables: 100 customers and orders",
        "100 customers with 1 to 5 orders each",
        "Customers: customer_id, name, email\nOrders: order_id, customer_id, total\n100 customers",
        "a customers table with name, email and an orders table with order date, total; 100 customers",
        "customers (customer_id, name, email), orders (order_id, customer_id, total) for 100 customers",
        "CREATE TABLE customers (customer_id SERIAL PRIMARY KEY, name VARCHAR(50));\n"
        "CREATE TABLE orders (id SERIAL PRIMARY KEY, customer_id INT REFERENCES customers(customer_id));\n100 customers",
    ],
)
def test_children_point_at_their_parents(prompt: str) -> None:
    """However it is said: a unique key, a reference to it, and rows for each parent."""
    found = draft(prompt)
    customers, orders = found.schema.tables
    assert (customers.name, orders.name) == ("customers", "orders")
    assert found.inferred_count == 100
    assert customers.column("customer_id").rules.unique
    assert orders.column("customer_id").rules.references == "customers.customer_id"
    assert orders.parent == "customers"
    assert orders.rows_per_parent == RowsPerParent(min=1, max=5)


def test_the_number_of_children_is_kept() -> None:
    """A range, up to, and an exact number."""
    assert draft("20 users each with 3 posts").schema.tables[1].rows_per_parent == 3
    assert draft("50 authors with up to 4 books each").schema.tables[1].rows_per_parent == RowsPerParent(min=0, max=4)


def test_rows_of_a_child_may_be_stated() -> None:
    """Then they are not counted by parent."""
    found = draft("10 departments and 200 employees")
    assert found.inferred_count == 10
    assert (found.schema.tables[1].rows, found.schema.tables[1].rows_per_parent) == (200, None)


def test_three_generations() -> None:
    """Users, their posts, the comments on those."""
    found = draft("Users, posts and comments tables. 10 users, each user writes 1-3 posts, each post has 0-5 comments.")
    users, posts, comments = found.schema.tables
    assert (posts.parent, comments.parent) == (users.name, posts.name)
    assert found.schema.root is users


def test_columns_are_those_of_their_own_sentence() -> None:
    """`Players have ...` speaks of players."""
    found = draft("20 clubs and their players. Players have name, position, shirt number 1-99.")
    assert {"name", "position", "shirt_number"} <= set(found.schema.tables[1].names)


@pytest.mark.parametrize(
    "prompt",
    [
        "orders with status (open, closed), total",
        "employees with name, department, salary",
        "100 products with category (books, games), price",
        "customer orders with customer name, product and quantity",
    ],
)
def test_one_table_stays_one(prompt: str) -> None:
    """Nouns of other tables among the columns make no tables."""
    assert len(draft(prompt).schema.tables) == 1


def test_tables_keep_their_stated_names() -> None:
    """`pupils (...)` stays so called, though pupils are students."""
    schema = draft("teachers 12, pupils 240. teachers(teacher_id, name, subject) pupils(pupil_id, teacher_id, grade 1-6)").schema
    assert [(table.name, table.rows) for table in schema.tables] == [("teachers", None), ("pupils", 240)]
    assert schema.tables[1].column("teacher_id").rules.references == "teachers.teacher_id"
