"""Keys and references between the tables of a request."""

from datetime import date

from synthaix.orchestration.translation.domains import singular_table
from synthaix.orchestration.translation.moments import TODAY
from synthaix.orchestration.translation.shapes import TableSketch, table_sketch
from synthaix.orchestration.translation.sketches import Sketch
from synthaix.orchestration.translation.tables import TablePart
from synthaix.orchestration.translation.wording import snake

_CHILD_OF: dict[str, tuple[str, ...]] = {
    "orders": ("customers", "users", "stores", "products"),
    "order_items": ("orders", "products"),
    "payments": ("orders", "invoices", "customers", "loans", "users", "subscriptions"),
    "refunds": ("orders", "payments"),
    "shipments": ("orders", "customers"),
    "invoices": ("customers", "companies", "projects"),
    "reviews": ("products", "customers", "users", "restaurants", "movies", "books"),
    "transactions": ("accounts", "cards", "customers", "users"),
    "accounts": ("customers", "users"),
    "cards": ("accounts", "customers"),
    "employees": ("departments", "companies", "stores"),
    "enrollments": ("students", "courses"),
    "grades": ("students", "courses"),
    "appointments": ("patients", "doctors"),
    "prescriptions": ("patients", "doctors", "appointments"),
    "admissions": ("patients",),
    "lab_results": ("patients",),
    "vitals": ("patients",),
    "claims": ("policies", "customers", "patients"),
    "policies": ("customers",),
    "loans": ("customers", "accounts"),
    "library_loans": ("members", "books"),
    "support_tickets": ("customers", "users"),
    "comments": ("blog_posts", "social_posts", "users", "videos"),
    "blog_posts": ("users", "people"),
    "social_posts": ("users", "people"),
    "messages": ("users",),
    "sensor_readings": ("devices", "machines", "sensors"),
    "energy_readings": ("devices", "households", "customers"),
    "subscriptions": ("customers", "users"),
    "bookings": ("customers", "users", "hotels"),
    "tasks": ("projects", "employees", "users"),
    "attendees": ("events",),
    "tickets": ("events",),
    "passengers": ("flights",),
    "songs": ("albums", "artists"),
    "matches": ("teams",),
    "players": ("teams",),
    "pets": ("people", "customers"),
    "clickstream": ("users", "customers"),
    "leads": ("campaigns", "companies"),
    "contacts": ("companies",),
    "courses": ("teachers", "departments"),
    "products": ("suppliers", "companies", "stores"),
    "menu_items": ("restaurants",),
    "food_orders": ("customers", "restaurants"),
    "trips": ("drivers", "vehicles", "users"),
    "workouts": ("users", "members"),
    "attendance": ("employees",),
    "leave_requests": ("employees",),
    "expenses": ("employees",),
    "sales": ("stores", "products", "customers"),
    "inventory": ("products", "stores"),
    "deployments": ("servers",),
    "jobs": ("companies",),
    "applicants": ("jobs",),
    "rentals": ("customers", "vehicles"),
    "books": ("authors",),
    "addresses": ("customers", "users", "people"),
    "logs": ("servers", "users", "devices"),
    "surveys": ("customers", "users"),
    "donations": ("people",),
    "games": ("players",),
    "bugs": ("projects",),
    "calls": ("customers",),
    "stocks": ("companies",),
    "maintenance": ("machines",),
    "contracts": ("companies", "customers"),
    "reservations": ("restaurants", "customers"),
    "bids": ("auctions",),
    "auctions": ("users",),
    "emails": ("users",),
    "projects": ("companies", "departments"),
}


def linked(parts: list[TablePart], today: date = TODAY) -> list[TableSketch]:
    """The tables with keys and references, parents before children."""
    tables = []
    for part in parts:
        table = table_sketch(part.subject, part.items, today, named=True)
        table.rows, table.rows_per_parent, table.parent = part.rows, part.per_parent, part.parent
        tables.append(table)
    by_name = {table.name: table for table in tables}
    for table in tables:
        table.parent = next((other.name for other in tables if table.parent in (other.topic, other.name)), table.parent)
    for place, table in enumerate(tables):
        _find_parent(table, place, tables, by_name)
    for table in tables:
        _link(table, by_name)
    return _parents_first(tables)


def _find_parent(table: TableSketch, place: int, tables: list[TableSketch], by_name: dict[str, TableSketch]) -> None:
    if table.parent in by_name and table.parent != table.name:
        return
    stated = [
        other.name
        for other in tables
        if other is not table and any(_points_at(sketch, other) for sketch in table.sketches if sketch.listed)
    ]
    known = [other.name for topic in _CHILD_OF.get(table.topic, ()) for other in tables if other.topic == topic]
    if table.parent == "" or table.parent is not None:
        table.parent = tables[0].name if tables[0] is not table else None
    elif stated:
        table.parent = stated[0]
    elif known:
        table.parent = known[0]
    else:
        table.parent = None
        if (
            place
            and len(tables) == 2
            and not any(other.parent == table.name for other in tables)
            and not any(table.topic in _CHILD_OF.get(other.topic, ()) for other in tables)
        ):
            table.parent = tables[0].name
    if table.parent and _is_ancestor(table.name, table.parent, by_name):
        table.parent = None


