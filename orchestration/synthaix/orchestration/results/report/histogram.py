"""Numbers cut into bins for a picture, with what was asked for in each."""

from typing import TYPE_CHECKING, Any

from synthaix.orchestration.results.report.asked import AskedCurve

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    Floats = NDArray[float64]

BINS = 40
TAIL = 0.005  # share of the values at either end that may lie outside the picture
STRETCH = 2.0  # ends that would make the picture so many times as wide are left outside


def histogram(values: "Floats", *, step: float | None, curve: AskedCurve | None = None) -> dict[str, Any] | None:
    """Counts of sorted values in equal bins, as JSON; None without spread.

    Args:
        step: the values are multiples of it, and so is the width of a bin: bins of unequal numbers of steps would draw
            teeth that the values do not have. None: they are continuous.

    Returns:
        `edges`, one more than `counts`; `step`; `asked`: expected counts; `below` and `above`: values outside.
    """
    import numpy as np

    if len(values) < 2 or values[0] == values[-1]:
        return None
    low, high = _ends(values)
    if step is not None and (high - low) / step < 1e12:
        least = round(low / step)
        width = max(1, int(np.ceil((round(high / step) - least + 1) / BINS)))
        places = np.arange(least, round(high / step) + width + 0.5, width)
        edges = (places - 0.5) * step
    else:
        edges = np.linspace(low, high, min(BINS, max(5, round(len(values) ** 0.5))) + 1)
    counts, _ = np.histogram(values, bins=edges)
    found: dict[str, Any] = {
        "edges": [float(f"{edge:.10g}") for edge in edges],
        "counts": counts.tolist(),
        "below": int((values < edges[0]).sum()),
        "above": int((values > edges[-1]).sum()),
    }
    if step is not None:
        found["step"] = step
    if curve is not None:
        shares = np.diff(curve.cumulative(edges))
        found["asked"] = [round(float(share) * len(values), 2) for share in shares]
    return found


def _ends(values: "Floats") -> tuple[float, float]:
    """The first and last number of the picture: all, or all but a tail that would leave the rest no room."""
    cut = int(len(values) * TAIL)
    low, high = float(values[0]), float(values[-1])
    inner_low, inner_high = float(values[cut]), float(values[-1 - cut])
    if inner_high > inner_low and high - low > STRETCH * (inner_high - inner_low):
        reach = (STRETCH - 1) / 4 * (inner_high - inner_low)
        return max(low, inner_low - reach), min(high, inner_high + reach)
    return low, high
