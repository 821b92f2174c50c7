"""The page as a file: small, whole, asking for nothing; and declared as hosts look for it."""

import re
from pathlib import Path

import pytest
from fastmcp import Client

from synthaix.server.app import build_server
from synthaix.server.page.assembly import MODULES, page, script, tight
from synthaix.server.settings import Settings

MOST_BYTES = 60_000
SOURCES = Path(__file__).parents[3] / "server" / "synthaix" / "server" / "page"


def test_the_page_is_small_and_needs_nothing_else() -> None:
    """At most 60 kB, without an address, a storage, or what a strict policy forbids."""
    whole = page()
    assert len(whole.encode()) <= MOST_BYTES
    addresses = set(re.findall(r"https?://[^\"'`\s]*", whole))
    assert addresses == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"innerHTML|\beval\(|new Function|localStorage|sessionStorage|fetch\(|@import|url\(", whole)


def test_every_module_is_in_the_page_after_those_that_it_needs() -> None:
    """An import names an earlier module; no source is forgotten."""
    assert {path.stem for path in SOURCES.glob("*.js")} == set(MODULES)
    for place, name in enumerate(MODULES):
        needed = re.findall(r'from "\./([\w-]+)\.js"', (SOURCES / f"{name}.js").read_text("utf-8"))
        assert set(needed) <= set(MODULES[:place])


def test_top_level_names_are_different_ones() -> None:
    """The modules share one scope once they are joined."""
    names: list[str] = []
    for name in MODULES:
        source = (SOURCES / f"{name}.js").read_text("utf-8")
        names += re.findall(r"^(?:export )?(?:async )?(?:const|let|function|class) (\w+)", source, re.M)
    assert sorted(names) == sorted(set(names))
    assert "import " not in script()


@pytest.mark.parametrize(
    ("code", "shorter"),
    [
        ('const a = { b: 1, };  // why\n\nlet c = [ "x : y" ];', 'const a={b:1};let c=["x : y"];'),
        ("f(`a ${ b ? `c { d }` : e } f`) ;", "f(`a ${ b?`c { d }`:e } f`);"),
        ("function f() {\n  return !x;\n}\ng();", "function f(){return!x;}\ng();"),
    ],
)
def test_only_idle_spaces_go(code: str, shorter: str) -> None:
    """Texts and templates, nested ones too, stay as they are; statements stay apart."""
    assert tight(code) == shorter


def test_a_text_without_an_end_is_refused() -> None:
    """Rather than shown half."""
    with pytest.raises(ValueError, match="no end"):
        tight("f(`a")


async def test_hosts_find_the_page(settings: Settings) -> None:
    """The tools that show it carry both keys that hosts look for; what is polled shows no further card."""
    async with Client(build_server(settings)) as client:
        tools = {tool.name: tool.meta or {} for tool in await client.list_tools()}
        (content,) = await client.read_resource("ui://synthaix/app.html")
    carrying = {name for name, meta in tools.items() if meta.get("ui/resourceUri") == "ui://synthaix/app.html"}
    assert carrying == {"translate_schema", "start_generation", "fetch_results"}
    assert all(tools[name]["ui"] == {"resourceUri": "ui://synthaix/app.html"} for name in carrying)
    assert content.mime_type == "text/html;profile=mcp-app"


async def test_the_text_is_complete_without_the_page(settings: Settings) -> None:
    """A host that shows only text shows columns, rules and terms."""
    async with Client(build_server(settings)) as client:
        schema = {"columns": [{"name": "age", "type": "integer", "constraints": {"min": 18, "max": 90}}]}
        text = (await client.call_tool("translate_schema", {"schema": schema})).content[0].text
    assert all(word in text for word in ("age", "integer", "18", "90", "Estimate"))
