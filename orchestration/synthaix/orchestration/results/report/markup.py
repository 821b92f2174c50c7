"""HTML put together from escaped parts: what is text goes through `esc`, what returns markup does not again.

Cells are untrusted. Control characters are shown as their pictures, and what turns the direction of text around is left
out, so that no cell can disguise itself or its neighbours.
"""

import html
from collections.abc import Iterable
from typing import Any

import orjson

LONGEST = 96  # characters of a cell that are shown

_PICTURES = {code: chr(0x2400 + code) for code in range(32)} | {127: "\u2421"}
_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C])
_SHOWN = {**_PICTURES, **_TURNING, **dict.fromkeys(range(0x80, 0xA0), "\ufffd")}


def esc(value: object) -> str:
    """Any text, safe between tags and in quoted attributes."""
    return html.escape(str(value).translate(_SHOWN), quote=True)


def cell(value: Any, longest: int = LONGEST) -> str:
    """A cell as it may be shown: cut, escaped, in a direction of its own; null in words."""
    if value is None:
        return '<span class="null">null</span>'
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    if not text:
        return '<span class="null">empty</span>'
    shown = text if len(text) <= longest else f"{text[:longest]}…"
    return f"<bdi>{esc(shown)}</bdi>"


def tag(name: str, inner: str, **attributes: object) -> str:
    """An element around markup; `class_` is the class, `aria_label` and the like have their dashes."""
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{esc(value)}"' for key, value in attributes.items() if value is not None
    )
    return f"<{name}{said}>{inner}</{name}>"


def joined(parts: Iterable[str]) -> str:
    """The parts that are not empty, one after the other."""
    return "".join(part for part in parts if part)


def whole(number: float) -> str:
    """`12,345`."""
    return f"{number:,.0f}"


def number(value: Any) -> str:
    """A number with as many digits as say something; a text as it is."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return esc(value)
    if isinstance(value, int) or (value == int(value) and abs(value) < 1e15):
        return f"{value:,.0f}"
    if abs(value) >= 1e15 or abs(value) < 1e-4:
        return f"{value:.3g}"
    digits = 2 if abs(value) >= 10 else 4
    return f"{value:,.{digits}f}".rstrip("0").rstrip(".")


def percent(share: float, digits: int = 1) -> str:
    """`12.5 %`; what is nearly all or nearly nothing is never rounded to it."""
    shown = 100 * share
    step = 10.0**-digits
    if 0 < shown < step / 2:
        return f"&lt; {step:g} %"
    if 100 - step / 2 < shown < 100:
        return f"&gt; {100 - step:g} %"
    return f"{shown:.{digits}f}".removesuffix("." + "0" * digits) + " %"


def chance(p_value: float | None) -> str:
    """A p-value."""
    if p_value is None:
        return "p unknown"
    return "p &lt; 0.0001" if p_value < 0.0001 else f"p = {p_value:.4f}"
