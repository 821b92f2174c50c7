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
