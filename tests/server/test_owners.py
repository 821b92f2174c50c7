"""Two callers over HTTP: what is not yours is, byte for byte, like what is not there; every tool, id and era."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Literal

import pytest
from fastmcp import Client
from fastmcp.client.elicitation import ElicitResult
from mcp import MCPError
from mcp.types import ElicitResult as Answered
from mcp.types import InputRequiredResult, PromptReference, ResourceTemplateReference

from synthaix.server.settings import Settings

Mode = Literal["auto", "legacy"]
SCHEMA = {"columns": [{"name": "id", "type": "uuid"}, {"name": "amount", "type": "integer"}]}
ROWS = [{"amount": 5}]
YES: dict[str, Any] = {"approve": True, "changes": ""}


@dataclass
class Ids:
    """What one caller was given, or made-up ones of the same form."""

    job: str
    schema: str
    cursor: str
    token: str
    state: str = ""


NOBODYS = Ids("job_" + "0" * 32, "sch_" + "0" * 32, "x" * 60, "yes_" + "x" * 24)


@pytest.fixture(params=["auto", "legacy"])
def mode(request: pytest.FixtureRequest) -> Mode:
    """The clients' protocol era."""
    chosen: Mode = request.param
    return chosen


@pytest.fixture
def two(settings: Settings, serve: Any, new_key: Any, mode: Mode) -> Any:
    """Opens a server with two callers, `ana` and `ben`."""
    headers = [{"authorization": f"Bearer {new_key(name)}"} for name in ("ana", "ben")]

    @asynccontextmanager
    async def opened() -> AsyncIterator[tuple[Client[Any], Client[Any]]]:
        async with serve(settings) as server:
            ana, ben = (server.client(headers=each, mode=mode) for each in headers)
            async with ana, ben:
                yield ana, ben

    return opened


async def call(client: Client[Any], tool: str, **arguments: Any) -> Any:
    """A tool's whole answer, errors too."""
    return await client.call_tool(tool, arguments, raise_on_error=False)


async def started(client: Client[Any], **order: Any) -> str:
    """A job that the caller has agreed to."""
    asked = await call(client, "start_generation", schema=SCHEMA, **order)
    job = await call(client, "start_generation", **asked.structured_content["next"]["arguments"])
    job_id: str = job.structured_content["job_id"]
    return job_id


async def completed(client: Client[Any], **order: Any) -> str:
    """A job that has its rows: a long poll returns at every change of status."""
    job = await started(client, **order)
    while (await call(client, "job_status", job_id=job, wait_seconds=25)).structured_content["status"] != "completed":
        pass
    return job


async def things_of(client: Client[Any]) -> Ids:
    """A finished job, its draft, a cursor in its rows, and a token that is still good."""
    job = await completed(client, total_rows=30)
    page = (await call(client, "fetch_results", job_id=job, limit=5)).structured_content
    asked = (await call(client, "start_generation", schema=SCHEMA, total_rows=7)).structured_content
    return Ids(job, asked["schema_id"], page["next_cursor"], asked["confirm_token"])


def calls_with(ids: Ids) -> list[tuple[str, dict[str, Any]]]:
    """Every tool that takes an id, with each of its ids."""
    return [
        ("translate_schema", {"base_schema_id": ids.schema, "changes": "remove amount"}),
        ("preview_rows", {"schema_id": ids.schema}),
        ("start_generation", {"schema_id": ids.schema, "total_rows": 5}),
        ("start_generation", {"schema_id": ids.schema, "total_rows": 5, "confirm_token": ids.token}),
        ("start_generation", {"schema": SCHEMA, "total_rows": 7, "confirm_token": ids.token}),
        ("start_generation", {"schema": SCHEMA, "total_rows": 7, "extend": ids.job}),
        ("job_status", {"job_id": ids.job}),
        ("job_status", {"job_id": ids.job, "response_format": "detailed", "wait_seconds": 1}),
        ("fetch_results", {"job_id": ids.job}),
        ("fetch_results", {"job_id": ids.job, "cursor": ids.cursor}),
        ("fetch_results", {"job_id": ids.job, "format": "csv"}),
        ("fetch_results", {"job_id": ids.job, "table": "rows", "columns": ["amount"], "export": True}),
        ("check_duplicates", {"rows": ROWS, "job_id": ids.job}),
        ("check_duplicates", {"rows": ROWS, "schema_id": ids.schema}),
        ("cancel_job", {"job_id": ids.job}),
        ("cancel_job", {"job_id": ids.job, "resumable": True}),
        ("resume_job", {"job_id": ids.job}),
        ("resume_job", {"job_id": ids.job, "total_rows": 40, "confirm_token": ids.token}),
    ]


async def refusal(client: Client[Any], address: str) -> tuple[int, str, Any]:
    """What reading a resource is refused with."""
    with pytest.raises(MCPError) as refused:
        await client.read_resource(f"synthaix://{address}")
    return refused.value.error.code, refused.value.error.message, refused.value.error.data


