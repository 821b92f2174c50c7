"""Tables of typed columns: measurements, orders, persons, catalogues."""

import random
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from dedup_families.dataset import Dataset, Row
from dedup_families.perturbing import filled
from dedup_families.sources import Sources

NOTHING = ("", "nil", "NA", None)


def tables(sources: Sources, seed: int, rows: int) -> Iterator[Dataset]:
    """Every table, with about `rows` rows where the source has so many; about half of them are base rows."""
    for make in (_stocks, _glucose, _orders, _penguins, _cars, _customers, _payments, _passengers, _films, _cities,
                 _airports):  # fmt: skip
        rng = random.Random(f"{make.__name__} {seed}")
        data, base = make(sources, rng)
        chosen = rng.sample(base, min(len(base), round(rows / 1.9)))
        _completed(data, chosen)
        yield filled(data, chosen, rng, repeats=0.35, differs=0.4)


def _completed(data: Dataset, rows: Sequence[Row]) -> None:
    """Bounds and values, as an agent that knows the data would state them."""
    for column in data.columns:
        cells = [row[column["name"]] for row in rows if row[column["name"]] is not None]
        if column["type"] in ("integer", "float", "decimal"):
            column["constraints"] = {"min": min(cells), "max": max(cells)}
        elif column["type"] == "category":
            column["constraints"] = {"enum": sorted(set(cells))}


def _columns(types: str, **kinds: str) -> list[dict[str, Any]]:
    """From `name:type` words."""
    pairs = [word.split(":") for word in types.split()]
    return [{"name": name, "type": type_, **({"kind": kinds[name]} if name in kinds else {})} for name, type_ in pairs]


def _row(source: dict[str, Any], **taken: tuple[str, Callable[[str], Any]]) -> Row:
    """Cells read from text; what is empty is null."""
    return {name: read(source[key]) if source[key] not in NOTHING else None for name, (key, read) in taken.items()}


def _stocks(sources: Sources, rng: random.Random) -> tuple[Dataset, list[Row]]:
    data = Dataset("stocks", "structured", _columns(
        "ticker:category day:date open:decimal high:decimal low:decimal close:decimal volume:integer"),
        money=("open", "close"))  # fmt: skip
    return data, [
        _row(one, ticker=("Ticker", str), day=("Date", str), open=("Open", float), high=("High", float),
             low=("Low", float), close=("Close", float), volume=("Volume", int))
        for one in sources.bokeh("stocks.csv.gz")
    ]  # fmt: skip


def _glucose(sources: Sources, rng: random.Random) -> tuple[Dataset, list[Row]]:
    data = Dataset("glucose", "structured", _columns("at:datetime signal:float glucose:integer"),
                   units={"glucose": ("mg/dl", 0.0555, "mmol/l")})  # fmt: skip
    return data, [
        _row(one, at=("datetime", lambda text: text.replace(" ", "T")), signal=("isig", float), glucose=("glucose", int))
        for one in sources.bokeh("CGM.csv.gz") if one["glucose"]
    ]  # fmt: skip


def _orders(sources: Sources, rng: random.Random) -> tuple[Dataset, list[Row]]:
    data = Dataset("orders", "structured", _columns(
        "id:uuid ship_mode:category segment:category city:string state:category postal:string category:category "
        "part:category sales:decimal quantity:integer discount:float profit:decimal", city="address.city",
        postal="address.postal_code"), money=("sales", "profit"))  # fmt: skip
    return data, [
        {"id": f"{rng.getrandbits(128):032x}", **_row(
            one, ship_mode=("Ship Mode", str), segment=("Segment", str), city=("City", str), state=("State", str),
            postal=("Postal Code", str), category=("Category", str), part=("Sub-Category", str),
            sales=("Sales", float), quantity=("Quantity", int), discount=("Discount", float),
            profit=("Profit", float))}
        for one in sources.bokeh("SampleSuperstore.csv.gz")
    ]  # fmt: skip


def _penguins(sources: Sources, rng: random.Random) -> tuple[Dataset, list[Row]]:
    data = Dataset("penguins", "structured", _columns(
        "species:category island:category bill_length:float bill_depth:float flipper:integer mass:integer "
        "sex:category"), units={"mass": ("g", 0.001, "kg"), "bill_length": ("mm", 0.1, "cm")})  # fmt: skip
    return data, [
        _row(one, species=("species", str), island=("island", str), bill_length=("bill_length_mm", float),
             bill_depth=("bill_depth_mm", float), flipper=("flipper_length_mm", int), mass=("body_mass_g", int),
             sex=("sex", str))
        for one in sources.bokeh("penguins.csv")
    ]  # fmt: skip


