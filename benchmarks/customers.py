"""The ten-column table that the offline benchmarks make."""

from typing import Any

SEED = 7


def customers() -> dict[str, Any]:
    """A ready-made schema: uuid, name, e-mail, phone, city, country, birth date, balance, plan, active."""
    return {
        "name": "customers",
        "columns": [
            {"name": "customer_id", "type": "uuid"},
            {"name": "full_name", "type": "string", "kind": "person.full_name"},
            {"name": "email", "type": "string", "kind": "internet.email"},
            {"name": "phone", "type": "string", "kind": "phone.number"},
            {"name": "city", "type": "string", "kind": "address.city"},
            {"name": "country", "type": "string", "kind": "address.country"},
            {"name": "birth_date", "type": "date", "constraints": {"min": "1940-01-01", "max": "2006-12-31"}},
            {
                "name": "balance",
                "type": "decimal",
                "constraints": {
                    "min": 0,
                    "max": 100000,
                    "decimals": 2,
                    "distribution": {"name": "lognormal", "median": 400, "sigma": 1.0},
                },
            },
            {
                "name": "plan",
                "type": "category",
                "constraints": {"enum": ["free", "pro", "team"], "weights": [0.6, 0.3, 0.1]},
            },
            {"name": "active", "type": "boolean"},
        ],
    }
