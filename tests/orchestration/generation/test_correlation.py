"""Cells of one row that belong together."""

from typing import Any

import pytest

from synthaix.orchestration.generation import vocabulary
from synthaix.orchestration.generation.samplers.gazetteer import cities
from synthaix.orchestration.generation.sampling import TableSampler
from synthaix.orchestration.schema.schema import Schema

Loose = dict[str, Any]
Rows = list[dict[str, Any]]


def rows(*columns: Loose, count: int = 800) -> Rows:
    """The first rows of a table."""
    schema = Schema.model_validate({"columns": list(columns)})
    cells = TableSampler(schema, schema.tables[0], seed=11).cells(0, count)
    return [dict(zip(cells, row, strict=True)) for row in zip(*cells.values(), strict=True)]


def string(name: str, kind: str, **rest: Any) -> Loose:
    """A string column of a kind."""
    return {"name": name, "type": "string", "kind": kind, **rest}


def test_a_name_its_parts_and_its_address_are_one_persons() -> None:
    """full = first + last, and e-mail and user name are made of both, in reserved domains."""
    for row in rows(
        string("email", "internet.email"), string("full", "person.full_name"), string("first", "person.first_name"),
        string("last", "person.last_name"), string("login", "internet.username"),
    ):  # fmt: skip
        assert row["full"] == f"{row['first']} {row['last']}"
        assert row["email"].startswith(vocabulary.slug(row["first"]))
        assert vocabulary.slug(row["last"]) in row["email"]
        assert vocabulary.slug(row["last"]) in row["login"]
        assert row["email"].partition("@")[2] in ("example.com", "example.org", "example.net")


def test_an_address_follows_a_stated_name() -> None:
    """Names from a pool reach the e-mail as well."""
    named = {
        "name": "name",
        "type": "string",
        "kind": "person.full_name",
        "strategy": "pool",
        "values": ["Ada Lovelace", "Alan Turing"],
    }
    for row in rows(named, string("email", "internet.email")):
        first, last = row["name"].lower().split()
        assert row["email"].startswith(first)
        assert last in row["email"]


def test_given_names_and_titles_suit_the_gender() -> None:
    """A man is no Ms., and a woman has no name from the men's list alone."""
    english = vocabulary.names("en")
    women, men = set(english.female) - set(english.male), set(english.male) - set(english.female)
    gender: Loose = {
        "name": "gender",
        "type": "category",
        "constraints": {"enum": ["F", "M"], "weights": [3, 1]},
        "kind": "person.gender",
    }
    made = rows(
        string("first", "person.first_name"),
        gender,
        {**string("title", "person.title"), "constraints": {"enum": ["Ms.", "Mr.", "Dr."]}},
    )
    for row in made:
        assert row["first"] not in (men if row["gender"] == "F" else women)
        assert row["title"] in ({"Ms.", "Dr."} if row["gender"] == "F" else {"Mr.", "Dr."})
    assert 0.68 < sum(row["gender"] == "F" for row in made) / len(made) < 0.82


def test_two_persons_in_a_row_are_two() -> None:
    """`agent_name` and `customer_name` differ; each address belongs to its own."""
    made = rows(string("customer_name", "person.full_name"), string("agent_name", "person.full_name"),
                string("agent_email", "internet.email"), string("customer_email", "internet.email"))  # fmt: skip
    assert sum(row["customer_name"] == row["agent_name"] for row in made) < 5
    for row in made:
        for who in ("customer", "agent"):
            assert row[f"{who}_email"].startswith(vocabulary.slug(row[f"{who}_name"].split()[0]))


@pytest.mark.parametrize("locale", ["de", "fr", "es", "pt", "it", "nl", "pl", "ja", "tr"])
def test_names_and_places_of_a_locale(locale: str) -> None:
    """A locale gives names of its language, cities of its countries, and addresses in ASCII."""
    spoken = vocabulary.names(locale)
    local = {city.name for city in cities() if city.country.language == locale}
    for row in rows(
        string("first", "person.first_name", locale=locale), string("city", "address.city", locale=locale),
        string("email", "internet.email", locale=locale), count=200,
    ):  # fmt: skip
        assert row["first"] in spoken.female + spoken.male
        assert row["city"] in local
        assert row["email"].isascii()


PLACES = {city.name: city for city in cities()}


def test_a_place_is_in_its_country() -> None:
    """City, region, country, code, currency, time zone and position agree."""
    for row in rows(
        string("city", "address.city"), string("state", "address.state"), string("country", "address.country"),
        string("code", "address.country_code"), string("currency", "finance.currency_code"),
        string("zone", "address.timezone"), {"name": "lat", "type": "float", "kind": "address.latitude"},
    ):  # fmt: skip
        city = next(each for each in cities() if (each.name, each.country.name) == (row["city"], row["country"]))
        assert (city.region, city.country.code, city.country.currency, city.timezone) == (
            row["state"], row["code"], row["currency"], row["zone"]
        )  # fmt: skip
        assert abs(city.latitude - row["lat"]) < 0.09


