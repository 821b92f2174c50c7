# One-line recipes; `just check` is what CI runs before the tests.

check:
    uv run ruff check .
    uv run mypy
    uv run lint-imports

test:
    uv run pytest

fix:
    uv run ruff check --fix .

chaos:
    uv run pytest -m chaos --timeout 900

# needs the wheels that .ci/run installs for it
real-llm:
    uv run pytest -q -rs -m real_llm -n 0 --timeout 300

fuzz:
    uv run pytest -m fuzz --timeout 1800

conformance:
    uv run --group conformance pytest -m conformance -n 0

# needs Debian's chromium
browser:
    uv run --group browser pytest tests/server/page -m browser -n 0

# make the pictures of the documents anew, from a real run
pictures:
    uv run --group browser pytest tests/server/page/test_pictures.py -n 0 --pictures=write
    uv run python docs/picture_terminal.py

# write the tools' snapshots and the README's tool table anew
snap:
    uv run pytest tests/tools --snapshots=write

# README's tables and the tools' pages, from the code; the gallery, from real runs
docs:
    uv run python docs/write_tables.py
    uv run python docs/write_tools.py
    uv run python docs/write_gallery.py

# what hosts and directories read about the server, from the code
manifests:
    uv run python deploy/write_manifests.py

# the bundle that Claude Desktop installs; needs Node
bundle:
    uv run python deploy/bundle.py dist/mcpb
    npx --yes @anthropic-ai/mcpb@2.1.2 pack dist/mcpb dist/synthaix.mcpb

wheel:
    uv run python -m hatchling build -t wheel

serve:
    uv run synthaix serve

constraints:
    uv pip compile pyproject.toml --group dev --all-extras --universal --python-version 3.11 --no-emit-index-url --no-annotate --no-header -o constraints.txt
