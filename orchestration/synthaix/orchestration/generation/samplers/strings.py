"""Strings of a pattern, a format or a length."""

import random
from collections.abc import Callable, Mapping

import numpy as np

from synthaix.orchestration.generation.pattern import compile_pattern
from synthaix.orchestration.generation.samplers.draw import Builder, Cells, Draw, Maker, Setting
from synthaix.orchestration.generation.samplers.lists import words
from synthaix.orchestration.generation.samplers.masks import mask_of
from synthaix.orchestration.generation.samplers.phrases import Phrases, phrase_maker, phrases
from synthaix.orchestration.generation.seeding import Ints, permuted

CONSONANTS = "bdfgklmnprstv"
VOWELS = "aeiou"
SYLLABLES = tuple(a + b for a in CONSONANTS for b in VOWELS)
FEW = 20_000  # patterns with fewer texts are counted through, so that a unique column finds them all
ADJECTIVES = words(
    "Amber Autumn Blue Bold Bright Calm Clear Copper Coral Crimson Crystal Deep Early Eastern Emerald Evening Fair "
    "Far Gentle Golden Grand Green Hidden High Hollow Indigo Ivory Jade Keen Late Light Little Lone Lucky Lunar "
    "Mellow Misty Morning Noble Northern Old Open Pale Pearl Plain Prime Quiet Rapid Red Royal Ruby Rustic Sage "
    "Scarlet Second Silent Silver Simple Sky Slow Small Smooth Soft Solar Southern Stone Summer Sunny Swift Tall "
    "Third True Urban Velvet Violet Warm Western White Wide Wild Winter Young"
)
NOUNS = words(
    "Anchor Arbor Arch Atlas Bay Beacon Bluff Bridge Brook Canyon Cape Cedar Cliff Cloud Coast Compass Cove Creek "
    "Crest Crown Delta Dune Echo Elm Ember Falcon Feather Field Fjord Forest Forge Fountain Garden Gate Glade Glen "
    "Grove Harbor Haven Hawk Heron Hill Horizon Island Jetty Kite Lagoon Lake Lantern Laurel Leaf Ledge Lighthouse "
    "Maple Marsh Meadow Mesa Mill Mirror Moon Oak Orchard Otter Palm Path Peak Pebble Pier Pine Plaza Pond Prairie "
    "Quarry Rapids Reef Ridge River Robin Rock Rose Sail Shore Sparrow Spring Spruce Star Stone Stream Summit Sun "
    "Terrace Thicket Tide Timber Tower Trail Valley Vista Wave Well Willow Wind Wing Wood"
)


def pattern_maker(setting: Setting, pattern: str) -> Maker:
    """Texts that match the pattern as a whole and keep to the stated length."""
    mask = mask_of(pattern)
    if mask is not None:
        lengths = [
            sum(min(map(len, slot)) for slot in mask.frames[0]),
            sum(max(map(len, slot)) for slot in mask.frames[0]),
        ]
        if _fits(setting, lengths[0]) and _fits(setting, lengths[1]):
            return phrase_maker(setting, mask)
    compiled = compile_pattern(pattern, field="pattern")
    name = setting.name

    def made(draw: Draw) -> Cells:
        rng = random.Random(int(draw.rng(name).integers(1 << 62)))
        return [_fitting(setting, compiled.sample, rng) for _ in range(len(draw.index))]

    return Maker(made, compiled.space, distinct=False)


def _fits(setting: Setting, length: int) -> bool:
    rules = setting.rules
    return (rules.min_length or 0) <= length <= (length if rules.max_length is None else rules.max_length)


def _fitting(setting: Setting, sample: Callable[[random.Random], str], rng: random.Random) -> str:
    """A text of the stated length, the last of a hundred when none has it."""
    text = sample(rng)
    for _ in range(100):
        if _fits(setting, len(text)):
            break
        text = sample(rng)
    return text


def name_wording() -> Phrases:
    """Short names for things: `Quiet Harbor`."""
    return phrases((ADJECTIVES, " ", NOUNS))


def string_maker(setting: Setting) -> Maker:
    """Strings of which nothing is known but their length."""
    rules = setting.rules
    if rules.min_length is None and rules.max_length is None:
        return phrase_maker(setting, name_wording()) if not rules.unique else code_maker(setting)
    return letters_maker(setting)


def code_maker(setting: Setting) -> Maker:
    """`Quiet Harbor 48213`: a name that no other row has."""
    return phrase_maker(setting, phrases((ADJECTIVES, " ", NOUNS, " ", *[tuple("0123456789")] * 5)))


def letters_maker(setting: Setting) -> Maker:
    """Pronounceable words of the stated length."""
    least, most = length_range(setting)
    name, key, unique = setting.name, setting.key, setting.rules.unique
    space = float(sum(_letter_space(length) for length in range(least, min(most, least + 30) + 1)))

    def made(draw: Draw) -> Cells:
        rng, count = draw.rng(name), len(draw.index)
        lengths = rng.integers(least, most, count, endpoint=True)
        if unique:
            return [
                spelled_number(number, most)
                for number in permuted(draw.index, int(min(26.0**most, 2.0**61)), key).tolist()
            ]
        return list(pronounceable(rng, lengths))

    return Maker(made, min(26.0**most, 2.0**61) if unique else space, distinct=unique)


