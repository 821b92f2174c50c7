"""An event loop of virtual time, for simulations: the code is real, and nobody waits."""

import asyncio
import selectors


class _InstantSelector(selectors.DefaultSelector):
    """Waits for nothing: the loop's clock is moved instead."""

    skipped = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.skipped += timeout or 0.0
        found: list[tuple[selectors.SelectorKey, int]] = super().select(0)
        return found


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose time passes only where everybody sleeps."""

    def __init__(self) -> None:
        self._instant = _InstantSelector()
        super().__init__(self._instant)

    def time(self) -> float:
        return self._instant.skipped
