"""Fixtures for every test."""

import pytest


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio alone: fastmcp's client does not run on trio."""
    return "asyncio"
