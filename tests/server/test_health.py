"""How a server over HTTP fares: alive, ready, and what it has done."""

import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest
from fastmcp.utilities.tests import ASGIServer
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr
from tests.doubles.writing import REVIEWS

from synthaix.orchestration.jobs import standing
from synthaix.server.health import LEAST_FREE_BYTES
from synthaix.server.http import asgi_app
from synthaix.server.settings import Settings

BASE = "http://127.0.0.1:8365"


@asynccontextmanager
async def asked(settings: Settings) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of the whole stack, without a port."""
    app = asgi_app(settings)
    transport = httpx2.ASGITransport(app=app)
    async with app.router.lifespan_context(app), httpx2.AsyncClient(transport=transport, base_url=BASE) as http:
        yield http


def read(text: str) -> dict[str, float]:
    """Samples by name and labels, as Prometheus reads them; its parser refuses what breaks its rules."""
    return {
        sample.name + "".join(f",{key}={value}" for key, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_a_fresh_server_is_alive_and_ready(settings: Settings) -> None:
    """Each check by its name; there is no model to be down."""
    async with asked(settings) as http:
        alive, ready = await http.get("/healthz"), await http.get("/readyz")
    assert (alive.status_code, alive.json()) == (200, {"status": "ok"})
    assert (ready.status_code, ready.json()) == (
        200, {"ready": True, "checks": {"store": "ok", "vectors": "ok", "disk": "ok", "provider": "none"}}
    )  # fmt: skip


async def test_without_a_store_the_server_is_alive_and_not_ready(settings: Settings) -> None:
    """503 names what is missing; the counters are still there."""
    settings.home.mkdir()
    (settings.home / "synthaix.db").write_bytes(b"no database at all" * 100)
    async with asked(settings) as http:
        ready, metrics = await http.get("/readyz"), await http.get("/metrics")
        assert (await http.get("/healthz")).status_code == 200
    assert (ready.status_code, ready.json()["checks"]["store"]) == (503, "store_unreachable")
    assert metrics.status_code == 200


async def test_a_full_disk_is_not_ready(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Below half a gigabyte."""

    def disk_usage(path: Path) -> Any:
        return SimpleNamespace(free=LEAST_FREE_BYTES - 1)

    monkeypatch.setattr(standing, "shutil", SimpleNamespace(disk_usage=disk_usage))
    async with asked(settings) as http:
        ready = await http.get("/readyz")
    assert (ready.status_code, ready.json()["checks"]["disk"]) == (503, "full")


async def test_room_that_cannot_be_measured_is_no_full_disk(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither to who asks whether the server is ready nor to Prometheus, where 0 would be an alarm."""

    def disk_usage(path: Path) -> Any:
        raise OSError

    async with asked(settings) as http:
        known = read((await http.get("/metrics")).text)["synthaix_disk_free_bytes"]
    monkeypatch.setattr(standing, "shutil", SimpleNamespace(disk_usage=disk_usage))
    async with asked(settings) as http:
        ready, metrics = await http.get("/readyz"), await http.get("/metrics")
    assert known > 0
    assert ready.status_code == 200
    assert math.isnan(read(metrics.text)["synthaix_disk_free_bytes"])


async def test_counters_follow_a_written_job(settings: Settings, fake_provider: Any) -> None:
    """Rows, calls, tokens and dollars are those of the job; no label tells whose they are."""
    given = {"provider": "openai", "model": "fake-model", "base_url": fake_provider.base_url, "confirm": "off",
             "openai_api_key": SecretStr("secret-key")}  # fmt: skip
    app = asgi_app(settings.model_copy(update=given))
    transport = httpx2.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        ASGIServer(url=f"{BASE}/mcp", app=app, transport_type="http").client() as client,
        httpx2.AsyncClient(transport=transport, base_url=BASE) as http,
    ):
        job = await client.call_tool("start_generation", {"schema": REVIEWS, "total_rows": 40, "chunk_size": 20})
        view = {"job_id": job.structured_content["job_id"], "status": "pending"}
        while view["status"] in ("pending", "processing"):
            asked_for = {"job_id": view["job_id"], "wait_seconds": 20}
            view = (await client.call_tool("job_status", asked_for)).structured_content
        assert view["status"] == "completed"
        await client.call_tool("fetch_results", {"job_id": view["job_id"], "format": "csv", "export": True})
        text = (await http.get("/metrics")).text
    counted = read(text)
    assert counted["synthaix_rows_committed_total"] == 40
    assert counted["synthaix_calls_total,outcome=ok"] == view["cost"]["calls"]
    assert counted["synthaix_tokens_total,direction=output"] == view["cost"]["output_tokens"]
    assert counted["synthaix_spent_dollars_total"] == pytest.approx(view["cost"]["spent_usd"], abs=1e-6)
    assert counted["synthaix_chunk_seconds_count"] >= 2
    assert counted["synthaix_job_runs_total,status=completed"] == 1
    assert counted["synthaix_exports_total,outcome=ok"] == 1
    assert counted["synthaix_queue_depth"] == counted["synthaix_workers_busy,work=call"] == 0
    for secret in (view["job_id"], "local", "review", "secret-key", "fake-model"):
        assert secret not in text


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
async def test_foreign_hosts_learn_nothing(settings: Settings, path: str) -> None:
    """The same guard stands before these as before the tools."""
    async with asked(settings) as http:
        assert (await http.get(path, headers={"host": "evil.example.com"})).status_code == 421
        assert (await http.get(path, headers={"origin": "https://evil.example.com"})).status_code == 403
