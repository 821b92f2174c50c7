"""Documents say what the code does."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMMANDS = ("pip install uv && uv run synthaix demo", "pip install uv && uv run pytest")


@pytest.mark.subprocess
@pytest.mark.parametrize("script", ["docs/write_tables.py", "docs/write_tools.py", "deploy/write_manifests.py"])
def test_what_is_made_from_code_is_current(script: str) -> None:
    """README's tables, the pages of the tools, and what hosts and directories read; the script writes them."""
    assert subprocess.run([sys.executable, str(ROOT / script), "--check"], check=False).returncode == 0


def test_readme_has_its_two_commands() -> None:
    """One line sets up and runs the main job, one sets up and passes the tests."""
    lines = (ROOT / "README.md").read_text("utf-8").splitlines()
    assert all(command in lines for command in COMMANDS)


def test_every_error_code_is_documented() -> None:
    """Each code of the error tree stands in docs/errors.md with what to do."""
    from synthaix.orchestration import errors

    text = (ROOT / "docs" / "errors.md").read_text("utf-8")
    classes = [c for c in vars(errors).values() if isinstance(c, type) and issubclass(c, errors.SynthAIxError)]
    missing = {c.code for c in classes if f"`{c.code}`" not in text}
    assert missing == {"error"}  # the root is never raised


def test_every_defence_has_its_test() -> None:
    """What docs/security.md calls a proof is a test that exists."""
    import re

    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", (ROOT / "docs" / "security.md").read_text("utf-8"))
    missing = [name for file, name in named if not re.search(rf"def {name}\(", (ROOT / file).read_text("utf-8"))]
    assert len(named) > 40
    assert missing == []


def test_links_between_documents_hold() -> None:
    """Every file that a document links to is there."""
    import re

    documents = [ROOT / "README.md", *(ROOT / "docs").glob("*.md"), ROOT / "CONTRIBUTING.md"]
    broken = [
        (document.name, target)
        for document in documents
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text("utf-8"))
        if not (document.parent / target).exists()
    ]
    assert broken == []


@pytest.mark.subprocess
@pytest.mark.parametrize(("document", "says"), [("README.md", "completed 200"), ("docs/first_conversation.md", "500 ")])
def test_the_programs_in_documents_run(document: str, says: str, tmp_path: Path) -> None:
    """Each Python block runs as it stands; `uvx synthaix`, which a clone does not have, is this server."""
    import re

    (program,) = re.findall(r"```python\n(.*?)```", (ROOT / document).read_text("utf-8"), re.DOTALL)
    ours = f'{sys.executable!r}, ["-m", "synthaix.server"], env={{"SYNTHAIX_HOME": {str(tmp_path)!r}, '
    here = program.replace('"uvx", ["synthaix"], env={', ours)
    ended = subprocess.run(
        [sys.executable, "-c", here], cwd=tmp_path, capture_output=True, text=True, timeout=50, check=False
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert says in ended.stdout
