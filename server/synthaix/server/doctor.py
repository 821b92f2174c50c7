"""`synthaix doctor`: whether this installation can work, and where each setting came from."""

import platform
import shutil
import tempfile
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import anyio.to_thread

from synthaix.orchestration.engine import Engine
from synthaix.orchestration.errors import SynthAIxError
from synthaix.orchestration.results.places import RemotePath, place_of
from synthaix.orchestration.schema.nearest import nearest
from synthaix.server.health import LEAST_FREE_BYTES
from synthaix.server.running import DONE, NOT_DONE, OWNER
from synthaix.server.screen import Screen
from synthaix.server.settings import Settings, unknown_variables, variable
from synthaix.tools.progress import RUNNING

if TYPE_CHECKING:
    from synthaix.orchestration.jobs.paying.probing import Probe



@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `good` is None for what is only told."""

    what: str
    good: bool | None
    said: str


async def examine(engine: Engine, screen: Screen, settings: Settings, live: bool) -> int:
    """Look at everything; not done when something is wrong."""
    findings = [
        Finding("version", None, f"synthaix {version('synthaix')}, Python {platform.python_version()}"),
        await anyio.to_thread.run_sync(_folder, settings.home),
        await anyio.to_thread.run_sync(_disk, settings.home),
        *(await anyio.to_thread.run_sync(_exports, settings.exports)),
        await _store(engine),
        await _vectors(engine),
        _provider(settings),
        *(Finding("setting", False, f"{name} is no setting. {hint or ''}".strip())
          for name, hint in unknown_variables().items()),
    ]  # fmt: skip
    if live:
        findings += await _ask(engine)
    values, sources = settings.shown(), settings.sources()
    screen.rows(
        [{"setting": variable(name), "value": value, "from": sources[name]} for name, value in values.items()],
        "settings",
    )
    for each in findings:
        mark, style = {True: ("ok", "green"), False: ("wrong", "red"), None: ("", "")}[each.good]
        screen.say(f"{mark:>6}  {each.what}: {each.said}", style)
    screen.answer(
        {
            "settings": {variable(name): {"value": value, "from": sources[name]} for name, value in values.items()},
            "findings": [{"what": each.what, "good": each.good, "said": each.said} for each in findings],
        }
    )
    return NOT_DONE if any(each.good is False for each in findings) else DONE


def _folder(home: Path) -> Finding:
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=home):
            return Finding("data folder", True, str(home))
    except OSError as exc:
        return Finding("data folder", False, f"{home} cannot be written ({exc.strerror}); set SYNTHAIX_HOME")


def _exports(kept: str | None) -> list[Finding]:
    if kept is None:
        return []
    place = place_of(kept)
    if not isinstance(place, RemotePath):
        return [replace(_folder(place), what="files of jobs")]
    try:
        place.check_folder()
    except SynthAIxError as exc:
        cure = f" ({exc.suggestion})" if exc.suggestion else ""
        return [Finding("files of jobs", False, f"{exc.message}{cure} See SYNTHAIX_EXPORTS")]
    return [Finding("files of jobs", True, str(place))]


def _disk(home: Path) -> Finding:
    try:
        free = shutil.disk_usage(home).free
    except OSError as exc:
        return Finding("disk", False, exc.strerror or "cannot be measured")
    return Finding("disk", free >= LEAST_FREE_BYTES, f"{free / 1e9:,.1f} GB free")


async def _store(engine: Engine) -> Finding:
    try:
        jobs, more = await engine.jobs(owner=OWNER, limit=100)
    except SynthAIxError as exc:
        return Finding("store", False, exc.message)
    running = sum(1 for job in jobs if job.status in RUNNING)
    return Finding("store", True, f"{len(jobs)}{'+' if more else ''} jobs, {running} unfinished")


def _provider(settings: Settings) -> Finding:
    provider = settings.active_provider
    if provider == "offline":
        return Finding("model", None, "none: text columns come from templates and pools")
    config = settings.config()
    at = "" if config.base_url is None else f" at {config.base_url}"
    if config.api_key is None and config.base_url is None:
        needed = "OPENAI_API_KEY" if provider == "openai" else "GEMINI_API_KEY"
        return Finding("model", False, f"{provider} has no key; set {needed}")
    return Finding("model", None, f"{provider}{at}, model {config.model or 'by default'}; --live asks it once")


async def _vectors(engine: Engine) -> Finding:
    try:
        standing = await engine.standing()
    except SynthAIxError as exc:
        return Finding("vectors", False, exc.message)
    if engine.config.chroma_url is not None:
        said = "the Chroma server answers" if standing.vectors else "the server of SYNTHAIX_CHROMA_URL does not answer"
    else:
        said = "their folder can be written" if standing.vectors else "their folder cannot be written"
    return Finding("vectors", standing.vectors, said)


async def _ask(engine: Engine) -> list[Finding]:
    """What one call shows: whether it is answered and how fast, in which form, for how much, and by whom."""
    try:
        probe = await engine.probe(owner=OWNER)
    except SynthAIxError as exc:
        return [Finding("model, live", False, exc.message)]
    if probe is None:
        return [Finding("model, live", None, "there is none to ask")]
    usage = probe.usage
    cost = "at a price that is not known" if probe.cost_usd is None else f"for ${probe.cost_usd:.6f}"
    answered = f"{probe.answered_as or probe.model} answered in {probe.seconds:.2f} s, {usage.input_tokens} tokens in, "
    answered += f"{usage.output_tokens} out, {cost}"
    form = f"{probe.dialect}; the answer is " + ("as asked for" if probe.readable else "not what was asked for")
    return [
        Finding("model, live", True, answered),
        Finding("model, form", probe.readable, form),
        Finding("models", None, _listed(probe)),
    ]


def _listed(probe: "Probe") -> str:
    """What the list says of the model; one that is not in it may be served under another name, as it has answered."""
    listed = {model.rpartition("/")[2] for model in probe.models}  # Gemini lists `models/...`
    if not listed:
        return "the endpoint lists none"
    if probe.model.rpartition("/")[2] in listed:
        return f"the endpoint lists {len(listed)}, {probe.model} among them"
    near = nearest(probe.model, listed)
    return f"{probe.model} is not among the {len(listed)} that the endpoint lists" + (f"; {near} is" if near else "")
