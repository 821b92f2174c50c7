"""Text columns by a model: ours and NVIDIA Data Designer in one go against one fake provider.

    uv run python benchmarks/llm.py                          # side by side, 20 slots, 1,000 rows
    uv run python benchmarks/llm.py --scenarios all          # and everything below
    uv run python benchmarks/llm.py --scenarios bursts,storm

The provider runs in a process of its own: 0.5 s and 5 ms for each output token, which it sends one by one; a token is
four characters; the table is id, category, amount, timestamp and a review of about 40 words. "Of ideal" is the sum of
the latencies that the provider served, divided by the slots, against the wall time from start to the last committed
row. Ours validates, deduplicates by meaning, journals and commits in that time; the peer does none of it.

    plain     ours with diversity off and on, and the peer
    exact     ours without vectors, which take the encoder 2 to 4 ms of CPU a text
    slots100  100 slots, 5,000 rows, without vectors and with them
    bursts    every request is answered 429 for 2 s of every 8 s, Retry-After 1
    declared  a limit of 120 requests a minute, declared in the headers
    invalid   5 % of the replies are broken: cut in the middle of a row, or with an empty row among the others
    storm     30 % 429, 10 % 500, 10 % hang, 10 % garbage, 5 % refusals; latency a tenth, 10,000 rows
    scale     1,000, 10,000 and 100,000 rows at a fiftieth of the latency, without vectors
    vectors   the same with vectors of the sentence encoder
    import    CPU seconds that importing the LLM room takes
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PEER = "data-designer==0.9.6"
PLAIN: dict[str, Any] = {"base": 0.5, "per_token": 0.005, "stretch": 1.15}  # texts of about 300 characters
SLOTS, ROWS = 20, 1_000
Figures = dict[str, Any]


class Provider:
    """The running fake provider."""

    def __init__(self, base_url: str, process: int) -> None:
        import psutil

        self.base_url = base_url
        self._process = psutil.Process(process)
        self._cpu = 0.0

    def reset(self, **scenario: Any) -> None:
        """Begin anew."""
        self._ask("_reset", {**PLAIN, **scenario})
        self._cpu = self._spent()

    def stats(self) -> Figures:
        """What it served since, and the CPU seconds that it took."""
        return {**self._ask("_stats"), "cpu": self._spent() - self._cpu}

    def _spent(self) -> float:
        times = self._process.cpu_times()
        return float(times.user + times.system)

    def _ask(self, path: str, body: Figures | None = None) -> Figures:
        sent = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(f"{self.base_url}/{path}", data=sent, timeout=10) as answer:
            read: Figures = json.load(answer)
        return read


@contextmanager
def provider() -> Iterator[Provider]:
    """A provider for the time of the block."""
    script = str(HERE.parent / "tests" / "doubles" / "fake_provider.py")
    with subprocess.Popen([sys.executable, script, "--port", "0"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield Provider(process.stdout.readline().strip(), process.pid)
        finally:
            process.kill()


@dataclass(frozen=True)
class Outcome:
    """One run: what the engine says and what the provider saw."""

    made: Figures
    seen: Figures
    slots: int

    @property
    def rate(self) -> float:
        """Rows a second."""
        return float(self.made["rows"] / self.made["seconds"])

    @property
    def of_ideal(self) -> float:
        """Share of the rate that the slots could have had."""
        return float(self.seen["latency"] / self.slots / self.made["seconds"])

    @property
    def tokens(self) -> float:
        """Tokens in and out for each row."""
        return float((self.seen["input_tokens"] + self.seen["output_tokens"]) / max(1, self.made["rows"]))

    @property
    def cpu_ms(self) -> float:
        """CPU milliseconds of our process, user and system, from the order to the end, for each billed call.

        All that the job takes is in it: its start, streaming, the journal, the ledger, checks, verdicts, commits, and
        the looks at its status as often as `poll_after_seconds` says. Imports are not, nor the export afterwards.
        """
        return float(1_000 * self.made["cpu"] / max(1, self.seen["billed"]))

    def line(self, name: str) -> str:
        """The run in one line."""
        made, seen = self.made, self.seen
        refused = sum(seen["outcomes"].get(kind, 0) for kind in ("429", "busy"))
        row = max(1, made["rows"])
        cost = f"{seen['billed']:,} billed calls, {refused} refused, {self.cpu_ms:.1f} ms CPU/call"
        return (
            f"llm {name:22} {self.rate:6.1f} rows/s, {self.of_ideal:5.1%} of ideal, {self.tokens:5.1f} tokens/row "
            f"({seen['input_tokens'] / row:.1f} + {seen['output_tokens'] / row:.1f}), {made['rows']:,} rows in "
            f"{made['seconds']:.1f} s, {cost}"
        )


def figures(command: list[str]) -> Any:
    """What a run prints last. Compiled modules are kept, whatever the environment says about that: a user has them."""
    env = {**os.environ, "PYTHONPYCACHEPREFIX": str(Path(tempfile.gettempdir()) / "synthaix-benchmark-bytecode")}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    told = subprocess.run(command, check=True, capture_output=True, text=True, env=env)
    read: Any = json.loads(told.stdout.strip().splitlines()[-1])
    return read


def ours(at: Provider, *, scenario: Figures | None = None, **run: Any) -> Outcome:
    """A run of our engine in a process of its own."""
    at.reset(**(scenario or {}))
    asked = {"base_url": at.base_url, "rows": ROWS, "slots": SLOTS, **run}
    command = [sys.executable, str(HERE / "llm_ours.py"), json.dumps(asked)]
    return Outcome(figures(command), at.stats(), asked["slots"])


def peer(at: Provider, *, rows: int = ROWS, slots: int = SLOTS, scenario: Figures | None = None) -> Outcome:
    """A run of Data Designer in an environment of its own."""
    at.reset(**(scenario or {}))
    command = ["uv", "run", "-q", "--no-project", "--with", PEER, "python", str(HERE / "llm_peer.py")]
    return Outcome(figures([*command, at.base_url, str(rows), str(slots)]), at.stats(), slots)


def plain(at: Provider) -> None:
    """Side by side, each after a run of 20 rows that leaves its modules compiled."""
    ours(at, rows=20)
    peer(at, rows=20)
    found = {
        "ours, diversity off": ours(at, diverse=False),
        "ours, all on": ours(at),
        "Data Designer": peer(at),
    }
    for name, outcome in found.items():
        print(f"{outcome.line(name)}{kept(outcome)}", flush=True)
    theirs = found["Data Designer"]
    for name, outcome in found.items():
        if outcome is not theirs:
            rates, tokens = outcome.rate / theirs.rate, outcome.tokens / theirs.tokens
            print(f"llm {name:22} {rates:.2f}x Data Designer's rows/s, {tokens:.2f}x its tokens/row", flush=True)


def exact(at: Provider) -> None:
    """Without vectors."""
    show("ours, no vectors", ours(at, policy="exact"))


def slots100(at: Provider) -> None:
    """A hundred calls in flight."""
    show("ours, 100, no vectors", ours(at, rows=5_000, slots=100, policy="exact"))
    show("ours, 100 slots", ours(at, rows=5_000, slots=100))


def bursts(at: Provider) -> None:
    """Nothing but refusals a quarter of the time."""
    weather = {"burst_on": 2.0, "burst_period": 8.0, "retry_after": 1.0}
    show("ours, bursts of 429", ours(at, scenario=weather))


def declared(at: Provider) -> None:
    """A steady limit."""
    outcome = ours(at, scenario={"requests_per_minute": 120.0})
    refused, calls = outcome.seen["outcomes"].get("429", 0), outcome.seen["billed"]
    show("ours, 120 requests/min", outcome, f"; refused {refused}, allowed {SLOTS + calls // 100}")


def invalid(at: Provider) -> None:
    """A few broken replies."""
    clean = ours(at)
    outcome = ours(at, scenario={"shares": {"cut": 0.02, "length": 0.02, "empty_row": 0.01}, "seed": 3})
    broken = {kind: count for kind, count in outcome.seen["outcomes"].items() if kind != "ok"}
    extra = outcome.tokens / clean.tokens - 1
    show("ours, 5 % invalid", outcome, f"; broken {broken}; {extra:+.1%} tokens against a clean run")


def storm(at: Provider) -> None:
    """Everything at once, over a thousand calls."""
    shares = {"429": 0.3, "500": 0.1, "hang": 0.1, "garbage": 0.1, "refusal": 0.05}
    fast = {"base": 0.05, "per_token": 0.0005}
    clean = ours(at, rows=10_000, embedder="hash", scenario=fast)
    weather = {**fast, "shares": shares, "retry_after": 0.1, "retry_style": "ms", "seed": 5}
    outcome = ours(at, rows=10_000, embedder="hash", call_seconds=1.0, scenario=weather)
    ratio = outcome.seen["billed"] / clean.seen["billed"]
    show("ours, storm", outcome, f"; {ratio:.2f}x the billed calls of a clean run; {outcome.seen['outcomes']}")


def scale(at: Provider, *, policy: str = "exact") -> None:
    """Time, tokens and memory as the job grows."""
    fast = {"base": 0.01, "per_token": 0.0001}
    for rows in (1_000, 10_000, 100_000):
        outcome = ours(at, rows=rows, policy=policy, scenario=fast)
        made = outcome.made
        each = f"; {1e3 * made['seconds'] / rows:.2f} ms and {1e3 * made['cpu'] / rows:.2f} ms CPU a row"
        show(f"ours, {rows:,} {policy}", outcome, f"{each}, RSS {made['rss_mb']:.0f} MB")


def vectors(at: Provider) -> None:
    """The same with the sentence encoder."""
    scale(at, policy="rows")


def imports(_: Provider) -> None:
    """What the LLM room costs before the first call."""
    rooms = "synthaix.orchestration.llm.openai_compatible, synthaix.orchestration.llm.pacing, openai"
    script = f"import time; import {rooms}; print(time.process_time())"
    bare = "import time; print(time.process_time())"
    spent = [statistics.median(figures([sys.executable, "-c", code]) for _ in range(6)) for code in (script, bare)]
    print(f"llm import                 {spent[0] - spent[1]:.2f} s CPU, the openai library included (median of 6)")


def show(name: str, outcome: Outcome, more: str = "") -> None:
    """Print a run of ours."""
    print(f"{outcome.line(name)}{kept(outcome)}{more}", flush=True)


def kept(outcome: Outcome) -> str:
    """What became of the rows."""
    made = outcome.made
    if "valid" not in made:
        return f", {made['cut']} cut"
    ended = made["status"] + (f"/{made['stop_reason']}: {made['last_error']}" if made["stop_reason"] else "")
    dropped = made["deduplicated"] + made["rejected"]
    return f"; {ended}, {made['valid']:,} valid, {made['distinct']:,} distinct, {made['cut']} cut, {dropped} replaced"


SCENARIOS: dict[str, Callable[[Provider], None]] = {
    "plain": plain, "exact": exact, "slots100": slots100, "bursts": bursts, "declared": declared, "invalid": invalid,
    "storm": storm, "scale": scale, "vectors": vectors, "import": imports,
}  # fmt: skip


def main() -> None:
    """Run the scenarios that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenarios", default="plain", help=f"all, or some of {', '.join(SCENARIOS)}")
    asked = parser.parse_args()
    names = list(SCENARIOS) if asked.scenarios == "all" else asked.scenarios.split(",")
    with provider() as at:
        for name in names:
            SCENARIOS[name](at)


if __name__ == "__main__":
    main()
