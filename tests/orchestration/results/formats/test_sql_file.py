"""SQL: statements that a database runs, and that no cell can leave."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from synthaix.orchestration.schema.schema import Table

Export = Callable[..., tuple[Path, Any]]


def run(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(":memory:")
    database.executescript(path.read_bytes().decode())
    return database


def test_the_statements_are_what_a_reader_expects(export: Export) -> None:
    """One transaction: a table with types, then rows."""
    table = Table.model_validate({
        "name": "orders",
        "columns": [
            {"name": "id", "type": "integer"},
            {"name": "note", "type": "text"},
            {"name": "total", "type": "decimal", "constraints": {"min": 0, "max": 10}},
            {"name": "at", "type": "datetime"},
            {"name": "paid", "type": "boolean"},
        ],
    })
    path, _ = export("sql", table, [[1, "it's", 9.5, "2026-11-24T13:05:00Z", True], [2, None, None, None, None]])
    assert path.read_text() == (
        "/*!40101 SET SESSION sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES' */;\n"
        "-- Times are UTC.\n"
        "BEGIN;\n"
        'CREATE TABLE "orders" (\n'
        '  "id" BIGINT,\n  "note" TEXT,\n  "total" DECIMAL(18, 2),\n  "at" TIMESTAMP,\n  "paid" BOOLEAN\n'
        ");\n"
        'INSERT INTO "orders" ("id", "note", "total", "at", "paid") VALUES\n'
        "(1, 'it''s', 9.50, '2026-11-24 13:05:00', TRUE),\n"
        "(2, NULL, NULL, NULL, NULL);\n"
        "COMMIT;\n"
    )


@given(
    st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=8),
             min_size=1, max_size=5, unique=True),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=8)
    .filter(lambda name: not name.casefold().startswith("sqlite_")),
)  # fmt: skip
@settings(deadline=None)
def test_any_names_can_be_written(export: Export, names: list[str], table_name: str) -> None:
    """Quotes, blanks and capitals in names neither break nor merge columns."""
    table = Table.model_validate({"name": table_name, "columns": [{"name": n, "type": "integer"} for n in names]})
    database = run(export("sql", table, [list(range(len(names)))])[0])
    (name,) = database.execute("SELECT name FROM sqlite_master").fetchone()
    quoted = name.replace('"', '""')
    assert name == table_name
    assert database.execute(f'SELECT * FROM "{quoted}"').fetchone() == tuple(range(len(names)))
    database.close()


def test_names_that_differ_in_capitals_stay_apart(export: Export) -> None:
    """SQL folds capitals; the later column is numbered, past a name that is taken."""
    names = ["a", "A", "a_2", "B", "b"]
    table = Table.model_validate({"columns": [{"name": name, "type": "integer"} for name in names]})
    database = run(export("sql", table, [[1, 2, 3, 4, 5]])[0])
    found = database.execute('SELECT * FROM "rows"')
    assert [about[0] for about in found.description] == ["a", "A_3", "a_2", "B", "b_2"]
    assert found.fetchone() == (1, 2, 3, 4, 5)
    database.close()


def test_many_rows_are_several_statements(export: Export) -> None:
    """No statement grows beyond 512 rows, and none is lost between them."""
    table = Table.model_validate({"columns": [{"name": "a", "type": "integer"}]})
    path, _ = export("sql", table, [[number] for number in range(5_000)])
    statements = path.read_text().split("INSERT INTO ")[1:]
    assert max(statement.count("\n(") for statement in statements) == 512
    database = run(path)
    assert [row[0] for row in database.execute('SELECT a FROM "rows"')] == list(range(5_000))
    database.close()


def test_a_nul_is_replaced_and_counted(export: Export) -> None:
    """SQL text holds no NUL; the note says how many texts had one."""
    table = Table.model_validate({"columns": [{"name": "a", "type": "string"}]})
    path, written = export("sql", table, [["a\0b\0"], ["c"], ["\0"]])
    assert b"\0" not in path.read_bytes()
    assert [note.split()[0] for note in written.notes] == ["2"]
