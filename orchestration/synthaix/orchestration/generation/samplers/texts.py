"""Text columns without a model: sentences that suit the row, counted through so that none comes twice."""

from collections.abc import Callable, Mapping
from functools import cache

from synthaix.orchestration.generation.prose import people, reviews, support, work
from synthaix.orchestration.generation.prose.wording import Topic, size_of
from synthaix.orchestration.generation.samplers.draw import Cells, Draw, Maker, Setting
from synthaix.orchestration.generation.samplers.goods import GOODS, category_of, shelf_of
from synthaix.orchestration.generation.samplers.lengths import shortened
from synthaix.orchestration.generation.samplers.lists import listed, words
from synthaix.orchestration.generation.samplers.phrases import MOST
from synthaix.orchestration.generation.seeding import Floats, fractions, permuted
from synthaix.orchestration.schema.catalogue.spelling import spelled
from synthaix.orchestration.schema.column import NUMERIC_TYPES, Cell, Column, Constraints

MOOD_WORDS = frozenset({"rating", "star", "satisfaction", "sentiment", "nps", "mood"})
MOOD_KINDS = frozenset(words("product.rating product.average_rating survey.satisfaction survey.sentiment survey.nps "
                             "survey.likert "
                       "survey.sentiment_score hr.performance_rating"))  # fmt: skip
ROOMY = 200  # characters: texts that must be shorter lose whole sentences, and with them their variety
SHARES = (("good", 0.62), ("mixed", 0.82), ("bad", 1.0))  # up to which fraction each mood reaches when no column says
SIGNS = (
    (
        "bad",
        listed(
            "dissatisf|unsatisf|negativ|poor|bad|terrible|awful|unhappy|angry|disagree|needs impr|detractor|"
            "frustrat|low"
        ),
    ),
    ("mixed", listed("neutral|mixed|okay|average|fair|passive|so-so|medium|meets")),
)


@cache
def topics() -> Mapping[str, Topic]:
    """What each kind of text can say."""
    return {
        "text.review": reviews.REVIEW,
        "text.feedback": reviews.FEEDBACK,
        "text.comment": reviews.COMMENT,
        "text.sentence": work.SENTENCE,
        "text.paragraph": work.PARAGRAPH,
        "text.title": work.TITLE,
        "text.subject": support.SUBJECT,
        "text.product_description": work.DESCRIPTION_OF_PRODUCT,
        "text.support_ticket": support.TICKET,
        "text.agent_reply": support.REPLY,
        "text.bio": people.BIO,
        "text.note": work.NOTE,
        "text.summary": work.SUMMARY,
        "text.description": work.DESCRIPTION,
        "text.tweet": work.TWEET,
        "text.chat_message": work.CHAT,
        "text.email_body": work.EMAIL_BODY,
        "text.job_description": people.JOB,
        "text.medical_note": people.MEDICAL,
        "text.question": support.QUESTION,
        "text.answer": support.ANSWER,
        "text.log_message": support.FAULT,
        "text.commit_message": work.COMMIT,
        "text.incident_report": support.INCIDENT,
        "text.performance_review": people.EVALUATION,
        "text.quote": work.QUOTE,
        "text.goal": work.GOAL,
    }


def text_maker(setting: Setting, rules: Mapping[str, Constraints]) -> Maker:
    """Texts of the column's kind, or of notes when it has none."""
    subject = topics().get(setting.column.kind or "") or topics()["text.note"]
    mood = _mood(setting, subject, rules)
    slots = {name: _slot(setting, name, names) for name, names in subject.slots.items()}
    needs = frozenset(column for column in (mood[1], *(column for column, _ in slots.values())) if column)
    key = setting.key

    def made(draw: Draw) -> Cells:
        texts = _written(subject, mood[0](draw), draw, key, setting.rules.unique)
        for name, (_, told) in slots.items():
            mark = f"<{name}>"
            texts = [
                text.replace(mark, word) if mark in text else text for text, word in zip(texts, told(draw), strict=True)
            ]
        return [_capital(text) for text in shortened(texts, setting.rules)]

    space = float(subject.apart if setting.rules.unique else subject.size)
    longest = setting.rules.max_length
    room = longest is None or longest > ROOMY
    return Maker(made, space if room else space**0.5, needs, distinct=setting.rules.unique and longest is None)


