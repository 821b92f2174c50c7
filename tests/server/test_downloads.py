"""Files over HTTP: at the owner's address, for a while, whole or in parts; any other address is not there."""

import hashlib
import time
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest

from synthaix.orchestration.results.addresses import Address, mark_of
from synthaix.orchestration.store.store import Store
from synthaix.server.settings import Settings

SCHEMA = {"columns": [{"name": "id", "type": "uuid"}, {"name": "amount", "type": "integer"}]}


def bearer(key: str) -> dict[str, str]:
    """The header that brings a key."""
    return {"authorization": f"Bearer {key}"}


async def finished(client: Any, rows: int = 30) -> str:
    """A job that has its rows."""
    made = await client.call_tool("start_generation", {"schema": SCHEMA, "total_rows": rows})
    job_id: str = made.structured_content["job_id"]
    while (await client.call_tool("job_status", {"job_id": job_id, "wait_seconds": 25})).structured_content[
        "status"
    ] != "completed":
        pass
    return job_id


@pytest.fixture
def unasked(settings: Settings) -> Settings:
    """Settings under which jobs start at once."""
    return settings.model_copy(update={"confirm": "off"})


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_the_owner_fetches_a_file(unasked: Settings, serve: Any, new_key: Any, mode: str) -> None:
    """With the address alone, as a browser does; the reply has no path of the server's."""
    key = new_key("ana@example.com")
    async with serve(unasked) as server, server.http_client() as http:
        async with server.client(headers=bearer(key), mode=mode) as client:
            job_id = await finished(client)
            fields = (await client.call_tool("fetch_results", {"job_id": job_id, "format": "csv"})).structured_content
            status = (await client.call_tool("job_status", {"job_id": job_id})).structured_content
        answer = await http.get(fields["uri"])
        same = await http.get(status["results"]["download_url"])
    assert fields["uri"].startswith("http://127.0.0.1/downloads/")
    assert "path" not in fields
    assert str(unasked.home) not in str(fields) + str(status)
    assert "example.com" not in fields["uri"]
    assert (answer.status_code, same.content) == (200, answer.content)
    assert hashlib.sha256(answer.content).hexdigest() == fields["sha256"]
    assert len(answer.content) == fields["bytes"]
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"] == f'attachment; filename="{job_id}.rows.csv"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "private, no-store"


async def test_a_file_comes_in_parts(unasked: Settings, serve: Any, new_key: Any) -> None:
    """A download that broke off goes on, unless the file is another by now."""
    async with serve(unasked) as server, server.http_client() as http:
        async with server.client(headers=bearer(new_key("ana"))) as client:
            job_id = await finished(client)
            arguments = {"job_id": job_id, "format": "jsonl", "columns": ["amount"]}
            uri = (await client.call_tool("fetch_results", arguments)).structured_content["uri"]
        whole = await http.get(uri)
        tag = whole.headers["etag"]
        part = await http.get(uri, headers={"range": "bytes=10-19"})
        rest = await http.get(uri, headers={"range": "bytes=10-", "if-range": tag})
        other = await http.get(uri, headers={"range": "bytes=10-", "if-range": '"another"'})
        beyond = await http.get(uri, headers={"range": "bytes=999999-"})
        head = await http.head(uri)
    assert b"id" not in whole.content
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    assert (rest.status_code, rest.content) == (206, whole.content[10:])
    assert (other.status_code, other.content) == (200, whole.content)
    assert beyond.status_code == 416
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(whole.content)))


async def test_other_addresses_are_not_there(unasked: Settings, serve: Any, new_key: Any) -> None:
    """Changed, ended, another owner's, of a job that is gone, or asked for by somebody else: one answer for all."""
    ana, ben = new_key("ana"), new_key("ben")
    async with serve(unasked) as server, server.http_client() as http:
        async with server.client(headers=bearer(ana)) as client:
            job_id = await finished(client)
            uri = (await client.call_tool("fetch_results", {"job_id": job_id, "format": "csv"})).structured_content[
                "uri"
            ]
        store = Store(unasked.home / "synthaix.db", clock=time.time)
        try:
            key = await store.secret("addresses")
        finally:
            await store.close()
        good = Address(mark_of("key:ana"), job_id, "rows", "csv", None, int(time.time()) + 60)
        false = (
            replace(good, until=int(time.time()) - 1), replace(good, owner_mark=mark_of("key:ben")),
            replace(good, job="job_" + "0" * 32),
        )  # fmt: skip
        base = uri.rpartition("/")[0]
        paths = [f"{base}/{each.encode(key)}" for each in false]
        paths += [uri[:-2] + "AA", uri + "x", f"{base}/x", f"{base}/%00", f"{base}/Ã¤"]
        answers = [await http.get(path) for path in paths] + [await http.get(uri, headers=bearer(ben))]
        fine = [await http.get(f"{base}/{good.encode(key)}"), await http.get(uri, headers=bearer(ana))]
        posted, up = await http.post(uri), await http.get(f"{base}/..%2f..%2fsynthaix.db")
    assert [answer.status_code for answer in fine] == [200, 200]
    assert {(answer.status_code, answer.text) for answer in answers} == {(404, answers[0].text)}
    assert answers[0].json()["code"] == "address_not_found"
    assert answers[0].json()["next_tool"] == "fetch_results"
    assert (posted.status_code, up.status_code) == (405, 404)


async def test_a_foreign_host_gets_no_file(unasked: Settings, serve: Any) -> None:
    """The guard stands before the files too."""
    async with serve(unasked) as server, server.http_client() as http:
        for headers, status in (({"host": "evil.example.com"}, 421), ({"origin": "https://evil.example.com"}, 403)):
            assert (await http.get("/downloads/x", headers=headers)).status_code == status


async def test_the_public_address_is_told(unasked: Settings, serve: Any) -> None:
    """Behind a proxy the request's own name is of no use to the user."""
    public = unasked.model_copy(update={"public_url": "https://data.example.com/synth"})
    async with serve(public) as server, server.client() as client:
        job_id = await finished(client, 5)
        answer = await client.call_tool("fetch_results", {"job_id": job_id, "format": "csv"})
    uri = answer.structured_content["uri"]
    assert urlsplit(uri).netloc == "data.example.com"
    assert urlsplit(uri).path.startswith("/synth/downloads/")
    assert uri in answer.content[0].text