async def test_what_is_not_yours_is_like_what_is_not_there(two: Any) -> None:
    """Tools, resources, lists and completions; the owner's things are none the worse for it."""
    async with two() as (ana, ben):
        ids = await things_of(ana)
        for (tool, theirs), (_, nobodys) in zip(calls_with(ids), calls_with(NOBODYS), strict=True):
            one, none = await call(ben, tool, **theirs), await call(ben, tool, **nobodys)
            assert one.is_error, tool
            assert (one.content, one.structured_content) == (none.content, none.structured_content), (tool, theirs)
        for path in ("jobs/{0.job}", "jobs/{0.job}/rows", "jobs/{0.job}/report", "jobs/{0.job}/report.html",
                     "schemas/{0.schema}"):  # fmt: skip
            assert await refusal(ben, path.format(ids)) == await refusal(ben, path.format(NOBODYS)), path
        assert (await call(ben, "list_jobs")).structured_content["jobs"] == []
        for reference, name, begun in (
            (ResourceTemplateReference(type="ref/resource", uri="synthaix://jobs/{job_id}"), "job_id", ids.job[:8]),
            (PromptReference(type="ref/prompt", name="review_schema"), "schema_id", ids.schema[:8]),
        ):
            assert (await ben.complete(reference, {"name": name, "value": begun})).values == []
            assert (await ana.complete(reference, {"name": name, "value": begun})).values != []
        status = (await call(ana, "job_status", job_id=ids.job)).structured_content
        begun = await call(ana, "start_generation", schema=SCHEMA, total_rows=7, confirm_token=ids.token)
    assert (status["status"], status["rows_generated"]) == ("completed", 30)
    assert begun.structured_content["job_id"]


async def test_every_tool_with_an_id_is_in_the_proof(two: Any) -> None:
    """A tool or an id that comes later has to be added above."""
    async with two() as (_, ben):
        tools = await ben.list_tools()
    taken = {(tool.name, name) for tool in tools for name in tool.input_schema["properties"]
             if name.endswith("_id") or name in ("cursor", "confirm_token", "extend")}  # fmt: skip
    shown = {(tool, name) for tool, arguments in calls_with(NOBODYS) for name in arguments}
    # a list's cursor is a place among the caller's own jobs, wherever it comes from
    assert taken - shown == {("list_jobs", "cursor")}


async def test_a_list_goes_on_among_your_own(two: Any) -> None:
    """With another caller's cursor too."""
    async with two() as (ana, ben):
        for _ in range(2):
            await started(ana, total_rows=5)
        following = (await call(ana, "list_jobs", limit=1)).structured_content["next_cursor"]
        mine = await started(ben, total_rows=5)
        for cursor in (following, "999999"):
            listed = (await call(ben, "list_jobs", cursor=cursor)).structured_content["jobs"]
            assert {job["job_id"] for job in listed} <= {mine}


async def test_one_key_of_two_callers_is_two_jobs(two: Any) -> None:
    """Nor does the one learn of the other's; the same caller's is the same job, or an error."""
    async with two() as (ana, ben):
        order = {"total_rows": 5, "idempotency_key": "run-7"}
        jobs = [await started(client, **order) for client in (ana, ben)]
        again = await call(ana, "start_generation", schema=SCHEMA, **order)
        other = await call(ana, "start_generation", schema=SCHEMA, total_rows=6, idempotency_key="run-7")
    assert again.structured_content["job_id"] == jobs[0]
    assert jobs[0] != jobs[1]
    assert other.structured_content["code"] == "idempotency_conflict"


async def test_a_token_to_go_on_is_the_owners(two: Any) -> None:
    """The one that resume_job gives, too."""
    async with two() as (ana, ben):
        mine, theirs = await completed(ana, total_rows=5), await completed(ben, total_rows=5)
        asked = (await call(ana, "resume_job", job_id=mine, total_rows=9)).structured_content
        wrong = [await call(ben, "resume_job", job_id=theirs, total_rows=9, confirm_token=token)
                 for token in (asked["confirm_token"], "go_9999999999_x")]  # fmt: skip
        right = await call(ana, "resume_job", job_id=mine, total_rows=9, confirm_token=asked["confirm_token"])
    assert wrong[0].structured_content["code"] == "confirmation_invalid"
    assert wrong[0].content == wrong[1].content
    assert not right.is_error


async def test_another_callers_answer_starts_nothing(settings: Settings, serve: Any, new_key: Any) -> None:
    """On 2026-07-28 the question travels sealed with the call: brought back by somebody else it is no question."""
    order = {"schema": SCHEMA, "total_rows": 5}

    async def human(message: str, response_type: Any, params: Any, context: Any) -> Any:
        return ElicitResult(action="accept", content=YES)

    keys = [{"authorization": f"Bearer {new_key(name)}"} for name in ("ana", "ben")]
    async with serve(settings) as server:
        ana, ben = (server.client(headers=each, elicitation_handler=human) for each in keys)
        async with ana, ben:
            asked = await ana.session.call_tool("start_generation", order, allow_input_required=True)
            assert isinstance(asked, InputRequiredResult)
            answer = {"input_responses": {"confirm": Answered(action="accept", content=YES)},
                      "request_state": asked.request_state}  # fmt: skip
            with suppress(MCPError):
                assert (await ben.session.call_tool("start_generation", order, **answer)).is_error
            for client, jobs in ((ben, 0), (ana, 0)):
                assert len((await call(client, "list_jobs")).structured_content["jobs"]) == jobs
            assert not (await ana.session.call_tool("start_generation", order, **answer)).is_error


async def test_a_human_is_asked_over_http_too(settings: Settings, serve: Any, new_key: Any, mode: Mode) -> None:
    """By the host of whoever called, in either era; a no is no job."""
    asked: list[str] = []

    async def human(message: str, response_type: Any, params: Any, context: Any) -> Any:
        asked.append(message)
        return ElicitResult(action="accept", content=YES) if len(asked) == 1 else ElicitResult(action="decline")

    headers = {"authorization": f"Bearer {new_key('ana')}"}
    given: dict[str, Any] = {"headers": headers, "mode": mode, "elicitation_handler": human}
    async with serve(settings) as server, server.client(**given) as client:
        yes = await call(client, "start_generation", schema=SCHEMA, total_rows=5)
        no = await call(client, "start_generation", schema=SCHEMA, total_rows=5)
    assert yes.structured_content["job_id"]
    assert no.structured_content["status"] == "confirmation_declined"
    assert len(asked) == 2
