"""The catalogue, and the search for a column's kind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthaix.orchestration.errors import KindUnknown
from synthaix.orchestration.generation.column_rules import ColumnRules
from synthaix.orchestration.schema.catalogue.spelling import spelled
from synthaix.orchestration.schema.column import COLUMN_TYPES, Column
from synthaix.orchestration.schema.kinds import find, kind, kinds


def test_the_catalogue_is_large_and_named_by_domain() -> None:
    """At least 115 kinds, each of a domain, a type and a description."""
    assert len(kinds()) >= 115
    for name, each in kinds().items():
        assert name == each.name
        assert name.count(".") == 1
        assert each.type in COLUMN_TYPES
        assert each.description.endswith(".")
        assert each.aliases
        assert each.examples or each.type in ("array", "object")


@pytest.mark.parametrize("name", sorted(kinds()))
def test_examples_obey_the_kinds_own_constraints(name: str) -> None:
    """What the catalogue shows is what a column of the kind may hold."""
    rules = ColumnRules(Column(name="x", type=kinds()[name].type, constraints=kinds()[name].constraints))
    assert [rules.fault(example) for example in kinds()[name].examples] == [None] * len(kinds()[name].examples)


@pytest.mark.parametrize(("name", "expected"), [
    ("user ID", "id.number"), ("id", "id.number"), ("customerId", "id.number"), ("order_id", "commerce.order_id"),
    ("currency", "finance.currency_code"), ("timestamp", "time.timestamp"), ("dob", "person.birth_date"),
    ("amount", "finance.amount"), ("company", "company.name"), ("city", "address.city"),
    ("billing_zip", "address.postal_code"), ("state", "address.state"), ("status", "general.status"),
    ("orderStatus", "commerce.order_status"), ("email address", "internet.email"), ("E-Mail", "internet.email"),
    ("firstName", "person.first_name"), ("full name", "person.full_name"), ("qty", "product.quantity"),
    ("phone_numbers", "phone.number"), ("created_at", "time.created_at"), ("is_active", "general.flag"),
    ("has_children", "general.flag"), ("signup date", "time.date"), ("review", "text.review"),
    ("rating", "product.rating"),
    ("category", "general.category"), ("product category", "product.category"), ("zipcode", "address.postal_code"),
    ("lat", "address.latitude"), ("shipping_country", "address.country"), ("annual salary", "hr.salary"),
    ("transaction_type", "finance.transaction_type"), ("icd10 code", "medical.icd10"), ("VIN", "vehicle.vin"),
    ("IPAddress", "internet.ipv4"), ("job title", "company.job_title"), ("notes", "text.note"), ("age", "person.age"),
])  # fmt: skip
def test_a_name_finds_its_kind(name: str, expected: str) -> None:
    """The best match of usual column names."""
    best = find(name)[0]
    assert best.kind.name == expected
    assert best.score >= 0.7


@pytest.mark.parametrize(("name", "description", "expected"), [
    ("name", "table products: items of a shop", "product.name"),
    ("name", "", "person.full_name"),
    ("name", "vendors, a list of companies", "company.name"),
    ("title", "movies of a film library", "media.movie_title"),
    ("title", "table books", "media.book_title"),
    ("category", "table products", "product.category"),
    ("status", "table customers", "general.status"),
    ("type", "table vehicles", "vehicle.type"),
])  # fmt: skip
def test_what_surrounds_a_name_decides(name: str, description: str, expected: str) -> None:
    """A description or the table's name settles what the column's name leaves open."""
    assert find(name, description)[0].kind.name == expected


@pytest.mark.parametrize("name", ["xyzzy", "", "42", "___", "frobnicate quux"])
def test_an_unknown_name_finds_nothing_much(name: str) -> None:
    """Nothing, or nothing to rely on."""
    assert all(match.score < 0.7 for match in find(name))


def test_a_stated_type_outweighs_the_name() -> None:
    """A `review` that is an integer is no text."""
    assert find("review", type="integer")[0].score < 0.5 < find("review", type="text")[0].score


@given(st.sampled_from(sorted(kinds())), st.sampled_from(["snake", "camel", "upper", "plural"]))
def test_every_alias_finds_its_kind_however_it_is_written(name: str, style: str) -> None:
    """snake_case, camelCase, capitals and plurals are the same words."""
    for alias in kinds()[name].aliases:
        words = alias.split()
        written = {
            "snake": "_".join(words),
            "camel": words[0] + "".join(word.capitalize() for word in words[1:]),
            "upper": alias.upper(),
            "plural": alias
            if alias.endswith(("s", "y", "x", "h", "z")) or spelled(alias + "s") != spelled(alias)
            else alias + "s",
        }[style]
        found = {match.kind.name: match.score for match in find(written)}
        assert found.get(name, 0) >= 0.9, (alias, written)


@given(st.text(max_size=80), st.text(max_size=80), st.sampled_from([None, *COLUMN_TYPES]))
def test_any_text_can_be_looked_for(name: str, description: str, column_type: None) -> None:
    """Scores are from 0 to 1 and fall."""
    scores = [match.score for match in find(name, description, column_type)]
    assert all(0 <= score <= 1 for score in scores)
    assert scores == sorted(scores, reverse=True)


def test_an_unknown_kind_names_the_nearest() -> None:
    """The error suggests what was probably meant."""
    with pytest.raises(KindUnknown) as caught:
        kind("person.fullname")
    assert caught.value.suggestion == "Did you mean `person.full_name`?"


def test_a_known_kind_is_given() -> None:
    """By its exact name."""
    assert kind("finance.iban").domain == "finance"


@pytest.mark.parametrize(
    ("name", "around", "kind"),
    [("temperature", "patients", "medical.temperature_c"), ("temp", "fridge telemetry", "iot.temperature_c"),
     ("panel_temp_c", "solar panel logs", "iot.temperature_c"), ("temperature_c", "", "iot.temperature_c")],
)  # fmt: skip
def test_a_temperature_is_a_body_s_only_among_patients(name: str, around: str, kind: str) -> None:
    """Nobody's panel has 37 degrees."""
    assert find(name, around)[0].kind.name == kind
