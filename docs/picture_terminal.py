"""Write docs/pictures/terminal.svg: what `synthaix demo` shows, from a real run.

uv run python docs/picture_terminal.py
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

TARGET = Path(__file__).parent / "pictures" / "terminal.svg"
WIDTH, ROWS = 108, 60_000
LAST = "quality of"  # what follows is for who runs it
THEME = TerminalTheme(
    (250, 250, 249), (41, 37, 36),
    [(41, 37, 36), (185, 28, 28), (21, 128, 61), (161, 98, 7), (29, 78, 216), (126, 34, 206), (15, 118, 110),
     (120, 113, 108)],
)  # fmt: skip
# rich's own form loads a font from the network
FORM = """<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
    .{unique_id}-matrix {{ font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
        font-size: {char_height}px; line-height: {line_height}px; font-variant-east-asian: full-width; }}
    .{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: system-ui, sans-serif; }}
    {styles}
</style>
<defs><clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" /></clipPath>{lines}</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
    {backgrounds}
    <g class="{unique_id}-matrix">{matrix}</g>
</g>
</svg>
"""


def shown() -> str:
    """The command's output, coloured, without a moving bar."""
    foreign = ("SYNTHAIX_", "OPENAI_", "GEMINI_")
    ours = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    with tempfile.TemporaryDirectory() as folder:
        terminal = {"FORCE_COLOR": "1", "TTY_INTERACTIVE": "0", "COLUMNS": str(WIDTH)}
        ours |= terminal | {"SYNTHAIX_HOME": f"{folder}/home"}
        command = [sys.executable, "-m", "synthaix.server", "demo", "--rows", str(ROWS)]
        ended = subprocess.run(command, cwd=folder, env=ours, stdout=subprocess.PIPE, check=True)
    return ended.stdout.decode()


def main() -> None:
    """Write the picture."""
    kept = shown().partition(LAST)[0].rstrip().splitlines()[:-1]
    with Path(os.devnull).open("w") as nowhere:
        console = Console(record=True, width=WIDTH, file=nowhere, force_terminal=True)
        console.print(Text("$ synthaix demo", style="bold"))
        console.print(Text.from_ansi("\n".join(kept)), soft_wrap=True)
        TARGET.parent.mkdir(exist_ok=True)
        console.save_svg(str(TARGET), title="synthaix demo", theme=THEME, code_format=FORM, unique_id="synthaix")


if __name__ == "__main__":
    main()
