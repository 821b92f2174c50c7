"""`synthaix keys`: a key is shown once, listed by its mark, and dropped."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from synthaix.server.commands import app
from synthaix.server.keys import KeyFile


def test_a_key_is_made_listed_and_dropped(bare_environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What `new` prints is good; the list cannot let anybody in."""
    bare_environment.setenv("SYNTHAIX_HOME", str(tmp_path))
    runner = CliRunner()
    key = runner.invoke(app, ["keys", "new", "ana", "--quiet"]).stdout.strip()
    reader = json.loads(runner.invoke(app, ["keys", "new", "ana", "--read-only", "--json"]).stdout)
    listed = json.loads(runner.invoke(app, ["keys", "list", "--json"]).stdout)["keys"]
    file = KeyFile(tmp_path / "keys.json")
    found = file.find(key)
    assert found is not None
    assert (found.name, reader["scopes"]) == ("ana", ["data:read"])
    assert [each["name"] for each in listed] == ["ana", "ana"]
    assert key not in json.dumps(listed)
    assert runner.invoke(app, ["keys", "rm", listed[0]["mark"]]).exit_code == 0
    assert (file.find(key), file.find(reader["key"]) is not None) == (None, True)
    assert runner.invoke(app, ["keys", "rm", "nobody"]).exit_code == 1


@pytest.mark.parametrize("name", ["", "a b", "../up", "Ana", "x" * 65, "ä"])
def test_a_name_is_plain(bare_environment: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    """It is an owner in the store and a word in logs."""
    bare_environment.setenv("SYNTHAIX_HOME", str(tmp_path))
    assert CliRunner().invoke(app, ["keys", "new", name]).exit_code == 2
    assert not (tmp_path / "keys.json").exists()
