"""Small charts as inline SVG: a histogram with what was asked over it, a line, a bar.

They stretch to the width of where they stand, so they hold no text but their title and description; the numbers of the
axes are HTML beside them. Colours are classes of the page's style sheet.
"""

from collections.abc import Sequence
from itertools import count

from synthaix.orchestration.results.report.markup import esc

WIDTH, HEIGHT = 400, 100
_ROOM = 0.94  # of the height that the highest bar takes


class Charts:
    """Draws the charts of one page; each has ids of its own."""

    def __init__(self) -> None:
        self._ids = count(1)

    def histogram(
        self, counts: Sequence[float], asked: Sequence[float] | None = None, *, title: str, description: str
    ) -> str:
        """Bars side by side, and a line through what was asked for in each."""
        highest = max([*counts, *(asked or ()), 1e-9])
        shapes = f'<path class="bars" d="{_bars(counts, highest)}"/>'
        if asked:
            step = WIDTH / len(asked)
            points = [((place + 0.5) * step, _y(share, highest)) for place, share in enumerate(asked)]
            if len(points) > 1:  # to the edges of the picture
                points = [(0, points[0][1]), *points, (WIDTH, points[-1][1])]
            shapes += f'<path class="asked" d="{_polyline(points)}"/>'
        return self._svg(shapes, title, description, "chart")

    def line(self, points: Sequence[tuple[float, float]], *, title: str, description: str) -> str:
        """A line from left to right over a filled ground, from 0 on."""
        right, top = max(max(x for x, _ in points), 1e-9), max(max(y for _, y in points), 1e-9)
        drawn = [(x / right * WIDTH, _y(y, top)) for x, y in points]
        ground = f"{_polyline(drawn)}L{_n(drawn[-1][0])} {HEIGHT}L{_n(drawn[0][0])} {HEIGHT}z"
        shapes = f'<path class="ground" d="{ground}"/><path class="line" d="{_polyline(drawn)}"/>'
        return self._svg(shapes, title, description, "chart")

    def spark(self, counts: Sequence[float]) -> str:
        """A tiny histogram that only repeats what stands beside it."""
        shape = f'<path class="bars" d="{_bars(counts, max([*counts, 1e-9]), gap=0)}"/>'
        box = f'viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none"'
        return f'<svg class="spark" {box} aria-hidden="true">{shape}</svg>'

    def bar(self, share: float, asked: float | None, scale: float) -> str:
        """A bar beside the number that it pictures, with a mark at what was asked; `scale` fills it."""
        scale = max(scale, 1e-9)
        width = WIDTH * min(1.0, share / scale)
        shapes = f'<path class="bars" d="M0 10h{_n(width)}v80H0z"/>'
        if asked is not None:
            shapes += f'<path class="asked" d="M{_n(WIDTH * min(1.0, asked / scale))} 0v{HEIGHT}"/>'
        box = f'viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none"'
        return f'<svg class="bar" {box} aria-hidden="true">{shapes}</svg>'

    def _svg(self, shapes: str, title: str, description: str, name: str) -> str:
        number = next(self._ids)
        labels = f'<title id="t{number}">{esc(title)}</title><desc id="d{number}">{esc(description)}</desc>'
        box = f'viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none"'
        named = f'role="img" aria-labelledby="t{number}" aria-describedby="d{number}"'
        return f'<svg class="{name}" {box} {named}>{labels}{shapes}</svg>'


def _bars(counts: Sequence[float], highest: float, gap: float = 0.12) -> str:
    """One path for all bars: a tenth of what a rectangle each would take."""
    step = WIDTH / max(1, len(counts))
    inset = step * gap / 2
    parts = [
        f"M{_n(place * step + inset)} {HEIGHT}V{_n(_y(count, highest))}h{_n(step - 2 * inset)}V{HEIGHT}z"
        for place, count in enumerate(counts)
        if count
    ]
    return "".join(parts)


def _polyline(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in points)


def _y(value: float, highest: float) -> float:
    return HEIGHT * (1 - _ROOM * value / highest)


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
