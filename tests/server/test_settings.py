"""Settings: defaults, sources, the provider that the keys say, and secrets that stay secret."""

from pathlib import Path

import pytest

from synthaix.server.settings import Settings, SettingsInvalid, read_settings, unknown_variables, variable

KEY = "sk-c4n4ry-0123456789"


def test_without_anything_it_works_offline(bare_environment: pytest.MonkeyPatch) -> None:
    """No key, no model, a cap of five dollars, a folder of the user's."""
    settings = read_settings()
    assert settings.active_provider == "offline"
    assert settings.config().max_cost_usd == 5.0
    assert settings.home.is_absolute()
    assert set(settings.sources().values()) == {"default"}


@pytest.mark.parametrize(
    ("given", "provider"),
    [
        ({"OPENAI_API_KEY": KEY}, "openai"),
        ({"GEMINI_API_KEY": KEY}, "gemini"),
        ({"OPENAI_API_KEY": KEY, "GEMINI_API_KEY": KEY}, "openai"),
        ({"OPENAI_API_KEY": KEY, "GEMINI_API_KEY": KEY, "SYNTHAIX_PROVIDER": "gemini"}, "gemini"),
        ({"SYNTHAIX_BASE_URL": "http://127.0.0.1:8000/v1"}, "openai"),
        ({"OPENAI_BASE_URL": "http://127.0.0.1:8000/v1"}, "openai"),
        ({"OPENAI_API_KEY": ""}, "offline"),
        ({"OPENAI_API_KEY": KEY, "SYNTHAIX_PROVIDER": "offline"}, "offline"),
    ],
)
def test_the_provider_is_what_the_keys_say(
    bare_environment: pytest.MonkeyPatch, given: dict[str, str], provider: str
) -> None:
    """Unless it is set; and only its own key reaches the engine."""
    for name, value in given.items():
        bare_environment.setenv(name, value)
    config = read_settings().config()
    assert config.provider == provider
    assert (config.api_key is not None) == (provider != "offline" and KEY in given.values())


@pytest.mark.parametrize("word", ["none", "None", " NONE "])
def test_none_takes_the_cap_away(bare_environment: pytest.MonkeyPatch, word: str) -> None:
    """MAX_COST_USD=none: no cap."""
    bare_environment.setenv("SYNTHAIX_MAX_COST_USD", word)
    assert read_settings().config().max_cost_usd is None


def test_each_setting_says_where_it_came_from(bare_environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The environment wins over `.env`, `.env` over the default."""
    (tmp_path / ".env").write_text("SYNTHAIX_PORT=9001\nSYNTHAIX_MODEL=small\nGEMINI_API_KEY=abc12345\n")
    bare_environment.setenv("SYNTHAIX_PORT", "9002")
    settings = read_settings()
    sources = settings.sources()
    assert (settings.port, settings.model, settings.active_provider) == (9002, "small", "gemini")
    assert (sources["port"], sources["model"], sources["gemini_api_key"]) == ("environment", ".env", ".env")
    assert sources["home"] == "default"


def test_secrets_are_masked(bare_environment: pytest.MonkeyPatch) -> None:
    """In what is shown, in the settings as text, and in the engine's config."""
    bare_environment.setenv("OPENAI_API_KEY", KEY)
    settings = read_settings()
    assert KEY not in str(dict(settings.shown())) + repr(settings) + repr(settings.config())
    assert settings.shown()["openai_api_key"] == "set"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SYNTHAIX_PORT", "c4n4ry"),
        ("SYNTHAIX_PORT", "70000"),
        ("SYNTHAIX_PROVIDER", "c4n4ry"),
        ("SYNTHAIX_MAX_WORKERS", "0"),
        ("SYNTHAIX_MAX_COST_USD", "-1"),
        ("SYNTHAIX_CONFIRM", "c4n4ry"),
        ("SYNTHAIX_DATABASE_URL", "mysql://c4n4ry:c4n4ry@host/name"),
        ("SYNTHAIX_EMBEDDER", "c4n4ry"),
        ("SYNTHAIX_EMBEDDER", "openai:"),
        ("SYNTHAIX_CHROMA_URL", "http://c4n4ry:c4n4ry@host:8000"),
        ("SYNTHAIX_ENCRYPTION_KEY", "c4n4ry"),
    ],
)
def test_a_wrong_value_names_the_variable(bare_environment: pytest.MonkeyPatch, name: str, value: str) -> None:
    """And not the value."""
    bare_environment.setenv(name, value)
    with pytest.raises(SettingsInvalid, match=name) as caught:
        read_settings()
    assert "c4n4ry" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+asyncpg"])
def test_a_database_is_named_by_a_secret_address(bare_environment: pytest.MonkeyPatch, scheme: str) -> None:
    """The engine gets it whole; what is shown says only that it is set."""
    address = f"{scheme}://c4n4ry:c4n4ry@host/name"
    bare_environment.setenv("SYNTHAIX_DATABASE_URL", address)
    settings = read_settings()
    config = settings.config()
    assert config.database_url is not None
    assert config.database_url.get_secret_value() == address
    assert settings.shown()["database_url"] == "set"
    assert "c4n4ry" not in f"{settings!r} {config!r}"


def test_a_misspelt_variable_is_found(bare_environment: pytest.MonkeyPatch) -> None:
    """With the nearest right name."""
    bare_environment.setenv("SYNTHAIX_MAX_WORKRS", "3")
    bare_environment.setenv("SYNTHAIX_PORT", "9000")
    bare_environment.setenv("SYNTHAIX_OPENAI_API_KEY", "x")
    assert unknown_variables() == {
        "SYNTHAIX_MAX_WORKRS": "Did you mean `SYNTHAIX_MAX_WORKERS`?",
        "SYNTHAIX_OPENAI_API_KEY": "Did you mean `OPENAI_API_KEY`?",
    }


def test_a_strange_variable_has_no_far_fetched_hint(bare_environment: pytest.MonkeyPatch) -> None:
    """The prefix that all share makes nothing near."""
    bare_environment.setenv("SYNTHAIX_BOGUS", "1")
    assert unknown_variables() == {"SYNTHAIX_BOGUS": None}


def test_every_setting_has_a_meaning_and_a_name() -> None:
    """The README's table is made of these."""
    assert all(field.description for field in Settings.model_fields.values())
    named = {variable(name) for name in Settings.model_fields}
    assert {"SYNTHAIX_HOME", "OPENAI_API_KEY", "GEMINI_API_KEY", "OPENAI_BASE_URL"} <= named
    assert all(name.startswith(("SYNTHAIX_", "OPENAI_", "GEMINI_")) for name in named)
