"""Texts and strings inside their stated lengths: whole sentences and whole words, never a cut one."""

from collections.abc import Sequence

from synthaix.orchestration.generation.samplers.draw import Cells, Draw, Maker, Setting
from synthaix.orchestration.generation.samplers.strings import pronounceable, spelled_number
from synthaix.orchestration.generation.seeding import permuted
from synthaix.orchestration.schema.column import Constraints

FILLER = (
    "There is a little more to say.",
    "It can wait for another day.",
    "The rest is as one would expect.",
    "Everything else stays as it is.",
)


def shortened(texts: Sequence[str], rules: Constraints) -> list[str]:
    """The texts with sentences left out or added until their length is right."""
    least, most = rules.min_length or 0, rules.max_length
    return [
        text if least <= len(text) and (most is None or len(text) <= most) else _fitted(text, least, most)
        for text in texts
    ]


def _fitted(text: str, least: int, most: int | None) -> str:
    if most is not None and len(text) > most:
        text = _whole(text, most)
    turn = 0
    while len(text) < least:
        extra = FILLER[turn % len(FILLER)]
        if most is not None and len(text) + 1 + len(extra) > most:
            text = (text + " " + "so it goes and so on " * (least // 10 + 1))[:least].rstrip()
            return text + "." * (least - len(text))
        text, turn = f"{text} {extra}".strip(), turn + 1
    return text


def _whole(text: str, most: int) -> str:
    """As many whole sentences as fit; as many whole words when not even one does."""
    end = max(text.rfind(mark, 0, most) for mark in (". ", "! ", "? "))
    if end >= 0:
        return text[: end + 1]
    words = text[: most + 1].rpartition(" ")[0].rstrip(" ,;:.!?")
    return words or text[:most].rstrip() or "x" * min(most, 1)


def inside_lengths(setting: Setting, maker: Maker) -> Maker:
    """The same cells; one that is too short or too long becomes a word of the right length."""
    rules = setting.rules
    if rules.min_length is None and rules.max_length is None:
        return maker
    least, most = rules.min_length or 0, rules.max_length if rules.max_length is not None else 100_000
    name, key = setting.name, setting.key

    def made(draw: Draw) -> Cells:
        cells = maker.make(draw)
        wrong = [row for row, cell in enumerate(cells) if isinstance(cell, str) and not least <= len(cell) <= most]
        if not wrong:
            return cells
        start, end = _around(setting, most)
        low, high = max(least - len(start + end), min(1, most)), most - len(start + end)
        if rules.unique:
            numbers = permuted(draw.index, int(min(26.0 ** min(high, 13), 2.0**61)), key)[wrong].tolist()
            words = [spelled_number(number, max(low, min(high, 13))) for number in numbers]
        else:
            rng = draw.rng(f"{name} length")
            words = pronounceable(
                rng, rng.integers(low, max(low, min(high, max(low, 12))), len(cells), endpoint=True)[wrong]
            )
        cells = list(cells)
        for row, word in zip(wrong, words, strict=True):
            cells[row] = start + word + end
        return cells

    return Maker(made, maker.space, maker.needs, maker.distinct)


def _around(setting: Setting, most: int) -> tuple[str, str]:
    """What an address begins and ends with even when it must be short; `.test` is a reserved ending: RFC 2606."""
    if setting.rules.format == "email" or setting.column.kind == "internet.email":
        return "", "@example.com" if most >= 16 else "@a.test"
    if setting.rules.format == "uri":
        return ("https://a.test/" if most >= 20 else "urn:"), ""
    return "", ""