def _is_ancestor(name: str, start: str, by_name: dict[str, TableSketch]) -> bool:
    seen: set[str] = set()
    current: str | None = start
    while current and current not in seen:
        if current == name:
            return True
        seen.add(current)
        current = by_name[current].parent if current in by_name else None
    return False


def _points_at(sketch: Sketch, other: TableSketch) -> bool:
    """Whether a column is a key of another table: by its name or by what the request says."""
    said = (sketch.facts.references or "").partition(".")[0].casefold()
    if said and (said in other.nouns or snake(said) in (other.name, other.one)):
        return True
    if (
        sketch.name in (other.one, singular_table(other.name))
        and not sketch.facts.choices
        and sketch.facts.type is None
    ):
        return True  # `orders (customer, date, total)` beside a table of customers
    keys = [each.name for each in other.sketches[:1] if _is_short_for(each.name.rpartition("_")[0], other.one)]
    return sketch.name in {*keys, f"{other.one}_id", f"{singular_table(other.name)}_id", f"{other.name}_id"} | {
        f"{noun}_id" for noun in other.nouns if " " not in noun
    }


def _link(table: TableSketch, by_name: dict[str, TableSketch]) -> None:
    """Point the table's key columns at their tables; add the parent's when it is missing."""
    key_of(table)
    for other in by_name.values():
        if other is table or _is_ancestor(table.name, other.name, by_name):
            continue
        found = next(
            (
                sketch
                for sketch in table.sketches
                if _points_at(sketch, other) and sketch.name not in (f"{table.one}_id", "id")
            ),
            None,
        )
        key = key_of(other)
        wanted = other.name == table.parent or (other.topic in _CHILD_OF.get(table.topic, ()) and not table.listed)
        if found is None and wanted:
            name = key.name if key.name not in ("id", "uuid", "key", "number", "code") else f"{other.one}_{key.name}"
            found = Sketch(name, name.replace("_", " "), listed=True)
            table.sketches.insert(1 if table.sketches and table.sketches[0] is key_of(table) else 0, found)
            table.assumptions.append(
                f"`{table.name}.{name}` was added to say which {other.one.replace('_', ' ')} a row belongs to."
            )
        if found is not None:
            found.facts.references = f"{other.name}.{key.name}"
            found.kind = None
    if table.parent:
        own = [sketch for sketch in table.sketches if (sketch.facts.references or "").startswith(f"{table.parent}.")]
        others = [
            sketch
            for sketch in table.sketches
            if sketch.facts.references and sketch not in own and "." in sketch.facts.references
        ]
        for sketch in others:
            if own and table.sketches.index(sketch) < table.sketches.index(own[0]):
                table.sketches.remove(own[0])
                table.sketches.insert(table.sketches.index(sketch), own[0])


def key_of(table: TableSketch) -> Sketch:
    """The column that tells the table's rows apart; added when there is none."""
    names = {
        f"{table.one}_id",
        "id",
        "uuid",
        f"{table.one}_uuid",
        f"{singular_table(table.name)}_id",
        *(f"{noun}_id" for noun in table.nouns if " " not in noun),
        f"{table.one}_number",
        f"{table.one}_code",
    }
    if (
        table.sketches
        and table.sketches[0].kind
        and table.sketches[0].name.endswith(("_id", "_number", "vin", "isbn", "sku", "code"))
        and not table.listed
    ):
        names.add(table.sketches[0].name)
    first = table.sketches[0].name if table.sketches else ""
    if first.endswith(("_id", "_no", "_code")) and _is_short_for(first.rpartition("_")[0], table.one):
        names.add(first)
    found = next(
        (
            sketch
            for sketch in table.sketches
            if sketch.name in names and not (sketch.facts.references or "").count(".")
        ),
        None,
    )
    if found is None:
        found = Sketch(f"{table.one}_id", f"{table.one} id".replace("_", " "), kind="id.number", listed=True)
        table.sketches.insert(0, found)
        table.assumptions.append(f"`{table.name}.{found.name}` was added, so that other tables can point at its rows.")
    found.facts.rules["unique"] = True
    return found


def _is_short_for(short: str, word: str) -> bool:
    """Whether `dept` is short for `department`."""
    letters = iter(word)
    return len(short) > 2 and short[:2] == word[:2] and all(letter in letters for letter in short)


def _parents_first(tables: list[TableSketch]) -> list[TableSketch]:
    waiting, order = list(tables), []
    done: set[str] = set()
    while waiting:
        ready = [
            table
            for table in waiting
            if not {
                (sketch.facts.references or "").partition(".")[0]
                for sketch in table.sketches
                if "." in (sketch.facts.references or "")
            }
            - done
            - {table.name}
        ] or waiting[:1]
        order += ready
        done |= {table.name for table in ready}
        waiting = [table for table in waiting if table not in ready]
    return order
