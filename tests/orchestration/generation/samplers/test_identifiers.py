"""Check digits by an oracle of their own; ranges that belong to no one."""

from ipaddress import ip_address, ip_network
from typing import Any

import pytest

from synthaix.orchestration.generation.sampling import TableSampler
from synthaix.orchestration.schema.schema import Schema


def cells(kind: str, count: int = 300) -> list[Any]:
    """The first cells of a kind."""
    schema = Schema.model_validate({"columns": [{"name": "x", "type": "string", "kind": kind}]})
    return list(TableSampler(schema, schema.tables[0], seed=4).cells(0, count)["x"])


def luhn(digits: str) -> bool:
    """The sum of ISO/IEC 7812-1, from a table of doubled digits."""
    doubled = "0246813579"
    return (
        sum(int(digit if place % 2 == 0 else doubled[int(digit)]) for place, digit in enumerate(digits[::-1])) % 10 == 0
    )


@pytest.mark.parametrize("kind", ["finance.credit_card", "phone.imei"])
def test_luhn_sums(kind: str) -> None:
    """Cards and IMEIs pass Luhn's check."""
    assert all(luhn(cell) for cell in cells(kind))


def test_ibans_are_one_modulo_97() -> None:
    """Four characters to the end, letters as numbers: the rest is 1."""
    for iban in cells("finance.iban"):
        assert int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97 == 1


@pytest.mark.parametrize("kind", ["product.ean13", "media.isbn"])
def test_ean_sums(kind: str) -> None:
    """Odd places once, even places three times: a multiple of ten."""
    for cell in cells(kind):
        assert len(cell) == 13
        assert (sum(map(int, cell[::2])) + 3 * sum(map(int, cell[1::2]))) % 10 == 0


def test_routing_numbers_have_their_sum() -> None:
    """3, 7, 1 in turn: a multiple of ten."""
    for cell in cells("finance.routing_number"):
        assert len(cell) == 9
        assert sum(int(digit) * (3, 7, 1)[place % 3] for place, digit in enumerate(cell)) % 10 == 0


def test_vehicle_numbers_have_their_check_digit() -> None:
    """Transliterated and weighted, modulo 11: the ninth place."""
    letters = {
        letter: str(value)
        for row in ("ABCDEFGH", "JKLMN", "P", "R")
        for value, letter in enumerate(row, {"P": 7, "R": 9}.get(row, 1))
    }
    letters |= {letter: str(value) for value, letter in enumerate("STUVWXYZ", 2)}
    for vin in cells("vehicle.vin"):
        digits = [int(letters.get(sign, sign)) if place != 8 else 0 for place, sign in enumerate(vin)]
        rest = (
            sum(
                digit * weight
                for digit, weight in zip(digits, (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2), strict=True)
            )
            % 11
        )
        assert vin[8] == ("X" if rest == 10 else str(rest))


def test_addresses_of_machines_are_nobodys() -> None:
    """Private IPv4, documentation IPv6, locally administered MACs."""
    assert all(ip_address(cell).is_private for cell in cells("internet.ipv4"))
    assert all(ip_address(cell) in ip_network("2001:db8::/32") for cell in cells("internet.ipv6"))
    assert all(int(cell[:2], 16) & 3 == 2 for cell in cells("internet.mac"))


@pytest.mark.parametrize("kind", ["internet.email", "internet.url", "internet.domain", "it.hostname"])
def test_names_of_hosts_are_reserved(kind: str) -> None:
    """Nothing that is made up can belong to someone: RFC 2606."""
    for cell in cells(kind):
        host = cell.partition("://")[2].partition("/")[0] if "://" in cell else cell.partition("@")[2] or cell
        assert host.endswith((".example", "example.com", "example.org", "example.net"))


@pytest.mark.parametrize("kind", ["phone.number", "phone.mobile"])
def test_phone_numbers_are_fictional(kind: str) -> None:
    """555-0100 to 555-0199."""
    assert all(cell[-8:-2] == "555-01" and cell[-2:].isdigit() for cell in cells(kind))
