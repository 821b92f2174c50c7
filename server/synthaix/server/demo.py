"""`synthaix demo`: the whole way, without a key."""

import time
from pathlib import Path

from synthaix.orchestration.engine import Engine
from synthaix.server.files import file_lines, write_files
from synthaix.server.generating import answer_of, check_wish, follow, order_of, propose, rows_made
from synthaix.server.reporting import report_files, verdict_line
from synthaix.server.running import DONE, NOT_DONE, OWNER
from synthaix.server.screen import Screen
from synthaix.server.settings import Settings
from synthaix.server.wish import Wish

REQUEST = (
    "{rows:,} customers of a Lisbon bike shop with full name, email, city, date of birth, "
    "signup date after date of birth, plan (free, pro, team), bikes owned from 0 to 5, "
    "lifetime spend in euros and a short note"
)
CONFIGURATION = """\
{
  "mcpServers": {
    "synthaix": { "command": "uvx", "args": ["synthaix"] }
  }
}"""


async def show_all(engine: Engine, screen: Screen, settings: Settings, rows: int, out: Path, seed: int) -> int:
    """Request, schema, rows, quality, files, and what to do next."""
    began = time.monotonic()
    wish = Wish(out=out, request=REQUEST.format(rows=rows), rows=rows, seed=seed, yes=True)
    check_wish(wish, settings)
    screen.request(wish.request or "")
    proposal = await propose(engine, wish)
    screen.proposal(proposal)
    order = order_of(proposal, wish)
    screen.estimate(proposal, await engine.quote(order, owner=OWNER))
    screen.say("A host would show you this and wait for your yes. Here it is yes.", "dim")
    job = await follow(engine, screen, order)
    screen.rows((await engine.page(job.job_id, owner=OWNER, limit=5)).rows, "the first rows")
    screen.summary(await engine.summary(job.job_id, owner=OWNER))
    files = [
        file
        for format in ("parquet", "csv")
        for file in await write_files(engine, job, Wish(out / f"customers.{format}"))
    ]
    seconds = time.monotonic() - began
    screen.answer(answer_of(job, files, seconds))
    screen.panel(f"{rows_made(job)} in {seconds:.1f} s, job {job.job_id}", file_lines(files))
    page, figures = await report_files(engine, job.job_id, out)
    screen.panel(f"quality report: {verdict_line(page)}", [f"{page.path}", f"synthaix verify {figures.path}"])
    screen.panel(
        "next",
        ["Let an agent do it. For Claude Desktop or Cursor:", "", CONFIGURATION, "",
         'Or your own sentence: synthaix generate "500 patients with admission and discharge dates" --out p.csv'],
        "cyan",
    )  # fmt: skip
    return DONE if job.status == "completed" else NOT_DONE
