"""The ways to get the server: the bundle of Claude Desktop, the entry of the MCP registry, `fastmcp run`."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastmcp import Client
from fastmcp.client.transports import StdioTransport

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.conformance, pytest.mark.timeout(900)]
Run = Callable[..., "subprocess.CompletedProcess[str]"]
# What a host makes of the manifest when its user has set nothing, by the bundle tool's own rules.
HOSTS_COMMAND = """
import { getMcpConfigForManifest } from "%s";
import { readFileSync } from "node:fs";
const [folder, home] = process.argv.slice(2);
const manifest = JSON.parse(readFileSync(`${folder}/manifest.json`, "utf8"));
const options = { manifest, extensionPath: folder, systemDirs: { HOME: home }, userConfig: {}, pathSeparator: "/" };
console.log(JSON.stringify(await getMcpConfigForManifest(options)));
"""


@pytest.fixture(scope="module")
def bundle(npm: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that a host unpacks, after the official tool has validated and packed it."""
    folder = tmp_path_factory.mktemp("bundle")
    subprocess.run([sys.executable, ROOT / "deploy" / "bundle.py", folder / "made"], check=True)
    packed, unpacked = folder / "synthaix.mcpb", folder / "unpacked"
    for command in (
        ("validate", folder / "made" / "manifest.json"), ("pack", folder / "made", packed), ("unpack", packed, unpacked)
    ):  # fmt: skip
        ended = npm("mcpb", *map(str, command))
        assert ended.returncode == 0, ended.stdout[-4_000:] + ended.stderr[-4_000:]
    return unpacked


@pytest.fixture
def command(bundle: Path, node: Path, tmp_path: Path) -> Any:
    """The command and environment with which a host starts the bundle of a user who has set nothing."""
    tool = Path(sys.prefix) / "conformance" / "node_modules" / "@anthropic-ai" / "mcpb"
    script = tmp_path / "command.mjs"
    script.write_text(HOSTS_COMMAND % (tool / "dist" / "shared" / "config.js"), "utf-8")
    asked = [node / "bin" / "node", script, bundle, tmp_path]
    return json.loads(subprocess.run(asked, check=True, capture_output=True, text=True).stdout)


async def test_the_bundle_serves_a_user_who_has_set_nothing(command: Any, tmp_path: Path) -> None:
    """uv installs it and runs it, and a request becomes a schema without any key."""
    assert "user_config" not in json.dumps(command["env"])
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("SYNTHAIX_", "OPENAI_"))}
    environment = ours | command["env"] | {"SYNTHAIX_HOME": str(tmp_path)}
    transport = StdioTransport(command["command"], command["args"], env=environment)
    async with Client(transport, init_timeout=600, timeout=60) as client:
        assert len(await client.list_tools()) == 9
        proposed = await client.call_tool("translate_schema", {"prompt": "20 customers with name and email"})
    assert proposed.structured_content is not None
    assert proposed.structured_content["inferred_count"] == 20


def test_the_registry_entry_conforms(uv: str, tmp_path: Path) -> None:
    """A linter that ships the registry's released schemas finds nothing."""
    for name in ("server.json", "pyproject.toml", "README.md"):
        shutil.copyfile(ROOT / name, tmp_path / name)
    command = [uv, "tool", "run", "--from", "skillsaw==0.22.0", "skillsaw", "lint", "--strict", "--format", "json", "."]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300)
    assert ended.returncode == 0, ended.stdout[-4_000:]


def test_fastmcp_runs_the_folder(tmp_path: Path) -> None:
    """`fastmcp inspect` finds the nine tools by fastmcp.json alone."""
    command = [sys.executable, "-m", "fastmcp.cli", "inspect", "--skip-env", "--format", "mcp", "fastmcp.json"]
    environment = os.environ | {"SYNTHAIX_HOME": str(tmp_path)}
    ended = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr[-4_000:]
    assert len(json.loads(ended.stdout[ended.stdout.index("{") :])["tools"]) == 9
