"""Write docs/gallery.md: ten requests in plain words and what the engine made of each, without a key.

uv run python docs/write_gallery.py
"""

import tempfile
from pathlib import Path
from typing import Any

import anyio

from synthaix.orchestration.config import Config
from synthaix.orchestration.engine import Engine
from synthaix.orchestration.jobs.order import Order
from synthaix.orchestration.jobs.proposals import Proposal
from synthaix.orchestration.jobs.states import JobView
from synthaix.tools.schema_views import rules_of

TARGET = Path(__file__).parent / "gallery.md"
OWNER, SEED, SHOWN = "gallery", 7, 3
REQUESTS = (
    "10k financial transactions with user ID, amount, currency and timestamp, both debit and credit",
    "5,000 customers of a Lisbon bike shop with name, email, city, signup date and plan (free 70%, pro 25%, team 5%)",
    "1,200 patients with age between 18 and 90, blood type, admission date and discharge date",
    "300 customers with name and email, and their orders (about 4 per customer) with order date, status and total",
    "800 product reviews with product name, rating 1-5 (mostly 4 and 5) and review text",
    "2,000 employees: name, department (sales, engineering, support), salary 38k-140k, hire date, manager yes/no 12%",
    "CREATE TABLE sensor_readings (id SERIAL PRIMARY KEY, sensor_id INT, temperature DECIMAL(4,1), humidity INT "
    "CHECK (humidity BETWEEN 0 AND 100), read_at TIMESTAMP); 5000 rows",
    "1000 Rechnungen mit Rechnungsnummer, Kunde, Nettobetrag, MwSt 19% und Faelligkeitsdatum",
    "400 support tickets with subject, priority, status, opened at and closed at",
    "1,500 flights with flight number, origin and destination airport, departure, arrival, price 40 to 900 EUR",
)
HEAD = """# A gallery: ten requests, and what came out

Made without a key by `uv run python docs/write_gallery.py`, seed 7, each request as it stands; nothing was edited.
With a model, columns that need language are written by it instead of from templates.
"""


async def written() -> str:
    """The page."""
    parts = [HEAD]
    with tempfile.TemporaryDirectory() as home:
        engine = Engine(Config(home=Path(home)))
        await engine.open()
        try:
            parts += [await _entry(engine, request) for request in REQUESTS]
        finally:
            await engine.aclose()
    return "\n".join(parts)


async def _entry(engine: Engine, request: str) -> str:
    proposal = await engine.translate(owner=OWNER, prompt=request)
    order = Order(proposal.draft.inferred_count or 100, schema_id=proposal.schema_id, seed=SEED)
    job = await engine.start(order, owner=OWNER, confirmed=True)
    while job.status in ("pending", "processing"):
        job = await engine.status(job.job_id, owner=OWNER, wait_seconds=25)
    lines = [f"## {request}", ""]
    lines += _columns(proposal)
    lines += [f"*Assumed:* {each}" + "  " for each in proposal.draft.assumptions]
    lines += [f"*Warned:* {each}" + "  " for each in proposal.draft.warnings]
    lines += ["", _ended(job), ""]
    for table in job.tables:
        page = await engine.page(job.job_id, owner=OWNER, table=table.name, limit=SHOWN)
        lines += [f"`{table.name}`:", ""] if len(job.tables) > 1 else []
        lines += _rows(page.rows)
    return "\n".join(lines)


def _columns(proposal: Proposal) -> list[str]:
    several = len(proposal.draft.schema.tables) > 1
    lines = ["| column | type | what it means | rules |", "|---|---|---|---|"]
    for table in proposal.draft.schema.tables:
        for column in table.columns:
            name = f"{table.name}.{column.name}" if several else column.name
            lines.append(_row((f"`{name}`", column.type, column.kind or column.description or "", rules_of(column))))
    return [*lines, ""]


def _ended(job: JobView) -> str:
    made = ", ".join(f"{table.rows_generated:,} of {table.total_rows:,} {table.name}" for table in job.tables)
    replaced = job.rows_deduplicated + job.rows_rejected
    return f"**{job.status}**: {made}" + (f"; {replaced:,} duplicates and rejects replaced." if replaced else ".")


def _rows(rows: Any) -> list[str]:
    names = list(rows[0])
    lines = [_row(names), "|" + "---|" * len(names)]
    return [*lines, *(_row(row[name] for name in names) for row in rows), ""]


def _row(cells: Any) -> str:
    shown = ("" if cell is None else " ".join(str(cell).split()).replace("|", "\\|") for cell in cells)
    return "| " + " | ".join(shown) + " |"


if __name__ == "__main__":
    TARGET.write_text(anyio.run(written), "utf-8")
