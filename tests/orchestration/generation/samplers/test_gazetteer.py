"""The gazetteer is complete and plausible."""

from collections import Counter
from zoneinfo import available_timezones

from synthaix.orchestration.generation.samplers.gazetteer import cities, countries


def test_every_country_has_ten_cities() -> None:
    """At least twelve countries of at least ten cities, none twice."""
    counts = Counter(city.country.name for city in cities())
    assert len(counts) == len(countries()) >= 12
    assert min(counts.values()) >= 10
    assert len({(city.name, city.country.code) for city in cities()}) == len(cities())


def test_codes_and_positions_are_plausible() -> None:
    """Two letters, three letters, degrees on the globe, masks of few characters."""
    for city in cities():
        assert len(city.country.code) == 2
        assert len(city.country.currency) == 3
        assert city.country.calling_code.startswith("+")
        assert -56 < city.latitude < 65
        assert -125 < city.longitude < 155
        assert 4 <= len(city.postal) <= 9


def test_cities_of_a_country_are_near_each_other() -> None:
    """A wrong sign puts a city on another continent."""
    for country in countries():
        here = [city for city in cities() if city.country == country]
        assert max(city.latitude for city in here) - min(city.latitude for city in here) < 32
        assert max(city.longitude for city in here) - min(city.longitude for city in here) < 61


def test_time_zones_exist() -> None:
    """Every zone is in the IANA database."""
    known = available_timezones()
    assert {city.timezone for city in cities()} <= known or not known