def test_postal_codes_have_their_citys_form() -> None:
    """Digits stand where the city's mask has them."""
    for row in rows(
        string("zip", "address.postal_code"), string("city", "address.city"), string("country", "address.country")
    ):
        mask = next(each.postal for each in cities() if (each.name, each.country.name) == (row["city"], row["country"]))
        assert len(mask) == len(row["zip"])
        for sign, letter in zip(mask, row["zip"], strict=True):
            assert letter.isdigit() if sign == "#" else letter.isupper() if sign == "@" else letter == sign


def test_stated_countries_choose_the_cities() -> None:
    """With `enum` on the country, its weights hold and every city is in one of them."""
    country = {**string("country", "address.country"), "constraints": {"enum": ["France", "Japan"], "weights": [4, 1]}}
    made = rows(country, string("city", "address.city"))
    assert all(PLACES[row["city"]].country.name == row["country"] for row in made)
    assert 0.74 < sum(row["country"] == "France" for row in made) / len(made) < 0.86


def test_countries_that_are_not_in_the_gazetteer_are_kept() -> None:
    """A made-up country is still one of the stated values."""
    country = {**string("country", "address.country"), "constraints": {"enum": ["Atlantis", "France"]}}
    assert {row["country"] for row in rows(country, string("city", "address.city"))} == {"Atlantis", "France"}


def test_a_state_without_a_country_is_american() -> None:
    """Who asks for state and zip alone means the United States."""
    made = rows(string("city", "address.city"), string("state", "address.state"), string("zip", "address.postal_code"))
    assert {PLACES[row["city"]].country.code for row in made} == {"US"}


def test_an_age_is_that_of_the_birth_date() -> None:
    """Age in years on 2026-01-01, within the bounds of both columns."""
    born = {"name": "born", "type": "date", "kind": "person.birth_date"}
    age = {"name": "age", "type": "integer", "kind": "person.age", "constraints": {"min": 21, "max": 30}}
    made = rows(age, born)
    for row in made:
        year, _, day = row["born"].partition("-")
        assert row["age"] == 2026 - int(year) - (day > "01-01")
        assert 21 <= row["age"] <= 30
    assert {row["age"] for row in made} == set(range(21, 31))


def test_nobody_is_hired_as_a_child() -> None:
    """A hire date comes at least eighteen years after the birth date."""
    made = rows(
        {"name": "dob", "type": "date", "kind": "person.birth_date"},
        {"name": "hire_date", "type": "date", "kind": "hr.hire_date"},
    )
    assert all(int(row["hire_date"][:4]) - int(row["dob"][:4]) >= 18 for row in made)


def test_names_of_columns_order_moments() -> None:
    """What ends comes after what starts, within a month, though nobody said so."""
    made = rows({"name": "end_date", "type": "date"}, {"name": "start_date", "type": "date"})
    assert all(row["start_date"] < row["end_date"] for row in made)
    assert all(int(row["end_date"][:4]) - int(row["start_date"][:4]) <= 1 for row in made)


def test_a_diagnosis_is_that_of_its_code() -> None:
    """One code has one diagnosis."""
    made = rows(string("diagnosis", "medical.diagnosis"), string("code", "medical.icd10"))
    assert len({(row["code"], row["diagnosis"]) for row in made}) == len({row["code"] for row in made})


def test_a_product_suits_its_category() -> None:
    """Books are no garden chairs."""
    category = {
        "name": "category",
        "type": "category",
        "constraints": {"enum": ["Books", "Garden"]},
        "kind": "product.category",
    }
    names: dict[str, set[str]] = {"Books": set(), "Garden": set()}
    for row in rows(string("name", "product.name"), category):
        names[row["category"]].add(row["name"].split()[-1])
    assert not names["Books"] & names["Garden"]


POOR = (
    "disappointed",
    "broke",
    "regret",
    "wish I had never",
    "Waste",
    "waste",
    "One star",
    "Zero stars",
    "Not as",
    "Not what",
    "Nothing like",
    "failed",
    "unusable",
    "fell apart",
    "stopped working",
    "lowest rating",
    "let down",
    "unhappy",
    "Money thrown away",
    "Save your money",
)


def test_a_review_has_the_mood_of_its_stars() -> None:
    """One star is never praise, and five stars are never a complaint."""
    stars = {"name": "stars", "type": "integer", "kind": "product.rating", "constraints": {"min": 1, "max": 5}}
    made = rows(stars, {"name": "review", "type": "text", "kind": "text.review"}, string("product", "product.name"))
    for row in made:
        opening = row["review"].split(". ")[0]
        assert any(sign in opening for sign in POOR) == (row["stars"] <= 2), row
    assert sum(row["product"] in row["review"] for row in made) > len(made) / 3