def _written(subject: Topic, moods: list[str], draw: Draw, key: int, unique: bool) -> list[str]:
    """A text for each candidate, by its scrambled number."""
    told = {mood: subject.moods[mood].each if unique else subject.moods[mood].banks for mood in set(moods)}
    numbers = {mood: permuted(draw.index, min(size_of(banks), MOST), key).tolist() for mood, banks in told.items()}
    return [subject.moods[mood].text(numbers[mood][row], told[mood]) for row, mood in enumerate(moods)]


def _mood(
    setting: Setting, subject: Topic, rules: Mapping[str, Constraints]
) -> tuple[Callable[[Draw], list[str]], str | None]:
    """The mood of each row, and the column that says it."""
    if "" in subject.moods:
        return (lambda draw: [""] * len(draw.index)), None
    told = mood_column(setting)
    if told is None:
        key = setting.key ^ 1
        return (lambda draw: [_by_share(share) for share in fractions(draw.index, key).tolist()]), None
    name, reading = told.name, mood_reader(told, rules[told.name])
    return (lambda draw: [reading(cell) for cell in draw.raw[name]]), name


def mood_column(setting: Setting) -> Column | None:
    """The column that says how content someone is: by kind, or by a word of its name."""
    others = [column for column in setting.table.columns if column.name != setting.name and column.type != "text"]
    for column in others:
        if column.kind in MOOD_KINDS or MOOD_WORDS & set(spelled(column.name)):
            return column
    return None


def mood_reader(column: Column, rules: Constraints) -> Callable[[Cell], str]:
    """Stars and words to a mood: the lower two fifths are bad, the next one is mixed."""
    least = rules.min if isinstance(rules.min, int | float) else None
    most = rules.max if isinstance(rules.max, int | float) else None
    if least is None or most is None or most <= least:
        numbers = [
            value for value in rules.enum or () if isinstance(value, int | float) and not isinstance(value, bool)
        ]
        least, most = (min(numbers), max(numbers)) if len(numbers) > 1 else (1, 5)
    numeric = column.type in NUMERIC_TYPES

    def read(cell: Cell) -> str:
        if isinstance(cell, bool) or cell is None or isinstance(cell, list | dict):
            return "mixed"
        if numeric or isinstance(cell, int | float):
            share = (float(cell) - least) / (most - least)
            return "bad" if share < 0.4 else "mixed" if share < 0.7 else "good"
        text = cell.casefold()
        return next((mood for mood, signs in SIGNS if any(sign in text for sign in signs)), "good")

    return read


def _by_share(share: float) -> str:
    return next(mood for mood, reach in SHARES if share < reach)


def _slot(setting: Setting, name: str, names: tuple[str, ...]) -> tuple[str | None, Callable[[Draw], list[str]]]:
    """What stands for `<product>` and the like: the row's own where it has one."""
    key = setting.key ^ 2
    if name == "product":
        named = next((each for each in setting.table.columns if each.kind == "product.name"), None)
        if named is not None and named.strategy != "llm":
            column = named.name
            return column, lambda draw: [str(cell) for cell in draw.raw[column]]
        category = category_of(setting)
        if category is not None and category.strategy != "llm":
            shelf = category.name
            return shelf, lambda draw: [
                _goods(cell, names, share)
                for cell, share in zip(draw.raw[shelf], fractions(draw.index, key).tolist(), strict=True)
            ]

    def drawn(draw: Draw) -> list[str]:
        shares: Floats = fractions(draw.index, key)
        return [names[int(share * len(names))] for share in shares.tolist()]

    return None, drawn


def _goods(category: Cell, names: tuple[str, ...], share: float) -> str:
    shelf = shelf_of(category)
    things = tuple(thing.lower() for thing in GOODS[shelf][1]) if shelf else names
    return things[int(share * len(things))]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
