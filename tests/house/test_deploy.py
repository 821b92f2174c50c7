"""The deployment files name only settings and commands that exist."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from synthaix.server.commands import app
from synthaix.server.settings import Settings, variable

DEPLOY = Path(__file__).parents[2] / "deploy"
FILES = ("Dockerfile", "compose.yaml", "kubernetes/synthaix.yaml")


@pytest.mark.parametrize("name", FILES)
def test_every_setting_exists(name: str) -> None:
    """A misspelt one would be silently without effect."""
    named = set(re.findall(r"\bSYNTHAIX_[A-Z_]+", (DEPLOY / name).read_text("utf-8")))
    assert named
    assert named <= {variable(field) for field in Settings.model_fields}


def test_nothing_is_let_in_that_should_stay_out() -> None:
    """A server that others reach has keys first; figures are for operators; no paid request is sent twice."""
    compose, ingress, nginx = ((DEPLOY / name).read_text("utf-8") for name in (*FILES[1:], "nginx.conf"))
    assert "run --rm --no-deps server synthaix keys new" in compose
    assert "--requirepass" in compose
    assert not re.search(r"path: /(metrics|readyz)?, pathType", ingress)
    assert {"location = /metrics", "location = /readyz"} <= set(re.findall(r"location = /\w+", nginx))
    assert "non_idempotent" not in nginx


@pytest.mark.parametrize("name", FILES)
def test_every_command_exists(name: str) -> None:
    """With its options, as `--help` lists them."""
    text = (DEPLOY / name).read_text("utf-8")
    listed = re.findall(r"(?:command|args|CMD):? \[\"?synthaix\"?, ([^\]]+)\]", text)
    commands = [re.findall(r"[\w-]+", words) for words in listed]
    assert commands
    for command, *options in commands:
        told = CliRunner().invoke(app, [command, "--help"])
        assert told.exit_code == 0, command
        assert all(option in told.stdout for option in options), (command, options)
