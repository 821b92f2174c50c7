"""An engine on a disk of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from synthaix.orchestration.config import Config
from synthaix.orchestration.engine import Engine


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[Engine]:
    """Closed at the end."""
    opened = Engine(Config(home=tmp_path / "home"))
    await opened.open()
    yield opened
    await opened.aclose()
