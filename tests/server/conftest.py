"""Fixtures of the server's tests."""

import os
from pathlib import Path
from typing import Any

import pytest

from synthaix.server.settings import Settings


@pytest.fixture
def bare_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment without a setting or key, in a folder without a `.env`; what it is given is given back."""
    for name in list(os.environ):
        if name.startswith(("SYNTHAIX_", "OPENAI_", "GEMINI_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return monkeypatch


@pytest.fixture
def settings(tmp_path: Path, bare_environment: pytest.MonkeyPatch) -> Settings:
    """Settings without a key and with an empty data folder."""
    given: dict[str, Any] = {"home": tmp_path / "home", "provider": "offline", "embedder": "hash"}
    return Settings(**given)
