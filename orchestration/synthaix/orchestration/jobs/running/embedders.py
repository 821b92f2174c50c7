"""The embedders of a process, by name: its own for new jobs, and that of a job for the job's whole life."""

from collections.abc import Callable
from functools import cache

from synthaix.orchestration.dedup.chroma_function import ChromaFunction, check_function
from synthaix.orchestration.dedup.embedding import Embedder, HashEmbedder, UseEmbedder
from synthaix.orchestration.errors import ArgumentInvalid
from synthaix.orchestration.jobs.paying.spending import Account

Paid = Callable[[str, Account], Embedder | None]  # the embedder of this name on an account, where it can be asked
_FREE: dict[str, type[UseEmbedder] | type[HashEmbedder]] = {"use": UseEmbedder, "hash": HashEmbedder}


class Embedders:
    """Makes embedders.

    Args:
        chosen: `use`, `hash`, `openai:<model>` or `chroma:<function>`: for new jobs.
        paid: makes those that cost money.

    Attributes:
        own: name of the one for new jobs.
    """

    def __init__(self, chosen: str, paid: Paid) -> None:
        self._paid = paid
        self.own = _FREE[chosen].name if chosen in _FREE else chosen
        self._made = cache(_free)

    def check(self) -> None:
        """Raise ArgumentInvalid, or PriceUnknown: the one for new jobs cannot be made here."""
        if self.own.startswith("chroma:"):
            check_function(self.own.removeprefix("chroma:"))
        elif self.of(self.own, Account("")) is None:
            raise ArgumentInvalid(
                "The embedder is a model of a provider, and no key or address of one is set.",
                field="SYNTHAIX_EMBEDDER",
            )

    def of(self, name: str | None, account: Account) -> Embedder | None:
        """The embedder of this name; None: this process cannot make it.

        Args:
            name: None in jobs of before it was stored: the process's own.
            account: that pays, where it costs anything.
        """
        name = name or self.own
        return self._paid(name, account) if name.startswith("openai:") else self._made(name)


def _free(name: str) -> Embedder | None:
    if name.startswith("chroma:"):
        return ChromaFunction(name.removeprefix("chroma:"))
    return next((made() for made in _FREE.values() if made.name == name), None)
