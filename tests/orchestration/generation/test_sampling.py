"""A table's cells: a pure function of seed, table, column and candidate index."""

from collections.abc import Sequence
from typing import Any

import pytest

from synthaix.orchestration.errors import DependencyCycle
from synthaix.orchestration.generation.sampling import BLOCK, TableSampler, children_per_parent
from synthaix.orchestration.schema.column import Cell
from synthaix.orchestration.schema.schema import Schema

Loose = dict[str, Any]
PERSON: list[Loose] = [
    {"name": "id", "type": "uuid"},
    {"name": "name", "type": "string", "kind": "person.full_name"},
    {"name": "email", "type": "string", "kind": "internet.email"},
    {"name": "city", "type": "string", "kind": "address.city"},
    {"name": "joined", "type": "date"},
    {"name": "score", "type": "float", "constraints": {"nullable": True, "null_rate": 0.3}},
]


def sampler(columns: list[Loose], seed: int = 1, **table: Any) -> TableSampler:
    """A sampler of a schema with one table."""
    schema = Schema.model_validate({"columns": columns, **table})
    return TableSampler(schema, schema.tables[0], seed=seed)


def test_the_same_seed_gives_the_same_cells() -> None:
    """Two samplers agree; another seed does not."""
    assert sampler(PERSON).cells(0, 50) == sampler(PERSON).cells(0, 50)
    assert sampler(PERSON).cells(0, 50) != sampler(PERSON, seed=2).cells(0, 50)


@pytest.mark.parametrize(("start", "stop"), [(0, 1), (10, 500), (1_000, 1_100), (1_024, 2_048), (2_000, 4_500)])
def test_a_slice_does_not_depend_on_how_it_is_cut(start: int, stop: int) -> None:
    """Any slice is the same part of the whole."""
    whole = sampler(PERSON).cells(0, 5_000)
    assert sampler(PERSON).cells(start, stop) == {name: cells[start:stop] for name, cells in whole.items()}


def test_an_added_column_changes_no_other() -> None:
    """New columns leave the cells of the old ones alone."""
    more: list[Loose] = [
        *PERSON,
        {"name": "first", "type": "string", "kind": "person.first_name"},
        {"name": "country", "type": "string", "kind": "address.country"},
        {"name": "price", "type": "decimal", "kind": "product.price"},
    ]
    before, after = sampler(PERSON).cells(0, 300), sampler(more).cells(0, 300)
    assert {name: after[name] for name in before} == before


def test_columns_come_in_the_schemas_order() -> None:
    """What is made first does not stand first."""
    columns: list[Loose] = [
        {"name": "label", "type": "string", "template": "{price} for {count}"},
        {"name": "total", "type": "decimal", "constraints": {"expression": "price * count"}},
        {"name": "price", "type": "decimal", "constraints": {"min": 1, "max": 9}},
        {"name": "count", "type": "integer", "constraints": {"min": 1, "max": 5}},
    ]
    cells = sampler(columns).cells(0, 100)
    assert list(cells) == ["label", "total", "price", "count"]
    for label, total, price, count in zip(*cells.values(), strict=True):
        assert isinstance(price, float)
        assert isinstance(count, int)
        assert total == round(price * count, 2)
        assert label == f"{price} for {count}"


def test_a_circle_is_refused() -> None:
    """Two templates that need each other have no first."""
    with pytest.raises(DependencyCycle):
        sampler(
            [{"name": "a", "type": "string", "template": "{b}"}, {"name": "b", "type": "string", "template": "{a}"}]
        )


def test_nulls_come_at_their_rate_and_leave_the_rest_alone() -> None:
    """A null rate takes cells away and changes none."""
    plain: Loose = {"name": "score", "type": "float"}
    full = sampler([plain]).cells(0, 4_000)["score"]
    holed = sampler([PERSON[-1]]).cells(0, 4_000)["score"]
    assert all(hole is None or hole == cell for hole, cell in zip(holed, full, strict=True))
    assert 0.25 < holed.count(None) / 4_000 < 0.35


def test_late_columns_follow_from_the_rows_place() -> None:
    """Sequences, references to earlier rows and what needs them are filled by seq."""
    columns: list[Loose] = [
        {
            "name": "id",
            "type": "integer",
            "constraints": {"unique": True, "distribution": {"name": "sequence", "start": 100, "step": 5}},
        },
        {"name": "boss", "type": "integer", "constraints": {"references": "rows.id", "nullable": True, "null_rate": 0}},
        {"name": "code", "type": "string", "template": "E-{id}-{red|blue}"},
        {"name": "twice", "type": "integer", "constraints": {"expression": "id * 2"}},
        {"name": "name", "type": "string", "kind": "person.full_name"},
    ]
    made = sampler(columns)
    assert set(made.late) == {"id", "boss", "code", "twice"}
    assert list(made.cells(0, 3)) == ["name"]
    seqs = [0, 1, 2, 5, 1_023, 1_024, 5_000]
    rows = made.fill_late(made.cells(0, len(seqs)), seqs)
    assert list(rows) == ["id", "boss", "code", "twice", "name"]
    assert rows["id"] == [100 + 5 * seq for seq in seqs]
    assert rows["twice"] == [2 * (100 + 5 * seq) for seq in seqs]
    assert rows["boss"][0] is None
    for boss, key in zip(rows["boss"][1:], rows["id"][1:], strict=True):
        assert isinstance(boss, int)
        assert isinstance(key, int)
        assert boss in range(100, key, 5)
    assert {str(code).partition("-")[2].partition("-")[0] for code in rows["code"]} == set(map(str, rows["id"]))


