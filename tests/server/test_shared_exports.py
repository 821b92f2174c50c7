"""Files of jobs at one address for all servers: each serves what another made."""

import hashlib
import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fsspec.implementations.memory import MemoryFileSystem
from typer.testing import Result

from synthaix.server.settings import Settings

SCHEMA = {"columns": [{"name": "id", "type": "uuid"}, {"name": "amount", "type": "integer"}]}
DONE, NOT_DONE, USAGE = 0, 1, 2


@pytest.fixture
def address() -> str:
    """A folder that nobody else uses."""
    return f"memory://{uuid.uuid4().hex}"


@pytest.fixture
def in_cloud(settings: Settings, address: str) -> Settings:
    """Settings with files at an address, under which jobs start at once."""
    return settings.model_copy(update={"confirm": "off", "exports": address})


def kept(address: str) -> dict[str, Any]:
    """What is there, and since when."""
    driver = MemoryFileSystem()
    return {path.rpartition("/")[2]: driver.modified(path) for path in driver.find(address)}


def bearer(key: str) -> dict[str, str]:
    """The header that brings a key."""
    return {"authorization": f"Bearer {key}"}


async def test_a_server_serves_what_another_made(in_cloud: Settings, serve: Any, new_key: Any, address: str) -> None:
    """Whole, in parts, and without making it again; the address of the files is not told."""
    key = bearer(new_key("ana"))
    async with serve(in_cloud) as first, first.client(headers=key) as client:
        made = await client.call_tool("start_generation", {"schema": SCHEMA, "total_rows": 30})
        job_id = made.structured_content["job_id"]
        status: Any = None
        while status != "completed":
            asked = {"job_id": job_id, "wait_seconds": 25}
            status = (await client.call_tool("job_status", asked)).structured_content["status"]
        fields = (await client.call_tool("fetch_results", {"job_id": job_id, "format": "csv"})).structured_content
    before = kept(address)
    assert list(before) == [f"{job_id}.rows.csv"]
    assert not list((in_cloud.home / "exports" / job_id).iterdir())
    assert address not in str(fields)
    async with serve(in_cloud) as second, second.http_client() as http:
        whole = await http.get(fields["uri"])
        tag = whole.headers["etag"]
        part = await http.get(fields["uri"], headers={"range": "bytes=10-19", "if-range": tag})
        tail = await http.get(fields["uri"], headers={"range": "bytes=-5"})
        other = await http.get(fields["uri"], headers={"range": "bytes=10-", "if-range": '"another"'})
        beyond = await http.get(fields["uri"], headers={"range": "bytes=999999-"})
        head = await http.head(fields["uri"])
    assert kept(address) == before
    assert hashlib.sha256(whole.content).hexdigest() == fields["sha256"]
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(whole.content)}"
    assert (tail.status_code, tail.content) == (206, whole.content[-5:])
    assert (other.status_code, other.content) == (200, whole.content)
    assert beyond.status_code == 416
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(whole.content)))
    assert whole.headers["content-disposition"] == f'attachment; filename="{job_id}.rows.csv"'


async def test_a_folder_may_be_known_by_several_paths(settings: Settings, tmp_path: Path) -> None:
    """Two machines mount it in different places; the file is found, not made again."""
    from synthaix.orchestration.engine import Engine
    from synthaix.orchestration.jobs.order import Order

    (tmp_path / "shared").mkdir()
    (tmp_path / "mounted").symlink_to(tmp_path / "shared")
    one, other = (
        Engine(settings.model_copy(update={"exports": str(tmp_path / name)}).config()) for name in ("shared", "mounted")
    )
    await one.open()
    job = await one.start(Order(20, schema=SCHEMA), owner="local", confirmed=True)
    while job.status != "completed":
        job = await one.status(job.job_id, owner="local", wait_seconds=5)
    first = (await one.export(job.job_id, owner="local", format="csv", wait_seconds=25)).path
    assert first is not None
    made_at = first.stat().st_mtime_ns
    await one.aclose()
    await other.open()
    second = (await other.export(job.job_id, owner="local", format="csv", wait_seconds=25)).path
    await other.aclose()
    assert second is not None
    assert [path.parent.parent.name for path in (first, second)] == ["shared", "mounted"]
    assert second.stat().st_mtime_ns == made_at


@pytest.fixture
def schema(tmp_path: Path) -> None:
    """A ready schema in the folder of the command."""
    (tmp_path / "schema.json").write_text(json.dumps(SCHEMA))


@pytest.mark.usefixtures("schema")
def test_files_go_to_an_address(run: Callable[..., Result], bare_environment: Any, address: str) -> None:
    """By generate and by jobs export; with the job's own files at one, too; they go when the job is deleted."""
    bare_environment.setenv("SYNTHAIX_EXPORTS", f"{address}/kept")
    result = run("generate", "--schema", "schema.json", "--rows", "20", "--yes", "--json", "--out", f"{address}/a.csv")
    assert result.exit_code == DONE, result.output
    made = json.loads(result.stdout)
    assert made["files"][0]["path"] == f"{address}/a.csv"
    again = run("jobs", "export", made["job_id"], "--quiet", "--format", "jsonl", "--out", f"{address}/folder/")
    assert again.stdout.split() == [f"{address}/folder/rows.jsonl"]
    driver = MemoryFileSystem()
    assert hashlib.sha256(driver.cat_file(f"{address}/a.csv")).hexdigest() == made["files"][0]["sha256"]
    assert len(kept(f"{address}/kept")) == 2
    run("jobs", "rm", made["job_id"], "--yes")
    assert sorted(kept(address)) == ["a.csv", "rows.jsonl"]


@pytest.mark.usefixtures("schema")
def test_a_missing_driver_is_named_before_any_work(run: Callable[..., Result]) -> None:
    """With the package to install; nothing was made."""
    result = run("generate", "--schema", "schema.json", "--rows", "20", "--yes", "--json", "--out", "sftp://h/a.csv")
    told = json.loads(result.stdout)["error"]
    assert result.exit_code == USAGE
    assert (told["field"], told["suggestion"]) == ("--out", "pip install paramiko")
    assert json.loads(run("jobs", "list", "--json").stdout)["jobs"] == []


def test_the_doctor_tries_where_files_are_kept(run: Callable[..., Result], bare_environment: Any, address: str) -> None:
    """Good, or what is missing."""
    for place, status, said in ((address, DONE, address), ("sftp://h/files", NOT_DONE, "pip install paramiko")):
        bare_environment.setenv("SYNTHAIX_EXPORTS", place)
        result = run("doctor", "--json")
        assert result.exit_code == status, result.output
        found = {each["what"]: each for each in json.loads(result.stdout)["findings"]}
        assert said in found["files of jobs"]["said"]
