"""What the room loads before it is used."""

import subprocess
import sys

import pytest


@pytest.mark.subprocess
def test_no_vendor_is_loaded_before_it_is_used() -> None:
    """Importing every module of the room loads none of the heavy libraries."""
    code = (
        "import sys\n"
        "from synthaix.orchestration.results import exports, page_text, pages, summary\n"
        "heavy = {'pyarrow', 'fastavro', 'openpyxl', 'numpy'} & set(sys.modules)\n"
        "sys.exit(f'loaded: {heavy}' if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
