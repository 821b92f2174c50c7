"""Write what hosts and directories read about the server, from the code and pyproject.toml that it describes.

    uv run python deploy/write_manifests.py            # write
    uv run python deploy/write_manifests.py --check    # exit 1 when one is not current

server.json is for the MCP registry, fastmcp.json for `fastmcp run`, deploy/mcpb/manifest.json for the bundle that
Claude Desktop installs (`just bundle`).
"""

import asyncio
import sys
import tomllib
from pathlib import Path
from typing import Any

import orjson

from synthaix.server.app import build_server
from synthaix.server.settings import Settings, variable

ROOT = Path(__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
HOME = "https://github.com/synthaix/synthaix"
SUMMARY = "Typed synthetic data from a sentence: exactly N valid, distinct rows, never above the cap."
# What one person on one machine sets. The rest is for operators, in README's table.
ASKED = ("openai_api_key", "gemini_api_key", "base_url", "model", "max_cost_usd")
TITLES = {
    "openai_api_key": "OpenAI key", "gemini_api_key": "Gemini key", "base_url": "Model endpoint",
    "model": "Model", "max_cost_usd": "Most a job may cost (USD)",
}  # fmt: skip


def registry_entry() -> dict[str, Any]:
    """The entry of the MCP registry, schema of 2025-12-11."""
    return {
        "$schema": "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
        "name": "io.github.synthaix/synthaix",
        "title": "SynthAIx",
        "description": SUMMARY,
        "repository": {"url": HOME, "source": "github"},
        "version": PROJECT["version"],
        "packages": [
            {
                "registryType": "pypi",
                "identifier": PROJECT["name"],
                "version": PROJECT["version"],
                "runtimeHint": "uvx",
                "transport": {"type": "stdio"},
                "environmentVariables": [_variable(name) for name in ASKED],
            }
        ],
    }


def bundle_manifest() -> dict[str, Any]:
    """The manifest of the MCPB bundle: uv runs it, so that no Python needs to be there."""
    return {
        "manifest_version": "0.4",
        "name": PROJECT["name"],
        "display_name": "SynthAIx",
        "version": PROJECT["version"],
        "description": SUMMARY,
        "long_description": PROJECT["description"],
        "author": {"name": "SynthAIx", "url": HOME},
        "repository": {"type": "git", "url": f"{HOME}.git"},
        "homepage": HOME,
        "server": {
            "type": "uv",
            "entry_point": "server/synthaix/server/__main__.py",
            "mcp_config": {
                "command": "uv",
                "args": ["run", "--directory", "${__dirname}", "--no-dev", "synthaix"],
                "env": {variable(name): f"${{user_config.{name}}}" for name in ASKED},
            },
        },
        "tools": asyncio.run(_tools()),
        "prompts_generated": True,
        "keywords": PROJECT["keywords"],
        "license": PROJECT["license"],
        "compatibility": {"runtimes": {"python": PROJECT["requires-python"]}},
        "user_config": {name: _option(name) for name in ASKED},
    }


def fastmcp_config() -> dict[str, Any]:
    """What `fastmcp run` and `fastmcp inspect` read in this folder."""
    return {
        "$schema": "https://gofastmcp.com/public/schemas/fastmcp.json/v1.json",
        "source": {
            "path": "server/synthaix/server/serving.py",
            "entrypoint": "synthaix.server.serving:configured_server",
        },
        "environment": {"python": PROJECT["requires-python"], "editable": ["."]},
        "deployment": {"transport": "stdio"},
    }


def _is_secret(name: str) -> bool:
    return name.endswith("_key")


def _variable(name: str) -> dict[str, Any]:
    field = Settings.model_fields[name]
    secret = {"isSecret": True} if _is_secret(name) else {}
    default = {} if field.default is None else {"default": str(field.default)}
    return {"name": variable(name), "description": field.description, **secret, **default}


def _option(name: str) -> dict[str, Any]:
    """A field of the host's form. Each has a default: a host passes on the bare `${user_config...}` of one without."""
    field = Settings.model_fields[name]
    number = isinstance(field.default, float)
    return {
        "type": "number" if number else "string",
        "title": TITLES[name],
        "description": field.description,
        "required": False,
        "default": field.default if number else "",
        **({"sensitive": True} if _is_secret(name) else {}),
    }


async def _tools() -> list[dict[str, str]]:
    tools = await build_server(Settings()).list_tools()
    return [{"name": tool.name, "description": (tool.description or "").strip().splitlines()[0]} for tool in tools]


WRITTEN = {"server.json": registry_entry, "fastmcp.json": fastmcp_config, "deploy/mcpb/manifest.json": bundle_manifest}


def main() -> int:
    """Write, or compare."""
    stale = []
    for name, made in WRITTEN.items():
        path = ROOT / name
        current = orjson.dumps(made(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        if path.exists() and path.read_bytes() == current:
            continue
        stale.append(name)
        if "--check" not in sys.argv:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(current)
    if "--check" in sys.argv and stale:
        sys.stderr.write(f"not current: {', '.join(stale)}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
