"""Put the MCPB bundle's folder together: what git keeps of the product, under the manifest that hosts read.

    uv run python deploy/bundle.py dist/mcpb     # then: npx @anthropic-ai/mcpb pack dist/mcpb dist/synthaix.mcpb
"""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
KEPT = ("server", "tools", "orchestration", "pyproject.toml", "README.md", "LICENSE")


def put_together(target: Path) -> Path:
    """The folder, made anew."""
    shutil.rmtree(target, ignore_errors=True)
    listed = subprocess.run(["git", "ls-files", "-z", *KEPT], cwd=ROOT, check=True, capture_output=True, text=True)
    for name in filter(None, listed.stdout.split("\0")):
        place = target / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, place)
    shutil.copyfile(ROOT / "deploy" / "mcpb" / "manifest.json", target / "manifest.json")
    return target


if __name__ == "__main__":
    put_together(Path(sys.argv[1] if len(sys.argv) > 1 else "dist/mcpb"))
