"""A request taken apart."""

from dataclasses import dataclass, field

from synthaix.orchestration.translation.counts import Count


@dataclass(slots=True)
class Request:
    """What a request says, in its own words.

    Attributes:
        text: tidied, numbers in digits.
        subject: the noun phrase that rows are about; empty when there is none.
        items: phrases of columns.
        statements: sentences and ends of sentences that say more.
    """

    text: str
    count: Count | None = None
    subject: str = ""
    items: list[str] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)
