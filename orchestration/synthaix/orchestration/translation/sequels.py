"""Which of two moments comes after the other when nothing says so: a discharge after its admission."""

from collections.abc import Iterator, Mapping
from itertools import pairwise, permutations
from types import MappingProxyType

from synthaix.orchestration.generation.samplers.lasting import is_brief
from synthaix.orchestration.schema.catalogue.spelling import spelled
from synthaix.orchestration.schema.column import Column
from synthaix.orchestration.translation.sketches import Sketch
from synthaix.orchestration.translation.wording import words_of

# what comes first, and what follows it
SEQUELS: Mapping[str, str] = MappingProxyType({
    "start": "end finish stop",
    "started": "ended finished stopped completed",
    "starts": "ends finishes",
    "begin": "end finish",
    "began": "ended",
    "from": "to until",
    "admission": "discharge",
    "admitted": "discharged",
    "checkin": "checkout",
    "pickup": "dropoff delivery return",
    "picked": "dropped delivered returned",
    "order": "ship shipping shipped shipment dispatch delivery delivered",
    "ordered": "ship shipped shipping dispatched delivery delivered paid",
    "ship": "delivery delivered",
    "shipped": "delivery delivered received",
    "dispatched": "delivered received",
    "departure": "arrival return",
    "departed": "arrived returned",
    "hire": "termination leave exit leaving end",
    "hired": "terminated left",
    "birth": "death",
    "open": "close closing closed",
    "opened": "closed resolved",
    "issue": "due expiry expiration",
    "issued": "due expires paid",
    "created": "updated closed resolved completed cancelled deleted modified",
    "submission": "decision approval review",
    "submitted": "decided approved reviewed resolved",
    "planting": "harvest harvesting",
    "planted": "harvested",
    "loan": "return",
    "loaned": "returned due",
    "borrowed": "returned due",
    "rental": "return",
    "entry": "exit",
    "entered": "exited left",
    "requested": "approved completed fulfilled",
    "reported": "resolved closed fixed",
    "received": "resolved resolution",
    "filing": "hearing",
    "filed": "heard closed",
    "loss": "report",
    "incident": "report claim",
    "joined": "left expires expired",
    "join": "leave",
    "signup": "cancellation churn",
    "subscribed": "cancelled unsubscribed",
    "plugged": "unplugged",
    "login": "logout",
    "manufacturing": "expiry expiration",
    "manufactured": "expires",
    "effective": "expiry expiration",
})  # fmt: skip
_JOURNEYS = frozenset(
    "flight trip journey ride taxi train bus ferry cruise vehicle transport voyage shipment route transit airport".split()
)
_WAYS = (("origin", "destination"), ("from", "to"), ("source", "destination"), ("departure", "arrival"), ("home", "away"),
         ("pickup", "dropoff"), ("sender", "receiver"), ("sender", "recipient"))  # fmt: skip
_WAY_WORDS = frozenset(word for pair in _WAYS for word in pair)
_MOMENT = frozenset("date time at on day datetime timestamp in off out up".split())


# verbs that, as a whole name, mean when it happened
_ALWAYS = frozenset(
    "joined admitted discharged expires expired hired born departed arrived commissioned decommissioned loaned borrowed due issued "
    "published posted released founded enrolled ordered shipped dispatched harvested planted hatched".split()
)
_TIMED = frozenset(
    "opened closed resolved entered exited departed arrived started ended created login logout plugged unplugged began "
    "finished updated departure posted".split()
)


def date_verbs(sketches: list[Sketch]) -> None:
    """Give the kind of a moment to verbs that say when: `admitted`, and `opened` beside `closed`."""
    if len({"open", "high", "low", "close"} & {sketch.name for sketch in sketches}) > 2:
        for sketch in sketches:
            sketch.kind = "finance.stock_price" if sketch.name in ("open", "high", "low", "close") else sketch.kind
    for sketch in sketches:
        facts = sketch.facts
        if sketch.kind or facts.type or facts.choices or facts.low is not None or facts.high is not None:
            continue
        others = [each.name for each in sketches if each is not sketch]
        vocabulary = {*SEQUELS, *(word for listed in SEQUELS.values() for word in listed.split())}
        bare = [name for name in others if "_" not in name]  # `paid` beside `issued_at` asks for yes or no
        paired = any(_follows(sketch.name, name) or _follows(name, sketch.name) for name in bare)
        known = sketch.name in vocabulary and (paired or facts.after or facts.before or facts.moments)
        if sketch.name in _ALWAYS or (known and sketch.name not in ("order", "ship", "open", "issue", "loan")):
            sketch.kind = "time.timestamp" if sketch.name in _TIMED else "time.date"


