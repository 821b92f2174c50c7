"""What others' tools say of the server: the official suite, the inspector, jbt-mcpcheck, mcp-fuzzer."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.conformance, pytest.mark.timeout(900)]
Run = Callable[..., "subprocess.CompletedProcess[str]"]
NEWER, OLDER = "2026-07-28", "2025-11-25"
APPLICABLE = {  # scenarios that need no component of the suite's own
    NEWER: [
        "completion-complete", "tools-list", "tools-call-error", "resources-list", "prompts-list",
        "server-sse-multiple-streams", "dns-rebinding-protection", "caching", "http-header-validation",
        "sep-2164-resource-not-found", "input-required-result-unsupported-methods",
        "input-required-result-validate-input", "input-required-result-missing-input-response",
        "input-required-result-ignore-extra-params",
    ],
    OLDER: [
        "server-initialize", "server-session-lifecycle", "ping", "logging-set-level", "completion-complete",
        "tools-list", "tools-call-error", "resources-list", "prompts-list", "server-sse-multiple-streams",
        "dns-rebinding-protection",
    ],
}  # fmt: skip


BEYOND_THE_FRAMEWORK: dict[str, list[str]] = {NEWER: [], OLDER: ["resources-subscribe", "resources-unsubscribe"]}


@pytest.mark.parametrize("version", [NEWER, OLDER])
def test_every_required_scenario_passes_behind_our_middleware(
    npm: Run, components_address: str, tmp_path: Path, version: str
) -> None:
    """All that a revision requires, but for what fastmcp 4.1 does not offer."""
    expected = "".join(f"  - {each}\n" for each in BEYOND_THE_FRAMEWORK[version])
    (tmp_path / "expected.yml").write_text(f"server:\n{expected}" if expected else "server: []\n")
    which = ("--requirements", version, "--expected-failures", "expected.yml")
    ended = npm("conformance", "server", "--url", components_address, *which, cwd=tmp_path)
    assert ended.returncode == 0, ended.stdout[-6_000:]


@pytest.mark.parametrize(
    ("version", "scenario"), [(version, each) for version, scenarios in APPLICABLE.items() for each in scenarios]
)
def test_the_official_suite_passes(npm: Run, address: str, tmp_path: Path, version: str, scenario: str) -> None:
    """Every scenario that applies to this server, in both eras."""
    which = ("--scenario", scenario, "--spec-version", version)
    ended = npm("conformance", "server", "--url", address, *which, cwd=tmp_path)
    assert ended.returncode == 0, ended.stdout[-4_000:]


@pytest.mark.parametrize("era", ["legacy", "modern"])
def test_the_definitions_are_portable(npm: Run, address: str, era: str) -> None:
    """The inspector finds no schema that some host cannot read; over HTTP, in both eras."""
    ended = npm(
        "mcp-inspector", "--cli", "--server-url", address, "--transport", "http", "--protocol-era", era,
        "--method", "tools/list", "--strict", "--format", "json",
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr[-4_000:]
    assert len(json.loads(ended.stdout)["result"]["tools"]) == 9


def test_the_inspector_starts_the_server(npm: Run, tmp_path: Path) -> None:
    """Over stdio."""
    ended = npm(
        "mcp-inspector", "--cli", sys.executable, "-m", "synthaix.server", "--method", "tools/list", "--strict",
        "--format", "json", cwd=tmp_path,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr[-4_000:]


def test_mcpcheck_finds_nothing(uv: str, address: str) -> None:
    """All its checks pass; it warns of one thing, that the framework advertises logging."""
    ended = subprocess.run(
        [uv, "tool", "run", "--from", "jbt-mcpcheck==0.1.1", "jbt-mcpcheck", address, "--no-color", "--json"],
        capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    report: dict[str, Any] = json.loads(ended.stdout)
    assert (ended.returncode, report["summary"]["failed"], report["summary"]["errored"]) == (0, 0, 0)
    warned = [warning["code"] for check in report["checks"] for warning in check["warnings"]]
    assert warned == ["discover.logging_deprecated"]


def test_mcp_fuzzer_breaks_nothing(uv: str, tmp_path: Path) -> None:
    """Its attacks on every tool, over stdio, are refused: no crash, no broken answer, nothing that hangs.

    What it calls accepted although malformed may be well-formed by chance where every argument is optional.
    """
    quiet = {"SYNTHAIX_HOME": str(tmp_path / "home"), "SYNTHAIX_EMBEDDER": "hash", "SYNTHAIX_LOG_LEVEL": "error"}
    ended = subprocess.run(
        [uv, "tool", "run", "--from", "mcp-fuzzer==0.7.0", "mcp-fuzzer", "--mode", "tools", "--phase", "both",
         "--protocol", "stdio", "--endpoint", f"{sys.executable} -m synthaix.server", "--runs", "20", "--seed", "1",
         "--no-network", "--no-corpus", "--fs-root", str(tmp_path / "sandbox"), "--output-dir", str(tmp_path / "out"),
         "--timeout", "60", "--tool-timeout", "60"],
        capture_output=True, text=True, timeout=600, check=False, cwd=tmp_path, env=os.environ | quiet,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout[-4_000:]
    told = json.loads((tmp_path / "out" / "run_summary.json").read_text())["tools"]["by_name"]
    assert len(told) == 9
    for tool, runs in told.items():
        outcomes = runs["outcomes"]
        assert outcomes["anomaly"] == outcomes["crashed"] == outcomes["exceptions"] == 0, (tool, outcomes)
        assert outcomes["accepted_malformed"] == 0 or tool == "list_jobs", (tool, outcomes)
        assert outcomes["server_rejected"] > 0, (tool, outcomes)