def test_late_cells_do_not_depend_on_the_batch() -> None:
    """A row's late cells are the same whichever rows it is committed with."""
    columns: list[Loose] = [
        {"name": "id", "type": "integer", "constraints": {"distribution": {"name": "sequence"}}},
        {"name": "code", "type": "string", "template": ["{id}: {a|b|c} {person.first_name}", "no. {id}"]},
        {"name": "boss", "type": "integer", "constraints": {"references": "rows.id", "nullable": True}},
    ]
    made = sampler(columns)
    whole = made.fill_late({}, range(1_500))
    for seqs in ([3], [1_020, 1_030], list(range(700, 1_400))):
        part = made.fill_late({}, seqs)
        assert part == {name: [cells[seq] for seq in seqs] for name, cells in whole.items()}


def test_what_a_model_fills_is_left_out() -> None:
    """llm columns are not sampled; what reads them waits."""
    columns: list[Loose] = [
        {"name": "review", "type": "text", "strategy": "llm"},
        {"name": "length", "type": "integer", "constraints": {"expression": "len(review)"}},
        {"name": "stars", "type": "integer", "kind": "product.rating"},
    ]
    made = sampler(columns)
    assert made.filled == ("review",)
    cells = made.cells(0, 4)
    assert list(cells) == ["stars"]
    rows = made.fill_late({**cells, "review": ["a", "bb", "ccc", ""]}, range(4))
    assert list(rows) == ["length", "stars"]
    assert rows["length"] == [1, 2, 3, 0]


def shop(**orders: Any) -> Schema:
    """Customers and their orders."""
    return Schema.model_validate(
        {
            "tables": [
                {
                    "name": "customers",
                    "columns": [
                        {"name": "id", "type": "uuid"},
                        {"name": "mail", "type": "string", "kind": "internet.email"},
                    ],
                },
                {
                    "name": "orders",
                    "columns": [
                        {"name": "customer", "type": "uuid", "constraints": {"references": "customers.id"}},
                        {"name": "mail", "type": "string", "constraints": {"references": "customers.mail"}},
                        {"name": "payer", "type": "uuid", "constraints": {"references": "customers.id"}},
                        {"name": "amount", "type": "decimal", "kind": "finance.amount"},
                    ],
                    **orders,
                },
            ]
        }
    )


KEYS: dict[str, Sequence[Cell]] = {
    "id": [f"c{number}" for number in range(50)],
    "mail": [f"m{number}" for number in range(50)],
}


def test_a_foreign_key_draws_from_its_parents() -> None:
    """Every key is a parent's; two columns of one parent agree on the row, a second key is on its own."""
    schema = shop()
    cells = TableSampler(schema, schema.table("orders"), seed=1, parents={"customers": KEYS}).cells(0, 2_000)
    assert set(cells["customer"]) == set(KEYS["id"])
    assert [str(cell)[1:] for cell in cells["customer"]] == [str(cell)[1:] for cell in cells["mail"]]
    assert cells["payer"] != cells["customer"]
    assert set(cells["payer"]) <= set(KEYS["id"])


@pytest.mark.parametrize("rows_per_parent", [3, {"min": 0, "max": 6}])
def test_each_parent_gets_its_rows(rows_per_parent: object) -> None:
    """With `rows_per_parent` the slots go to the parents in order, as many as each one gets."""
    schema = shop(rows_per_parent=rows_per_parent)
    orders = schema.table("orders")
    counts = children_per_parent(schema, orders, seed=1, parents=50)
    assert counts is not None
    total = int(counts.sum())
    made = TableSampler(schema, orders, seed=1, parents={"customers": KEYS})
    keys = made.cells(0, total)["customer"]
    assert [keys.count(key) for key in KEYS["id"]] == counts.tolist()
    assert min(counts) >= (0 if isinstance(rows_per_parent, dict) else 3)
    again = made.cells(3 * BLOCK, 3 * BLOCK + 5, slots=[0, 1, total - 1, total - 1, 7])
    assert again["customer"] == [keys[0], keys[1], keys[-1], keys[-1], keys[7]]


def test_the_number_of_children_does_not_depend_on_how_many_parents_there_are() -> None:
    """A parent's number stays when the parents grow in number."""
    schema = shop(rows_per_parent={"min": 1, "max": 9})
    few = children_per_parent(schema, schema.table("orders"), seed=4, parents=10)
    many = children_per_parent(schema, schema.table("orders"), seed=4, parents=1_000)
    assert few is not None
    assert many is not None
    assert few.tolist() == many[:10].tolist()
    assert set(many.tolist()) == set(range(1, 10))


def test_a_table_without_a_word_on_children_has_no_counts() -> None:
    """No `rows_per_parent`, no counts."""
    schema = shop()
    assert children_per_parent(schema, schema.table("orders"), seed=1, parents=5) is None


def test_slots_of_several_blocks() -> None:
    """Slots are read block by block, the last one not full."""
    schema = shop(rows_per_parent=2)
    made = TableSampler(schema, schema.table("orders"), seed=1, parents={"customers": KEYS})
    slots = [slot % 100 for slot in range(BLOCK + 40)]
    cells = made.cells(BLOCK, 2 * BLOCK + 40, slots=slots)
    assert cells["customer"] == [KEYS["id"][slot // 2] for slot in slots]
    assert cells["amount"] == made.cells(BLOCK, 2 * BLOCK + 40)["amount"]


def test_without_parents_a_preview_makes_its_own() -> None:
    """A child table can be looked at before its parents exist."""
    schema = shop()
    parents = TableSampler(schema, schema.table("customers"), seed=1).cells(0, BLOCK)
    cells = TableSampler(schema, schema.table("orders"), seed=1).cells(0, 100)
    assert set(cells["customer"]) <= set(parents["id"])