def sequels(
    sketches: list[Sketch], columns: Mapping[str, Column], about: str = ""
) -> Iterator[tuple[Sketch, Sketch]]:
    """Pairs of columns with dates of which the first usually comes before the second.

    Args:
        about: words about the table: a guest arrives and departs, a flight departs and arrives.
    """
    dated = [each for each in sketches if each.name in columns and columns[each.name].type in ("date", "datetime")]
    for earlier in dated:
        for later in dated:
            if later is not earlier and _follows(earlier.name, later.name) and not _is_settled(earlier, later):
                yield (later, earlier) if _is_stay(earlier, later, dated, about) else (earlier, later)
                break


def in_one_unit(sketches: list[Sketch], columns: Mapping[str, Column], about: str) -> dict[str, Column]:
    """The columns that begin or end something to the second, since their other end is told so, or since it is brief.

    What calls itself a date stays one.
    """
    dated = [each for each in sketches if each.name in columns and columns[each.name].type in ("date", "datetime")]
    found: dict[str, Column] = {}
    for earlier, later in permutations(dated, 2):
        if not _follows(earlier.name, later.name):
            continue
        plain = [each for each in (earlier, later) if columns[each.name].type == "date" and _is_open(each)]
        mixed = columns[earlier.name].type != columns[later.name].type
        brief = len(plain) == 2 and is_brief([*spelled(about), *spelled(later.name)])
        for sketch in plain if mixed or brief else ():
            update = {"type": "datetime", "kind": "time.timestamp"}
            found[sketch.name] = columns[sketch.name].model_copy(update=update)
    return found


def _is_open(sketch: Sketch) -> bool:
    """Whether a listed column may hold moments as well as dates."""
    return sketch.listed and sketch.facts.type is None and not {"date", "day", "on"} & {*spelled(sketch.name)}


def ways(sketches: list[Sketch]) -> Iterator[tuple[Sketch, Sketch]]:
    """Columns that say where something starts and where it goes: `origin_airport`, `destination_airport`."""
    words = [(sketch, found) for sketch in sketches if (found := _words(sketch.name)) & _WAY_WORDS]
    for (start, first), (goal, second) in permutations(words, 2):
        if any(a in first and b in second and first - {a} == second - {b} for a, b in _WAYS):
            yield start, goal


def _is_stay(departs: Sketch, arrives: Sketch, dated: list[Sketch], about: str) -> bool:
    """Whether an arrival opens what a departure ends: it stands first, and nobody travels."""
    if "depart" not in departs.name or "arriv" not in arrives.name or _JOURNEYS & {*spelled(about)}:
        return False
    return dated.index(arrives) < dated.index(departs)


def _is_settled(earlier: Sketch, later: Sketch) -> bool:
    """Whether something was said already of how these, or others, come after one another."""
    return bool(later.facts.after or later.facts.before or earlier.facts.after or earlier.facts.before)


def _follows(earlier: str, later: str) -> bool:
    first, second = _words(earlier), _words(later)
    for word, others in SEQUELS.items():
        for other in others.split():
            if word in first and other in second and first - {word} - _MOMENT == second - {other} - _MOMENT:
                return True
    return False


def _words(name: str) -> set[str]:
    """The words of a name; those of `check in` and `drop off` put together."""
    words = [*words_of(name)]
    joined = {"".join(pair) for pair in pairwise(words)}
    together = joined & {"checkin", "checkout", "pickup", "dropoff", "signup"}
    parts = {part for pair in pairwise(words) if "".join(pair) in together for part in pair}
    return ({*words} | together) - parts
