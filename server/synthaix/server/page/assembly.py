"""The page as the one file that a host shows: no request leaves it, so every byte is in it.

The sources are true ES modules. Their imports and exports are taken off and the rest is joined, in the order in which
they need each other, so all top-level names of the page are different ones. Spaces and comments, which only people
need, are left out: a fifth of the page.
"""

import re
from functools import cache
from importlib.resources import files

MODULES = ("dom", "bridge", "kit", "columns", "results", "job", "schema", "main")  # each needs only earlier ones

_IMPORT = re.compile(r'^import [^;]*? from "\./[\w-]+\.js";\n', re.M)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:const|let|class|function)\b)", re.M)
_COMMENT = re.compile(r"(?:^|(?<=\s))// .*$", re.M)
_IDLE = re.compile(
    r"(?<=[{(\[,:;=?&|<>])\s+|\s+(?=[})\],:?&|=])|[ \t]+(?=[{(\[;<>!\n])|(?<=[)\]])[ \t]+|(?<=\n)\s+|,(?=\s*[})\]])"
)
_CODE = re.compile(r'([^"`{}]*)("(?:[^"\\]|\\.)*"|[`{}]|$)')  # up to a text, a template or a brace
_TEMPLATE = re.compile(r"(?:[^`\\$]|\\.|\$(?!\{))*(`|\$\{)")  # up to its end or to code in it
_IDLE_CSS = re.compile(r"/\*.*?\*/|(?<=[{};,>])\s+|\s+(?=[{}>])|(?<=:) |;(?=\s*\})", re.S)
_FOREIGN = re.compile(r"^(?:import|export)\b.*|</script|<!--", re.M | re.I)


@cache
def page() -> str:
    """The whole page. Raises ValueError for a source that cannot stand in one script."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><title>SynthAIx</title>'
        f'<style>{_IDLE_CSS.sub("", _source("app.css"))}</style></head><body><div id="app"></div>'
        f'<script type="module">{script()}</script></body></html>'
    )


def script() -> str:
    """All modules as one."""
    joined = "".join(_EXPORT.sub("", _IMPORT.sub("", _source(f"{name}.js"))) for name in MODULES)
    if foreign := _FOREIGN.search(joined):
        raise ValueError(f"cannot stand in one script: {foreign[0]!r}")
    return tight(joined)


def tight(code: str) -> str:
    """JavaScript without idle spaces and comments; texts and templates, which may nest, stay as they are."""
    code = _COMMENT.sub("", code)
    parts, loose = [], ""  # what is done, and code that is not yet
    braces, at = [0], 0  # braces open in the code at hand; before it, of what its template stands in, and so on
    while at < len(code):
        found = _CODE.match(code, at)
        if found is None:
            raise ValueError("a text has no end")
        mark, at = found[2], found.end()
        ends = mark == "}" and not braces[-1] and len(braces) > 1
        if mark in ("{", "}") and not ends:
            braces[-1] += 1 if mark == "{" else -1
            loose += found[0]
            continue
        parts += [_IDLE.sub("", loose + found[1]), mark]
        loose = ""
        if ends:
            braces.pop()
        if ends or mark == "`":
            template = _TEMPLATE.match(code, at)
            if template is None:
                raise ValueError("a template has no end")
            at = template.end()
            parts.append(template[0])
            braces += [0] if template[1] == "${" else []
    return "".join([*parts, _IDLE.sub("", loose)])


def _source(name: str) -> str:
    return (files("synthaix.server.page") / name).read_text("utf-8")