def length_range(setting: Setting) -> tuple[int, int]:
    """The lengths to draw from: 6 to 14 characters where nothing else is said."""
    rules = setting.rules
    least = rules.min_length if rules.min_length is not None else min(6, rules.max_length or 6)
    most = rules.max_length if rules.max_length is not None else max(14, least + 6)
    return max(least, min(1, most)), min(most, max(least, 14)) if rules.min_length is None or least <= 14 else min(
        most, least + 20
    )


def pronounceable(rng: np.random.Generator, lengths: Ints) -> list[str]:
    """Words of these lengths, consonants and vowels in turn."""
    longest = int(lengths.max(initial=0))
    letters = np.where(
        np.arange(longest) % 2 == 0,
        np.array(list(CONSONANTS))[rng.integers(0, len(CONSONANTS), (len(lengths), longest))],
        np.array(list(VOWELS))[rng.integers(0, len(VOWELS), (len(lengths), longest))],
    )
    return ["".join(row[:length]) for row, length in zip(letters.tolist(), lengths.tolist(), strict=True)]


def spelled_number(number: int, length: int) -> str:
    """A number as letters: another text for each number below 26 to the power of the length."""
    letters = []
    for _ in range(min(length, 13)):
        number, rest = divmod(number, 26)
        letters.append(chr(97 + rest))
    return "".join(letters).ljust(length, "x")


def _letter_space(length: int) -> float:
    return float(len(CONSONANTS)) ** ((length + 1) // 2) * float(len(VOWELS)) ** (length // 2)


def hex_of(draw: Draw, name: str, width: int) -> list[str]:
    """Random hexadecimal digits, this many for each candidate."""
    count = len(draw.index)
    digits = draw.rng(name).bytes((count * width + 1) // 2).hex()
    return [digits[start : start + width] for start in range(0, count * width, width)]


def uuid_maker(setting: Setting) -> Maker:
    """Random UUIDs of version 4: RFC 9562, section 5.4."""
    name = setting.name

    def made(draw: Draw) -> Cells:
        count = len(draw.index)
        bits = np.frombuffer(draw.rng(name).bytes(16 * count), dtype=np.uint8).reshape(count, 16).copy()
        bits[:, 6] = (bits[:, 6] & 0x0F) | 0x40
        bits[:, 8] = (bits[:, 8] & 0x3F) | 0x80
        digits = bits.tobytes().hex()
        return [
            f"{digits[at : at + 8]}-{digits[at + 8 : at + 12]}-{digits[at + 12 : at + 16]}-{digits[at + 16 : at + 20]}-"
            f"{digits[at + 20 : at + 32]}"
            for at in range(0, 32 * count, 32)
        ]

    return Maker(made, 2.0**122, distinct=True)


def hostname(setting: Setting) -> Maker:
    """`web-14.fra.example.net`, under a reserved ending."""
    roles = ("web", "api", "db", "cache", "mail", "app", "auth", "queue", "search", "proxy", "build", "edge")
    sites = ("fra", "iad", "sfo", "lhr", "nrt", "sin", "gru", "syd", "ams", "den")
    numbers = tuple(f"{number:02d}" for number in range(1, 400))
    return phrase_maker(setting, phrases((roles, "-", numbers, ".", sites, ".example.", ("net", "com", "org"))))


def domain(setting: Setting) -> Maker:
    """Names under the reserved ending `.example`: RFC 2606, section 2."""
    lower = tuple(word.lower() for word in ADJECTIVES), tuple(word.lower() for word in NOUNS)
    return phrase_maker(setting, phrases((lower[0], ("-", ""), lower[1], (".example",))))


def url(setting: Setting) -> Maker:
    """Addresses in the reserved domains."""
    topics = ("shop", "blog", "news", "docs", "help", "about", "account", "orders", "guides", "media", "events", "team")
    words = tuple(word.lower() for word in ADJECTIVES), tuple(word.lower() for word in NOUNS)
    hosts = tuple(f"https://{prefix}example.{end}/" for prefix in ("www.", "") for end in ("com", "org", "net"))
    return phrase_maker(setting, phrases((hosts, topics, "/", words[0], "-", words[1])))


def ipv4(setting: Setting) -> Maker:
    """Private addresses: RFC 1918."""
    parts = tuple(str(number) for number in range(256))
    return phrase_maker(setting, phrases(("10.", parts, ".", parts, ".", parts[1:255])))


def ipv6(setting: Setting) -> Maker:
    """The documentation range: RFC 3849."""
    parts = tuple(f"{number:x}" for number in range(1, 4_096))
    return phrase_maker(setting, phrases(("2001:db8:", parts, ":", parts, "::", parts)))


def mac(setting: Setting) -> Maker:
    """Locally administered addresses, which no maker owns."""
    pairs = tuple(f"{number:02x}" for number in range(256))
    return phrase_maker(
        setting, phrases((("02", "06", "0a", "0e"), *[part for _ in range(5) for part in (":", pairs)]))
    )


def pattern_of(kind_pattern: str) -> Builder:
    """A kind whose cells are all that its pattern allows, each once."""

    def build(setting: Setting) -> Maker:
        mask = mask_of(kind_pattern)
        if mask is None:
            return pattern_maker(setting, kind_pattern)
        return phrase_maker(setting, mask, identifier=mask.size > FEW)

    return build


FORMATS: Mapping[str, Builder] = {
    "hostname": hostname,
    "ipv4": ipv4,
    "ipv6": ipv6,
    "uri": url,
    "uuid": uuid_maker,
}
