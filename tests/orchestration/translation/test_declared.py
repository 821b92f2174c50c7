"""Columns that programs declare: SQL, TypeScript."""

from synthaix.orchestration.translation.rules import by_rules


def test_an_id_beside_the_declared_key_repeats() -> None:
    """`sensor_id` of a reading is no key where `id` is one."""
    root = by_rules("CREATE TABLE sensor_readings (id SERIAL PRIMARY KEY, sensor_id INT, value INT); 5000 rows").schema.root
    assert root.column("id").is_sequence
    sensor = root.column("sensor_id").rules
    assert (sensor.unique, sensor.min, sensor.max) == (False, 1, 500)


def test_an_own_id_without_another_key_counts_the_rows() -> None:
    """`order_id` of orders stays their key."""
    assert by_rules("CREATE TABLE orders (order_id INT, total INT); 50 rows").schema.root.column("order_id").is_sequence


def test_a_declared_number_stays_a_number() -> None:
    """`employeeId: number` is no staff number such as EMP-004817."""
    root = by_rules("type Employee = { employeeId: number; firstName: string }; 40 rows").schema.root
    found = root.column("employee_id")
    assert (found.type, found.kind, found.is_sequence) == ("integer", "id.number", True)


def test_a_text_named_as_a_moment_holds_moments() -> None:
    """JSON has no dates: `startDate: string` is written as one."""
    root = by_rules("type Shift = { startDate: string; createdAt: string; hours: number }; 40 rows").schema.root
    assert [(column.type, column.kind) for column in root.columns[:2]] == [
        ("string", "time.date"),
        ("string", "time.timestamp"),
    ]
