"""The text formats that a column can ask for."""

import ipaddress
from collections.abc import Callable
from functools import cache

from synthaix.orchestration.generation.pattern import Pattern, compile_pattern
from synthaix.orchestration.schema.column import StringFormat

_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"  # RFC 1123 section 2.1
_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"

PATTERNS: dict[StringFormat, str] = {
    # the HTML standard's address, with at least one dot in the domain
    "email": rf"[A-Za-z0-9.!#$%&'*+/=?^_{{|}}~-]+@(?:{_LABEL}\.)+[A-Za-z]{{2,63}}",
    "hostname": rf"{_LABEL}(?:\.{_LABEL})*",
    "ipv4": rf"{_OCTET}(?:\.{_OCTET}){{3}}",
    "ipv6": "(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}",  # the long form; the short ones go the slow way
    "uri": r"[a-z][a-z0-9+.\-]*:(?://)?[A-Za-z0-9._~:/?#@!$&'()*+,;=%\[\]\-]+",
    "uuid": "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
}
LONGEST: dict[StringFormat, int] = {"email": 254, "hostname": 253, "ipv4": 15, "ipv6": 45, "uri": 2_048, "uuid": 36}
WORDS: dict[StringFormat, str] = {
    "email": "an e-mail address",
    "hostname": "a host name",
    "ipv4": "an IPv4 address",
    "ipv6": "an IPv6 address",
    "uri": "a URI with its scheme",
    "uuid": "a UUID in lower case with dashes",
}


@cache
def format_pattern(format_: StringFormat) -> Pattern:
    """The pattern of a format; it may refuse some texts that `is_format` takes."""
    return compile_pattern(PATTERNS[format_])


def is_format(format_: StringFormat) -> Callable[[str], bool]:
    """A check of one text."""
    matches, longest = format_pattern(format_).matches, LONGEST[format_]
    if format_ == "ipv6":
        return lambda text: matches(text) or _is_ipv6(text)
    return lambda text: len(text) <= longest and matches(text)


def _is_ipv6(text: str) -> bool:
    try:
        return "%" not in text and bool(ipaddress.IPv6Address(text))
    except ValueError:
        return False
