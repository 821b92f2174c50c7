"""What a phrase says about a column, gathered reader by reader."""

import re
from dataclasses import dataclass, field

from synthaix.orchestration.schema.column import ColumnType

_ARTICLES = re.compile(
    r"\b(?:an?|the|their|its|his|her|our|my|each|every|all|and|or|with|also|plus|is|be|for|of)\b| ", re.IGNORECASE
)
Choice = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Leaning:
    """Values that are common or rare.

    Attributes:
        how: `more`, `less`, or `part` for what is neither.
        span: two numbers between which they lie, instead of values.
        said: the words that say so.
    """

    how: str
    values: list[Choice]
    span: tuple[float, float] | None = None
    said: str = field(default="", compare=False)


@dataclass(slots=True)
class Facts:
    """What was read so far.

    Attributes:
        type: a type that was stated.
        family: `number` or `text` when only that much was stated.
        rules: constraints by their names.
        low, high: bounds of which it is still open what they bound.
        moments: bounds of dates and times, ISO 8601.
        after, before: what the cells come after or before, in the request's words.
        condition: when there is a value at all, in the request's words; `not ` before it when there is none then.
        rate: percents that the column is of another one.
        excluded: values that they never take.
        beside: a sign and another column, in the request's words: `!=` for `different from the origin`.
        formula: how they follow from other columns, in the request's words.
        references: `table.column`, or a table, in the request's words.
        fractions: whether the bounds are written with decimals.
        unit: what numbers are measured in.
        choices: the values a cell may take, with the share of each where shares were given.
        leanings: which of them are common or rare.
        notes: what was read and can only be told, not done.
        heard: the words that readers took.
        unread: what stands behind them and says something that no reader knows.
        doubts: what was read and may be meant otherwise, in sentences without their end.
    """

    type: ColumnType | None = None
    family: str | None = None
    rules: dict[str, object] = field(default_factory=dict)
    low: float | None = None
    high: float | None = None
    moments: tuple[str | None, str | None] | None = None
    after: str | None = None
    before: str | None = None
    condition: str | None = None
    rate: float | None = None
    excluded: list[Choice] = field(default_factory=list)
    beside: tuple[str, str] | None = None
    formula: str | None = None
    references: str | None = None
    fractions: bool = False
    unit: str | None = None
    choices: list[Choice] = field(default_factory=list)
    shares: list[float | None] = field(default_factory=list)
    leanings: list[Leaning] = field(default_factory=list)
    locale: str | None = None
    description: str = ""
    notes: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list, compare=False)
    unread: list[str] = field(default_factory=list, compare=False)
    doubts: list[str] = field(default_factory=list, compare=False)

    @property
    def empty(self) -> bool:
        """Whether nothing was said."""
        return self == Facts()

    def contradicts(self, later: "Facts") -> bool:
        """Whether both state a range, and not the same one."""
        mine, other = (self.low, self.high), (later.low, later.high)
        return None not in mine and None not in other and mine != other

    def merge(self, later: "Facts") -> None:
        """Take over what the later facts say."""
        for name in (
            "type",
            "family",
            "low",
            "high",
            "moments",
            "after",
            "before",
            "condition",
            "rate",
            "beside",
            "formula",
            "references",
            "unit",
            "locale",
        ):
            said = getattr(later, name)
            if said is not None:
                setattr(self, name, said)
        self.rules |= later.rules
        self.excluded += later.excluded
        self.fractions = self.fractions or later.fractions
        if later.choices:
            self.choices, self.shares = later.choices, later.shares
        self.leanings += later.leanings
        self.description = " ".join(part for part in (self.description, later.description) if part)
        self.notes += later.notes
        self.heard += later.heard
        self.unread += later.unread
        self.doubts += later.doubts


@dataclass(slots=True)
class Phrase:
    """A phrase from which readers take what they understand; what is left is a name."""

    text: str
    taken: list[tuple[str, str]] = field(default_factory=list)  # what stood before it, and what was cut out

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The first place where the pattern stands, cut out of the phrase."""
        found = pattern.search(self.text)
        if found is not None:
            self.cut(found.start(), found.end())
        return found

    def cut(self, start: int, stop: int) -> None:
        """Leave out a part."""
        self.taken.append((self.text[:start].strip(), self.text[start:stop]))
        self.text = " ".join(f"{self.text[:start]} {self.text[stop:]}".split())

    def cut_tail(self) -> str:
        """Cut out and return what is left behind the first part that was cut out: a name stands before it."""
        words = self.text.split()
        kept = len(words)
        for before, _ in self.taken:
            same = 0
            for mine, other in zip(words, before.split(), strict=False):
                if mine != other:
                    break
                same += 1
            kept = min(kept, same) if _ARTICLES.sub("", " ".join(words[:same])) else kept
        tail = " ".join(words[kept:])
        if re.match(r"(?:per|of|for|by)\b", tail, re.IGNORECASE):
            return ""
        self.text = " ".join(words[:kept])
        return tail
