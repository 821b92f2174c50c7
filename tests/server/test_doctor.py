"""`synthaix doctor`: what is wrong, where a setting came from, and what one call of the model shows."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

DONE, NOT_DONE = 0, 1


def test_doctor_tells_settings_and_hides_keys(run: Callable[..., Result], bare_environment: pytest.MonkeyPatch) -> None:
    """Each with where it came from."""
    bare_environment.setenv("OPENAI_API_KEY", "sk-c4n4ry-0123456789")
    result = run("doctor", "--json")
    told = json.loads(result.stdout)
    assert result.exit_code == DONE
    assert told["settings"]["OPENAI_API_KEY"] == {"value": "set", "from": "environment"}
    assert told["settings"]["SYNTHAIX_PORT"]["from"] == "default"
    assert {each["what"] for each in told["findings"]} >= {"version", "data folder", "disk", "store", "model"}
    assert "c4n4ry" not in result.output


def test_doctor_finds_what_is_wrong(
    run: Callable[..., Result], bare_environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A data folder that is a file, and a misspelt setting: status 1."""
    (tmp_path / "file").write_text("")
    bare_environment.setenv("SYNTHAIX_HOME", str(tmp_path / "file"))
    bare_environment.setenv("SYNTHAIX_MAX_ROW", "5")
    result = run("doctor", "--json")
    wrong = {each["what"] for each in json.loads(result.stdout)["findings"] if each["good"] is False}
    assert result.exit_code == NOT_DONE
    assert {"data folder", "setting"} <= wrong


@pytest.fixture
def with_model(bare_environment: pytest.MonkeyPatch, fake_provider: Any) -> Any:
    """An environment whose model is the fake provider's."""
    bare_environment.setenv("OPENAI_API_KEY", "right-key")
    bare_environment.setenv("SYNTHAIX_BASE_URL", fake_provider.base_url)
    bare_environment.setenv("SYNTHAIX_MODEL", "fake-model")
    return fake_provider


def findings(result: Result) -> dict[str, Any]:
    """What the doctor found, by what it looked at."""
    return {each["what"]: each for each in json.loads(result.stdout)["findings"]}


def test_a_live_doctor_asks_the_model_once(run: Callable[..., Result], with_model: Any) -> None:
    """It tells who answered, how fast, in which form, for how much; asked again it asks again."""
    results = [run("doctor", "--live", "--json") for _ in range(2)]
    assert [result.exit_code for result in results] == [DONE, DONE], results[0].output
    assert with_model.stats()["billed"] == 2
    found = findings(results[1])
    assert "fake-model answered in" in found["model, live"]["said"]
    assert "$" in found["model, live"]["said"]
    assert found["model, form"]["good"] is True
    assert found["models"]["said"] == "the endpoint lists 1, fake-model among them"


@pytest.mark.parametrize(
    ("scenario", "wrong"),
    [
        ({"key": "another"}, {"model, live"}),
        ({"shares": {"500": 1.0}}, {"model, live"}),
        ({"shares": {"garbage": 1.0}}, {"model, form"}),
    ],
)
def test_a_live_doctor_finds_what_is_wrong_with_a_model(
    run: Callable[..., Result], with_model: Any, scenario: dict[str, Any], wrong: set[str]
) -> None:
    """At once, without waiting for better weather: status 1."""
    with_model.reset(**scenario)
    result = run("doctor", "--live", "--json")
    assert result.exit_code == NOT_DONE
    assert {what for what, each in findings(result).items() if each["good"] is False} == wrong
    assert "right-key" not in result.output


def test_a_live_doctor_tells_the_nearest_model(
    run: Callable[..., Result], with_model: Any, bare_environment: pytest.MonkeyPatch
) -> None:
    """Endpoints answer to names that they do not list, so it is no fault."""
    bare_environment.setenv("SYNTHAIX_MODEL", "fake-modal")
    result = run("doctor", "--live", "--json")
    assert result.exit_code == DONE
    assert findings(result)["models"]["said"] == "fake-modal is not among the 1 that the endpoint lists; fake-model is"
