"""The type that the words of a name suggest."""

from synthaix.orchestration.schema.catalogue.spelling import spelled
from synthaix.orchestration.schema.column import TEMPORAL_TYPES, ColumnType

UNIT_ENDS = frozenset(
    "usd eur gbp inr jpy chf cad aud brl kg g lb lbs km m cm mm mi ft ms s sec min mins hrs hours days "
    "pct percent celsius c f kwh kw w v mb gb kb sqm sqft m2 l ml ppm mg iso utc local".split()
)
_BY_WORD: tuple[tuple[frozenset[str], ColumnType], ...] = (
    (frozenset({"date", "day", "since", "until", "dob", "birthday", "deadline"}), "date"),
    (frozenset({"on"}), "date"),
    (frozenset({"at", "timestamp", "datetime", "moment", "start", "end", "begin", "finish"}), "datetime"),
    (frozenset({"time"}), "time"),
    (frozenset({"is", "has", "was", "can", "should", "flag", "enabled", "allowed"}), "boolean"),
    (
        frozenset(
            {
                "count",
                "number",
                "quantity",
                "total",
                "age",
                "year",
                "rank",
                "duration",
                "minute",
                "hour",
                "second",
                "month",
                "level",
            }
        ),
        "integer",
    ),
    (
        frozenset(
            {
                "price",
                "cost",
                "amount",
                "fee",
                "salary",
                "revenue",
                "balance",
                "charge",
                "tax",
                "income",
                "wage",
                "budget",
                "payment",
                "profit",
                "spend",
                "mrr",
                "arr",
                "margin",
                "bill",
                "fare",
                "rent",
                "deposit",
                "premium",
                "toll",
                "tip",
                "bonus",
                "fine",
                "debt",
                "gbp",
                "usd",
                "eur",
                "expense",
                "earning",
                "saving",
                "estimate",
                "valuation",
                "worth",
                "donation",
                "bid",
            }
        ),
        "decimal",
    ),
    (
        frozenset(
            {
                "rate",
                "ratio",
                "score",
                "percent",
                "percentage",
                "average",
                "weight",
                "height",
                "distance",
                "length",
                "width",
                "area",
                "speed",
                "temperature",
                "index",
                "depth",
                "volume",
                "mass",
                "size",
                "share",
                "accuracy",
                "latency",
                "usage",
                "pressure",
                "concentration",
                "dose",
                "yield",
                "demand",
                "power",
                "energy",
                "voltage",
                "humidity",
                "altitude",
                "hectare",
                "tonne",
            }
        ),
        "float",
    ),
    (
        frozenset(
            {
                "description",
                "review",
                "comment",
                "note",
                "text",
                "message",
                "summary",
                "feedback",
                "body",
                "bio",
                "story",
                "explanation",
                "reason",
                "remark",
                "paragraph",
                "abstract",
            }
        ),
        "text",
    ),
    (
        frozenset(
            {
                "status",
                "type",
                "category",
                "kind",
                "stage",
                "tier",
                "class",
                "grade",
                "mode",
                "method",
                "priority",
                "segment",
            }
        ),
        "category",
    ),
    (frozenset({"tag", "list", "keyword"}), "array"),
    (frozenset({"uuid", "guid"}), "uuid"),
)


def by_words(words: str) -> ColumnType:
    """The type that a name suggests; its last words say most."""
    parts = spelled(words)
    if parts and parts[0] in ("is", "has", "was", "can", "should"):
        return "boolean"
    if (
        len(parts) > 1
        and parts[0] in ("first", "last", "next", "previous", "date")
        and parts[-1].endswith(("ed", "en", "made", "sold", "sent", "paid"))
    ):
        return "datetime"
    if len(parts) > 1 and parts[-1] in UNIT_ENDS - {
        "utc",
        "iso",
        "local",
        "s",
        "g",
        "m",
        "l",
        "c",
        "f",
        "v",
        "w",
        "day",
        "hr",
        "min",
        "sec",
    }:
        return "float"
    for place, word in enumerate(reversed(parts)):
        for names, type_ in _BY_WORD:
            if word in names and not (place and type_ in TEMPORAL_TYPES):  # a `start station` is no moment
                return type_
    return "string"
