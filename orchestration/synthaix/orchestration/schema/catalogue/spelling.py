"""How names are taken apart into words that can be compared."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

SHORT: Mapping[str, str] = MappingProxyType(
    {
        "acct": "account", "addr": "address", "amt": "amount", "apt": "apartment", "avg": "average", "bal":
        "balance", "cat": "category", "cc": "credit card", "co": "company", "cntry": "country", "cnt": "count",
        "cust": "customer", "dept": "department", "desc": "description", "descr": "description", "dest":
        "destination", "dt": "date", "emp": "employee", "fname": "first name", "lname": "last name", "img": "image",
        "inv": "invoice", "lang": "language", "loc": "location", "mgr": "manager", "mob": "mobile", "msg":
        "message", "no": "number", "nr": "number", "num": "number", "org": "organization", "pct": "percentage",
        "perc": "percentage", "ph": "phone", "pmt": "payment", "pos": "position", "prod": "product", "pwd":
        "password", "qty": "quantity", "ref": "reference", "reg": "registration", "st": "street", "tel":
        "telephone", "temp": "temperature", "tstamp": "timestamp", "txn": "transaction", "usr": "user", "util":
        "utilization", "ver": "version", "vol": "volume", "wt": "weight", "yr": "year",
    }
)  # fmt: skip
INVARIANT = frozenset({
    "access", "address", "analysis", "aws", "basis", "bonus", "boss", "bus", "business", "campus", "canvas",
    "census", "class", "cross", "diagnosis", "dns", "express", "gas", "gps", "has", "https", "ios", "is", "kudos",
    "lens", "less", "loss", "news", "os", "plus", "press", "process", "progress", "sales", "series", "sms",
    "species", "status", "success", "this", "virus", "was", "windows",
})  # fmt: skip


@lru_cache(maxsize=8_192)
def spelled(name: str) -> tuple[str, ...]:
    """The words of a name: camelCase and snake_case split, lower case, singular, usual shortenings written out."""
    return tuple(singular(whole) for word in _split(name) for whole in SHORT.get(word, word).split())


def singular(word: str) -> str:
    """The singular of an English noun; words that only look like plurals stay as they are."""
    if len(word) < 4 or word in INVARIANT or not word.endswith("s") or word.endswith("ss"):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes", "zes", "uses")) and word not in ("houses", "uses"):
        return word[:-2]
    return word[:-1]


def _split(name: str) -> list[str]:
    words: list[str] = []
    word = ""
    for place, letter in enumerate(name):
        after = name[place + 1 : place + 2]
        if not letter.isalnum():
            letter = " "
        elif letter.isupper() and word and (word[-1].islower() or (word[-1].isupper() and after.islower())):
            words.append(word)
            word = ""
        if letter == " ":
            words.append(word)
            word = ""
        else:
            word += letter
    return [each.casefold() for each in (*words, word) if each]
