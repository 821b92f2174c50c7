"""A request taken apart."""

from dataclasses import dataclass, field

from synthaix.orchestration.translation.cadence import Cadence
from synthaix.orchestration.translation.counts import Count


@dataclass(slots=True)
class Request:
    """What a request says, in its own words.

    Attributes:
        text: tidied, numbers in digits.
        subject: the noun phrase that rows are about; empty when there is none.
        items: phrases of columns.
        noun: what is counted.
        cadence: how often there is a row, when that is said.
        statements: sentences and ends of sentences that say more.
    """

    text: str
    count: Count | None = None
    subject: str = ""
    noun: str = ""
    cadence: Cadence | None = None
    items: list[str] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)
