"""Every tool in every order: what is promised holds after each call."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from fastmcp import Client
from hypothesis import HealthCheck
from hypothesis import settings as effort
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from synthaix.server.app import build_server
from synthaix.server.settings import Settings

COLUMNS: list[dict[str, Any]] = [
    {"name": "id", "type": "uuid"},
    {"name": "amount", "type": "decimal", "constraints": {"min": 1, "max": 900}},
    {"name": "note", "type": "string", "kind": "person.full_name"},
    {"name": "day", "type": "date"},
]
EDITS = ["amount between 5 and 500", "make note optional", "remove day", "rename note to remark", "add a phone column"]
ENDED = {"completed", "stopped", "cancelled", "failed"}
MORE: dict[str, set[str]] = {  # what a status may become by itself or by a call
    "completed": {"completed", "pending", "processing"}, "cancelled": {"cancelled"},
    "stopped": {"stopped", "pending", "processing", "completed", "cancelled"},
}  # fmt: skip


class Machine(RuleBasedStateMachine):
    """A conversation; `call` reaches a server that all conversations share."""

    call: Callable[..., tuple[dict[str, Any], bool]]
    schemas: Bundle[str] = Bundle("schemas")
    tokens: Bundle[dict[str, Any]] = Bundle("tokens")
    jobs: Bundle[str] = Bundle("jobs")

    def __init__(self) -> None:
        super().__init__()
        self.last: dict[str, dict[str, Any]] = {}

    def ask(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """The fields of an answer that is no error."""
        fields, refused = type(self).call(tool, **arguments)
        assert not refused, (tool, arguments, fields)
        return fields

    @rule(target=schemas, columns=st.lists(st.sampled_from(COLUMNS), min_size=1, unique_by=lambda each: each["name"]))
    def translate(self, columns: list[dict[str, Any]]) -> str:
        """A ready schema is taken."""
        return str(self.ask("translate_schema", schema={"columns": columns})["schema_id"])

    @rule(target=schemas, base=schemas, changes=st.sampled_from(EDITS))
    def revise(self, base: str, changes: str) -> Any:
        """A revision is another schema, and says what changed; or the edit does not fit, and nothing is changed."""
        fields, refused = type(self).call("translate_schema", base_schema_id=base, changes=changes)
        if refused:
            assert fields["code"] in ("argument_invalid", "schema_invalid"), fields
            return multiple()
        assert fields["schema_id"] != base
        assert fields["diff"]
        return fields["schema_id"]

    @rule(schema_id=schemas, rows=st.integers(1, 5))
    def preview(self, schema_id: str, rows: int) -> None:
        """As many rows as were asked for."""
        assert len(self.ask("preview_rows", schema_id=schema_id, rows=rows)["rows"]) == rows

    @rule(target=tokens, schema_id=schemas, rows=st.integers(1, 60))
    def order(self, schema_id: str, rows: int) -> Any:
        """The user is asked first."""
        fields, refused = type(self).call("start_generation", schema_id=schema_id, total_rows=rows, chunk_size=10)
        if refused:
            assert fields["code"] == "infeasible", fields
            return multiple()
        assert fields["status"] == "confirmation_required"
        return fields["next"]["arguments"]

    @rule(target=jobs, order=consumes(tokens))
    def confirm(self, order: dict[str, Any]) -> str:
        """The token starts one job, and no second one."""
        job_id = str(self.ask("start_generation", **order)["job_id"])
        fields, refused = type(self).call("start_generation", **order)
        assert refused
        assert fields["code"] == "confirmation_invalid"
        return job_id

    @rule(order=consumes(tokens))
    def confirm_something_else(self, order: dict[str, Any]) -> None:
        """The token is not for more rows."""
        fields, refused = type(self).call("start_generation", **(order | {"total_rows": order["total_rows"] + 1}))
        assert refused
        assert fields["code"] in ("confirmation_invalid", "infeasible")

    @rule(job_id=jobs, wait=st.sampled_from([0, 0, 20]))
    def look(self, job_id: str, wait: float) -> None:
        """Counts never go back, and a completed job has exactly its rows."""
        now = self.ask("job_status", job_id=job_id, wait_seconds=wait)
        before = self.last.get(job_id, now)
        assert now["rows_generated"] >= before["rows_generated"]
        assert now["status"] in MORE.get(before["status"], {now["status"]})
        assert now["rows_generated"] <= now["total_rows"]
        if now["status"] == "completed":
            assert now["rows_generated"] == now["total_rows"]
        self.last[job_id] = now

    @rule(job_id=jobs, limit=st.integers(1, 60))
    def read(self, job_id: str, limit: int) -> None:
        """A page has what was committed, and says whether more is to come."""
        page = self.ask("fetch_results", job_id=job_id, limit=limit)
        assert len(page["rows"]) == min(limit, page["rows_total"])
        assert page.get("partial", False) == (page["rows_total"] < page["total_rows"])

    @rule(job_id=jobs, format=st.sampled_from(["csv", "jsonl", "parquet"]))
    def export(self, job_id: str, format: str) -> None:
        """A file has the rows that it says."""
        made = self.ask("fetch_results", job_id=job_id, format=format, export=True)
        assert made["state"] == "ready"
        assert made.get("partial", False) == (made["rows"] < made["total_rows"])

    @rule(job_id=jobs)
    def vet(self, job_id: str) -> None:
        """The job's own rows repeat the job's rows."""
        rows = self.ask("fetch_results", job_id=job_id, limit=3)["rows"]
        if rows:
            assert all(self.ask("check_duplicates", job_id=job_id, rows=rows)["duplicates"])

    @rule(job_id=jobs, resumable=st.booleans())
    def cancel(self, job_id: str, resumable: bool) -> None:
        """It ends, or pauses, or had ended."""
        before = self.ask("job_status", job_id=job_id)["status"]
        after = self.ask("cancel_job", job_id=job_id, resumable=resumable)["status"]
        if before == "completed":
            assert after == "completed"
        elif before == "cancelled" or not resumable:
            assert after in ("cancelled", "completed")

    @rule(job_id=jobs, more=st.integers(0, 20))
    def resume(self, job_id: str, more: int) -> None:
        """What is stopped goes on; more rows than agreed are asked about; what ended for good stays so."""
        status = self.ask("job_status", job_id=job_id)
        wanted = {"total_rows": status["total_rows"] + more} if more else {}
        fields, refused = type(self).call("resume_job", job_id=job_id, **wanted)
        if refused:
            assert fields["code"] in ("job_not_resumable", "infeasible", "argument_invalid"), fields
        elif fields["status"] == "confirmation_required":
            assert more
            self.ask("resume_job", **fields["next"]["arguments"])

    @rule()
    def listing(self) -> None:
        """Every job of this conversation is in the list, as it was last seen or further."""
        found: dict[str, Any] = {}
        fields = self.ask("list_jobs", limit=100)
        while True:
            found |= {job["job_id"]: job for job in fields["jobs"]}
            if not fields.get("next_cursor"):
                break
            fields = self.ask("list_jobs", **fields["next"]["arguments"])
        for job_id, seen in self.last.items():
            assert found[job_id]["rows_generated"] >= seen["rows_generated"]

    @invariant()
    def nothing_failed(self) -> None:
        """`failed` is ours, and does not happen."""
        assert all(seen["status"] != "failed" for seen in self.last.values())


@contextmanager
def conversing(of_server: Settings) -> Iterator[Callable[..., tuple[dict[str, Any], bool]]]:
    """A server and a client; what calls a tool, from outside its loop."""

    async def called(client: Client[Any], tool: str, arguments: dict[str, Any]) -> tuple[dict[str, Any], bool]:
        result = await client.call_tool(tool, arguments, raise_on_error=False)
        assert result.structured_content is not None
        return result.structured_content, result.is_error

    connecting: Client[Any] = Client(build_server(of_server))
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(connecting) as client:
        yield lambda tool, **arguments: portal.call(called, client, tool, arguments)


def hold_conversations(of_server: Settings, many: int, steps: int) -> None:
    """So many conversations of so many steps."""
    with conversing(of_server) as call:
        Machine.call = staticmethod(call)
        run_state_machine_as_test(
            Machine,
            settings=effort(
                max_examples=many, stateful_step_count=steps, suppress_health_check=list(HealthCheck), database=None
            ),
        )


@pytest.mark.timeout(300)  # seconds on a busy machine
def test_any_order_of_calls_keeps_the_promise(settings: Settings) -> None:
    """Some conversations."""
    hold_conversations(settings, 12, 20)


@pytest.mark.fuzz
@pytest.mark.timeout(1_800)
def test_very_many_orders_of_calls_keep_the_promise(settings: Settings) -> None:
    """Very many."""
    hold_conversations(settings, 60, 30)
