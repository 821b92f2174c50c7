"""`--to`: rows into a user's own database. What would be done is shown first; it is done after the yes."""

from typing import TYPE_CHECKING, Any

from synthaix.orchestration.engine import Engine
from synthaix.server.running import OWNER
from synthaix.server.screen import Screen

if TYPE_CHECKING:
    from synthaix.orchestration.schema.schema import Schema


async def show_plan(screen: Screen, schema: "Schema", address: str, *, append: bool) -> str:
    """Ask the database, say what would be done there, and return the address without its password.

    Raises:
        ArgumentInvalid: it cannot be reached, or has such a table already and `append` is not asked for.
    """
    from synthaix.orchestration.results.user_database import UserDatabase  # SQLAlchemy's dialects

    database = UserDatabase(address)
    planned = await database.plan(schema, append=append)
    lines = [each.statement or f"-- {each.table} is there; rows are added" for each in planned]
    screen.panel(f"in {database.shown}", [*lines, "all of it in one transaction"], "cyan")
    return database.shown


async def deliver(engine: Engine, screen: Screen, job_id: str, address: str, *, append: bool) -> dict[str, Any]:
    """Write the rows; the answer for a program."""
    rows = await engine.deliver(job_id, address, owner=OWNER, append=append)
    screen.say(f"{rows:,} rows are in the database.")
    return {"rows_delivered": rows}