def _cars(sources: Sources, rng: random.Random) -> tuple[Dataset, list[Row]]:
    data = Dataset("cars", "structured", _columns(
        "mpg:float cylinders:integer displacement:float power:integer weight:integer acceleration:float year:integer "
        "origin:category name:string", name="product.name"), names=("name",),
        units={"weight": ("lb", 0.4536, "kg")})  # fmt: skip
    return data, [
        _row(one, mpg=("mpg", float), cylinders=("cyl", int), displacement=("displ", float), power=("hp", int),
             weight=("weight", int), acceleration=("accel", float), year=("yr", int), origin=("origin", str),
             name=("name", str))
        for one in sources.bokeh("auto-mpg.csv")
    ]  # fmt: skip


def _faker(sources: Sources, rng: random.Random, locale: str) -> Any:
    if str(sources.packages) not in sys.path:
        sys.path.append(str(sources.packages))
    import faker

    made = faker.Faker(locale)
    made.seed_instance(rng.getrandbits(32))
    return made


def _customers(sources: Sources, rng: random.Random) -> tuple[Dataset, list[Row]]:
    data = Dataset("customers", "person", _columns(
        "id:uuid full_name:string email:string phone:string city:string country:string born:date balance:decimal "
        "plan:category active:boolean", full_name="person.full_name", email="internet.email", phone="phone.number",
        city="address.city", country="address.country"), names=("full_name", "email"), money=("balance",))  # fmt: skip
    fake = _faker(sources, rng, "en_US")
    return data, [
        {"id": f"{rng.getrandbits(128):032x}", "full_name": fake.name(), "email": fake.email(),
         "phone": fake.phone_number(), "city": fake.city(), "country": fake.country(),
         "born": fake.date_of_birth(minimum_age=18, maximum_age=85).isoformat(),
         "balance": round(rng.lognormvariate(6, 1), 2), "plan": rng.choice(["free", "pro", "team"]),
         "active": rng.choice([True, False, None])}
        for _ in range(4_000)
    ]  # fmt: skip


def _payments(sources: Sources, rng: random.Random) -> tuple[Dataset, list[Row]]:
    data = Dataset("payments", "person", _columns(
        "id:uuid payer:string merchant:string amount:decimal currency:category at:datetime method:category "
        "note:string", payer="person.full_name", merchant="company.name"), names=("payer", "merchant"),
        money=("amount",))  # fmt: skip
    fake = _faker(sources, rng, "de_DE")
    return data, [
        {"id": f"{rng.getrandbits(128):032x}", "payer": fake.name(), "merchant": fake.company(),
         "amount": round(rng.lognormvariate(4, 1), 2), "currency": rng.choice(["EUR", "USD", "CHF"]),
         "at": fake.date_time_between("-3y").isoformat(timespec="seconds"),
         "method": rng.choice(["card", "transfer", "cash"]), "note": rng.choice([None, "refund", "rent", "dinner"])}
        for _ in range(4_000)
    ]  # fmt: skip


def _passengers(sources: Sources, rng: random.Random) -> tuple[Dataset, list[Row]]:
    data = Dataset("passengers", "person", _columns(
        "name:string class:category age:float sex:category survived:boolean", name="person.full_name"),
        names=("name",))  # fmt: skip
    return data, [
        _row(one, name=("name", str), **{"class": ("class", str)}, age=("age", float), sex=("sex", str),
             survived=("survived", lambda text: text == "1"))
        for one in sources.bokeh("titanic_all.csv")
    ]  # fmt: skip


def _films(sources: Sources, rng: random.Random) -> tuple[Dataset, list[Row]]:
    data = Dataset("films", "catalogue", _columns(
        "title:string year:integer runtime:integer genre:string director:string language:string country:string",
        title="media.movie_title", director="person.full_name"), names=("title", "director"),
        units={"runtime": ("min", 1 / 60, "h")})  # fmt: skip
    found = [row for row in sources.movies() if row["title"]]
    return data, [{**row, "runtime": None if row["runtime"] is None else round(float(str(row["runtime"])))}
                  for row in found]  # fmt: skip


def _cities(sources: Sources, rng: random.Random) -> tuple[Dataset, list[Row]]:
    data = Dataset("places", "catalogue", _columns(
        "name:string latitude:float longitude:float", name="general.name"), names=("name",))  # fmt: skip
    return data, [_row(one, name=("name", str), latitude=("lat", float), longitude=("lng", float))
                  for one in sources.bokeh("world_cities.csv.gz")]  # fmt: skip


def _airports(sources: Sources, rng: random.Random) -> tuple[Dataset, list[Row]]:
    data = Dataset("airports", "catalogue", _columns(
        "name:string city:string country:string iata:string latitude:float longitude:float altitude:integer",
        name="general.name", city="address.city", country="address.country"), names=("name",),
        units={"altitude": ("ft", 0.3048, "m")})  # fmt: skip
    data.columns[3]["constraints"] = {"pattern": "[A-Z]{3}"}
    return data, [
        _row(one, name=("Name", str), city=("City", str), country=("Country", str), iata=("IATA", str),
             latitude=("Latitude", float), longitude=("Longitude", float), altitude=("Altitude", int))
        for one in sources.bokeh("airports.csv")
    ]  # fmt: skip
