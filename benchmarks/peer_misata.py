"""The peer misata on the ten-column table, in an environment of its own. Prints its rows per second.

    uv run --no-project --with misata==0.9.8 python benchmarks/peer_misata.py 100000
"""

import sys
import time

import misata  # type: ignore[import-not-found]
from misata import Column, SchemaConfig, Table


def schema(rows: int) -> SchemaConfig:
    """The columns of benchmarks/customers.py in misata's words."""

    def column(name: str, kind: str, **parameters: object) -> Column:
        return Column(name=name, type=kind, distribution_params=parameters)

    columns = [
        column("customer_id", "text", text_type="uuid"),
        column("full_name", "text", text_type="name"),
        column("email", "text", text_type="email"),
        column("phone", "text", text_type="phone"),
        column("city", "text", text_type="city"),
        column("country", "text", text_type="country"),
        column("birth_date", "date", start="1940-01-01", end="2006-12-31"),
        column("balance", "float", distribution="lognormal", mu=6.0, sigma=1.0, decimals=2),
        column("plan", "categorical", choices=["free", "pro", "team"], probabilities=[0.6, 0.3, 0.1]),
        column("active", "boolean", probability=0.5),
    ]
    table = Table(name="customers", row_count=rows)
    return SchemaConfig(name="bench", seed=7, tables=[table], columns={"customers": columns})


def main() -> None:
    """Generate once small, to load what it loads lazily, then once timed."""
    rows = int(sys.argv[1])
    misata.generate_from_schema(schema(1_000))
    begun = time.perf_counter()
    made = misata.generate_from_schema(schema(rows))["customers"]
    seconds = time.perf_counter() - begun
    assert len(made) == rows
    print(rows / seconds)


if __name__ == "__main__":
    main()
