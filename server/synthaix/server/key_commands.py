"""`synthaix keys`: make, list and drop the keys of callers over HTTP. A key is shown once; its hash is what is kept."""

from datetime import UTC, datetime

from synthaix.orchestration.engine import Engine
from synthaix.orchestration.errors import ArgumentInvalid
from synthaix.server.auth import GENERATE, READ
from synthaix.server.keys import NAME, KeyFile, KeysUnreadable
from synthaix.server.running import DONE, NOT_DONE
from synthaix.server.screen import Screen
from synthaix.server.settings import Settings


async def make(_: Engine, screen: Screen, settings: Settings, name: str, read_only: bool) -> int:
    """Make a key for a caller of this name and print it."""
    if not NAME.fullmatch(name):
        raise ArgumentInvalid("A name has 1 to 64 of a-z, 0-9, `.`, `_`, `@` and `-`.", field="name")
    scopes = (READ,) if read_only else (READ, GENERATE)
    try:
        key = KeyFile(settings.keys_file).add(name, scopes)
    except KeysUnreadable as exc:
        screen.say(str(exc))
        return NOT_DONE
    screen.say(
        "It is shown this once; send it as `Authorization: Bearer ...`. A server that asks for keys knows it already; "
        "one that began without any asks from its next start on."
    )
    if not screen.json:
        screen.path(key)
    screen.answer({"name": name, "key": key, "scopes": list(scopes), "file": str(settings.keys_file)})
    return DONE


async def show(_: Engine, screen: Screen, settings: Settings) -> int:
    """List the keys: name, mark, scopes, age. Nothing in it lets anybody in."""
    try:
        keys = KeyFile(settings.keys_file).all()
    except KeysUnreadable as exc:
        screen.say(str(exc))
        return NOT_DONE
    listed = [
        {"name": each.name, "mark": each.mark, "scopes": " ".join(each.scopes), "created": _day(each.created_at)}
        for each in keys
    ]
    screen.rows(listed, "keys")
    screen.answer({"keys": listed})
    return DONE


async def remove(_: Engine, screen: Screen, settings: Settings, which: str) -> int:
    """Drop the keys of a name, or the one of a mark; who has it is refused from then on."""
    try:
        gone = KeyFile(settings.keys_file).remove(which)
    except KeysUnreadable as exc:
        screen.say(str(exc))
        return NOT_DONE
    screen.say(f"{len(gone)} dropped." if gone else "There is no such key; `synthaix keys list` has their marks.")
    screen.answer({"removed": [each.mark for each in gone]})
    return DONE if gone else NOT_DONE


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")
