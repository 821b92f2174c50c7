"""Thousands of calls that are nearly right, made from our own models: no crash, no internal error, no echo.

What is drawn has the structure of real calls, so that most of it gets past the first check; then one part in a few is
replaced by junk that carries a canary. The canary is never a name of a column or table: those an error may name.
"""

import json
import logging
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import anyio
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastmcp import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st
from mcp.types import TextContent
from pydantic import BaseModel

from synthaix.orchestration.schema.column import Column, Constraints
from synthaix.orchestration.schema.kinds import kinds
from synthaix.orchestration.schema.schema import Table
from synthaix.server.app import build_server
from synthaix.server.settings import Settings

CANARY = "c4n4ry-51e2"
MANY = int(os.environ.get("SYNTHAIX_FUZZ_CALLS", "20000"))  # of the fuzz tier; a test has no environment left
HANG_SECONDS = 30.0  # of one call: a hang is a failure of its own, not a slow machine
NAMES = ["id", "amount", "note", "état", "日付", "a b", "select", "x" * 64, "_", "Amount"]
WORDS = [
    "10 users with name and email", "5k orders, amount between 5 and 900", "patients with admission after discharge",
    "a table", "", " ", "0 rows", "-3 names", "10^9 rows", "name,name,name", "ünïcödé", "1 row of everything",
    "\u202e\u0000", "customers and their orders (about 3 per customer)", "amount up to 500",
    "remove note", "make amount unique",
]  # fmt: skip
NUMBERS = [0, 1, 2, 5, 20, -1, 10**9, 10**30, 0.5, 1.5, -0.0, 1e308, True, "7", "1,000", "ten", "1e3", ""]
PATTERNS = ["[A-Z]{3}-[0-9]{4}", "(a+)+$", "(?=x)y", "\\1", "[", "a{1,100000}", ".*", "", "^$"]
EXPRESSIONS = ["amount * 2", "amount", "id + note", "1 / 0", "__import__('os')", "amount if", "", "upper(note)", "((("]
PLACES = ["rows.id", "users.id", "id", "rows.", ".", "amount.id"]
OPTIONS: dict[str, st.SearchStrategy[Any]] = {  # by field, where the type alone says too little
    "name": st.sampled_from(NAMES),
    "kind": st.sampled_from([*list(kinds())[:40], "person.fullname", ""]),
    "pattern": st.sampled_from(PATTERNS),
    "expression": st.sampled_from(EXPRESSIONS),
    "checks": st.lists(st.sampled_from(EXPRESSIONS), max_size=2),
    "references": st.sampled_from(PLACES),
    "after": st.sampled_from(NAMES),
    "before": st.sampled_from(NAMES),
    "depends_on": st.lists(st.sampled_from(NAMES), max_size=2),
    "unique_together": st.lists(st.lists(st.sampled_from(NAMES), max_size=3), max_size=2),
    "template": st.sampled_from(["{id}-{amount}", "{person.first_name}", "{a|b}", "{", "{}", "{nothing}"]),
    "locale": st.sampled_from(["pt", "de", "en", "xx", ""]),
    "min": st.sampled_from([0, 1, -5, 1.5, "2026-01-01", "09:00", "soon"]),
    "max": st.sampled_from([9, 1, 900, 0.5, "2026-12-31", "2026-06-30T10:00:00Z", "later"]),
    "decimals": st.integers(0, 4),
}
JUNK = st.recursive(
    st.none() | st.booleans() | st.sampled_from([10**30, -1, 1e308, CANARY, f"[{CANARY}", f'{{"{CANARY}": 1}}', ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.just(CANARY), inner, max_size=1),
    max_leaves=4,
)
SHAPES: list[tuple[str, tuple[str, ...]]] = [  # what belongs together in a call
    ("translate_schema", ("prompt",)), ("translate_schema", ("prompt", "context")), ("translate_schema", ("schema",)),
    ("translate_schema", ("schema",)), ("translate_schema", ("base_schema_id", "changes")),
    ("translate_schema", ("base_schema_id", "changes")), ("preview_rows", ("schema_id", "rows")),
    ("preview_rows", ("schema",)), ("start_generation", ("schema_id", "total_rows")),
    ("start_generation", ("schema", "total_rows")), ("check_duplicates", ("rows", "job_id")),
    ("check_duplicates", ("rows", "schema_id")), ("check_duplicates", ("rows", "schema_id", "against")),
    ("fetch_results", ("job_id",)), ("fetch_results", ("job_id", "columns")), ("fetch_results", ("job_id", "format")),
    ("job_status", ("job_id",)), ("cancel_job", ("job_id",)), ("resume_job", ("job_id", "total_rows")),
    ("list_jobs", ()),
]  # fmt: skip
SOURCES = {"prompt", "context", "schema", "base_schema_id", "changes", "schema_id", "job_id"}
Call = tuple[str, dict[str, Any]]


def of(annotation: Any) -> st.SearchStrategy[Any]:
    """Values of a type of our models."""
    origin, inside = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return of(inside[0])
    if origin is Literal:
        return st.sampled_from(inside)
    if origin in (Union, UnionType):
        return st.one_of([of(each) for each in inside if each is not NoneType])
    if origin in (list, tuple):
        return st.lists(of(inside[0]), min_size=1, max_size=3)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return model(annotation)
    simple = {bool: st.booleans(), int: st.integers(-2, 1_000), float: st.sampled_from([0.0, 0.1, 0.9, 1.0, 7.5])}
    return simple.get(annotation, st.sampled_from([*NAMES, "EUR", "2026-01-01"]))


@st.composite
def model(draw: st.DrawFn, kind: type[BaseModel]) -> Any:
    """A part of a schema: what is required, up to three other keys, and now and then junk."""
    fields = kind.model_fields
    optional = [name for name, field in fields.items() if not field.is_required()]
    chosen = draw(st.lists(st.sampled_from(optional), max_size=3, unique=True)) if optional else []
    whole = {
        name: draw(OPTIONS[name] if name in OPTIONS else of(field.annotation))
        for name, field in fields.items()
        if field.is_required() or name in chosen
    }
    return draw(spoilt(whole))


@st.composite
def spoilt(draw: st.DrawFn, whole: dict[str, Any]) -> dict[str, Any]:
    """Mostly the whole; else with junk in place of a part, a part less, or a strange key."""
    match draw(st.sampled_from([""] * 12 + ["junk", "less", "more"])):
        case "junk" if whole:
            return whole | {draw(st.sampled_from(sorted(whole))): draw(JUNK)}
        case "less" if whole:
            gone = draw(st.sampled_from(sorted(whole)))
            return {name: value for name, value in whole.items() if name != gone}
        case "more":
            return whole | {CANARY: draw(JUNK)}
    return whole


@st.composite
def a_schema(draw: st.DrawFn) -> Any:
    """One table in the short form, or several; as an object, or as JSON in a text."""
    if draw(st.integers(0, 4)):
        loose: Any = {"columns": draw(st.lists(model(Column), min_size=1, max_size=4, unique_by=repr))}
    else:
        loose = {"tables": draw(st.lists(model(Table), min_size=1, max_size=3))}
    if draw(st.integers(0, 9)) == 0:
        return json.dumps(loose)
    return draw(spoilt(loose))


@st.composite
def an_edit(draw: st.DrawFn) -> dict[str, Any]:
    """A typed edit."""
    edit: dict[str, Any] = {"op": draw(st.sampled_from(["add", "set", "rename", "remove", "reorder", "move", "op"]))}
    column = st.sampled_from(NAMES) | model(Column)
    more = {
        "column": column, "columns": st.lists(column, max_size=3), "to": column, "table": st.sampled_from(NAMES),
        "before": column, "position": st.integers(-3, 9) | st.just("first"), "rows": st.integers(-1, 9),
        "constraints": model(Constraints), "max": st.sampled_from(NUMBERS), "values": st.lists(column, max_size=3),
    }  # fmt: skip
    for name in draw(st.lists(st.sampled_from(sorted(more)), min_size=1, max_size=3, unique=True)):
        edit[name] = draw(more[name])
    return draw(spoilt(edit))


def calls(known: dict[str, str], parameters: dict[str, dict[str, Any]]) -> st.SearchStrategy[Call]:
    """Calls of every tool, by the parameters that the tools tell."""
    number = st.integers(1, 30) | st.integers(1, 30) | st.sampled_from(NUMBERS)
    cells = st.sampled_from(["EUR", 1.5, 7, None, True, [1], {"a": 1}, "x" * 200])
    row = st.fixed_dictionaries({"amount": cells}, optional={"id": cells, "note": cells})
    rows = st.lists(row, min_size=1, max_size=4) | st.lists(row | JUNK, max_size=3)
    own: dict[str, st.SearchStrategy[Any]] = {
        "prompt": st.sampled_from(WORDS), "context": st.sampled_from(WORDS), "schema": a_schema(),
        "changes": st.sampled_from(WORDS) | st.lists(an_edit(), max_size=2) | an_edit(),
        "base_schema_id": st.sampled_from([known["schema_id"]] * 9 + [CANARY, known["job_id"], ""]),
        "schema_id": st.sampled_from([known["schema_id"]] * 5 + [CANARY, known["schema_id"][:9], ""]),
        "job_id": st.sampled_from([known["job_id"]] * 9 + [CANARY, known["job_id"][:9], known["schema_id"]]),
        "rows": rows, "against": rows, "columns": st.lists(st.sampled_from(NAMES), max_size=3),
        "cursor": st.sampled_from([CANARY, "", "AAAA", "b2Zmc2V0", "9"]), "table": st.sampled_from([*NAMES, "rows"]),
        "confirm_token": st.sampled_from(["yes_" + CANARY, f"go_99999999999_{CANARY}", "go_9_9", ""]),
        "extend": st.just(CANARY), "idempotency_key": st.just(CANARY), "wait_seconds": st.sampled_from([0, 1, -1, 26]),
    }  # fmt: skip

    @st.composite
    def one(draw: st.DrawFn) -> Call:
        tool, shape = draw(st.sampled_from(SHAPES))
        about = parameters[tool]
        more = sorted({*about["properties"]} - SOURCES)
        strange = draw(st.lists(st.sampled_from(more), max_size=2)) if more and draw(st.integers(0, 2)) == 0 else []
        chosen = {*shape, *strange}
        arguments = {}
        for name in sorted(chosen):
            stated = about["properties"][name]
            others = st.sampled_from(stated["enum"]) if "enum" in stated else number
            arguments[name] = draw(number if (tool, name) == ("preview_rows", "rows") else own.get(name, others))
        return draw(st.sampled_from([tool] * 30 + [CANARY, tool.upper()])), draw(spoilt(arguments))

    return one()


Ask = Callable[[Call], Awaitable[dict[str, Any]]]


@contextmanager
def served(of_server: Settings) -> Iterator[tuple[BlockingPortal, Client[Any]]]:
    """A server and its client in a loop of their own, so that drawing and calling can take turns."""
    fastmcp = logging.getLogger("fastmcp")
    fastmcp.setLevel(logging.CRITICAL)  # its tracebacks of refused calls take longer to draw than the calls
    connecting: Client[Any] = Client(build_server(of_server))
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(connecting) as client:
        yield portal, client
    fastmcp.setLevel(logging.NOTSET)


async def answered(client: Client[Any], call: Call) -> dict[str, Any]:
    """The fields of the answer, which is the contract's: never an internal fault, never what was sent."""
    with anyio.fail_after(HANG_SECONDS):
        result = await client.call_tool(*call, raise_on_error=False)
    fields = result.structured_content
    assert fields is not None
    if result.is_error:
        assert {"code", "message"} <= fields.keys(), call
        assert fields["code"] != "internal_fault", call
        text = "".join(block.text for block in result.content if isinstance(block, TextContent))
        assert CANARY not in text + json.dumps(fields), (call, fields)
    return fields


async def known_ids(client: Client[Any]) -> dict[str, str]:
    """A schema and a finished job, to make mistakes about."""
    types = {"id": "uuid", "amount": "decimal", "note": "string"}
    columns = [{"name": name, "type": type} for name, type in types.items()]
    asked = await answered(client, ("start_generation", {"schema": {"columns": columns}, "total_rows": 30}))
    job_id = (await answered(client, ("start_generation", asked["next"]["arguments"])))["job_id"]
    status = {"status": "pending"}
    while status["status"] != "completed":
        status = await answered(client, ("job_status", {"job_id": job_id, "wait_seconds": 25}))
    return {"job_id": job_id, "schema_id": asked["schema_id"]}


async def told_parameters(client: Client[Any]) -> dict[str, dict[str, Any]]:
    """What the tools say about their arguments."""
    return {tool.name: tool.input_schema for tool in await client.list_tools()}


def hold_against(of_server: Settings, many: int) -> None:
    """Make so many calls."""
    with served(of_server) as (portal, client):
        strategy = calls(portal.call(known_ids, client), portal.call(told_parameters, client))

        @effort(max_examples=many // 4, suppress_health_check=list(HealthCheck), database=None)
        @given(st.lists(strategy, min_size=4, max_size=4))
        def hold(drawn: list[Call]) -> None:
            for call in drawn:
                portal.call(answered, client, call)

        hold()
        assert portal.call(answered, client, ("list_jobs", {}))["jobs"]


@pytest.mark.timeout(300)  # seconds on a busy machine
def test_nearly_right_calls_are_answered(settings: Settings) -> None:
    """Two thousand of them."""
    hold_against(settings, 2_000)


@pytest.mark.fuzz
@pytest.mark.timeout(max(3_600, MANY // 5))
def test_very_many_nearly_right_calls_are_answered(settings: Settings) -> None:
    """Twenty thousand, or as many as SYNTHAIX_FUZZ_CALLS says."""
    hold_against(settings, MANY)
