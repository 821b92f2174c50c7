"""Rules of the house that no other check holds."""

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOTS = ("server", "tools", "orchestration")
MOST_LINES = 500


def sources(*folders: str) -> list[Path]:
    """The Python files under these folders."""
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def test_no_file_is_too_long() -> None:
    """A file of 500 lines is split."""
    long = [str(p.relative_to(ROOT)) for p in sources(*ROOTS, "tests", "benchmarks")
            if len(p.read_text("utf-8").splitlines()) > MOST_LINES]  # fmt: skip
    assert long == []


def test_no_root_hides_the_others() -> None:
    """The namespace package has no __init__ in any root."""
    assert [root for root in ROOTS if (ROOT / root / "synthaix" / "__init__.py").exists()] == []


def test_rooms_have_names_of_their_own() -> None:
    """No room is called by a word that says nothing."""
    empty = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc"}
    assert [p for p in sources(*ROOTS) if p.stem in empty or p.parent.name in empty] == []


def test_constraints_hold_names_and_versions_only() -> None:
    """No address of a registry is committed, and every direct dependency has an exact version."""
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    assert not [line for line in lines if "://" in line or line.startswith("-")]
    pinned = {line.partition("==")[0].partition("[")[0].lower() for line in lines}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    direct = {w.split("[")[0].split(">")[0].split("=")[0].strip().lower() for w in wanted}
    assert len(direct) > 20
    assert direct - pinned == set()


def test_only_settings_reads_the_environment() -> None:
    """`os.environ` and `os.getenv` appear in server/settings.py alone."""
    readers = {
        str(path.relative_to(ROOT))
        for path in sources(*ROOTS)
        if "os.environ" in (text := path.read_text("utf-8")) or "os.getenv" in text
    }
    assert readers <= {"server/synthaix/server/settings.py"}


@pytest.mark.subprocess
def test_the_command_line_imports_nothing_heavy() -> None:
    """`synthaix --help` waits for no vector store, model client or array library."""
    code = "import sys, synthaix.server.cli; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    heavy = {"chromadb", "openai", "sqlalchemy", "numpy", "pyarrow", "mimesis", "fastmcp"}
    assert heavy.isdisjoint(loaded)


@pytest.mark.subprocess
def test_the_server_imports_nothing_heavy_before_the_handshake() -> None:
    """Building the server loads no store, vectors or vocabularies."""
    code = (
        "import sys; from synthaix.server.settings import Settings; from synthaix.server.app import build_server;"
        "build_server(Settings()); print(*sys.modules)"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    heavy = {"alembic", "asyncpg", "chromadb", "openai", "sqlalchemy", "numpy", "pyarrow", "mimesis"}
    assert heavy.isdisjoint(loaded)


@pytest.mark.subprocess
def test_the_wheel_holds_what_is_in_the_tree(tmp_path: Path) -> None:
    """What is under the three roots is what ships."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    shipped = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("synthaix/")}
    tree = {
        str(path.relative_to(ROOT / root))
        for root in ROOTS
        for path in (ROOT / root).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert shipped == tree
