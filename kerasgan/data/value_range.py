"""The values of black and white in image files, as users give them and as messages tell them."""

from __future__ import annotations

import math
from numbers import Real
from typing import Any

Range = tuple[float, float]

# Floating-point values that were computed may miss the ends of their range by so much.
TOLERANCE = 1e-3
USUAL = ((0.0, 1.0), (-1.0, 1.0), (0.0, 255.0), (0.0, 4095.0), (0.0, 65535.0))


def check_value_range(value_range: Any) -> Range:
    """Returns the values of black and white as floats.

    Raises:
        ValueError: If it is not a pair of numbers of which the second is the greater.
    """
    try:
        low, high = value_range
        good = all(isinstance(v, Real) and not isinstance(v, bool) for v in (low, high))
        good = good and math.isfinite(low) and math.isfinite(high) and low < high
    except (TypeError, ValueError):
        good = False
    if not good:
        raise ValueError(
            "`value_range` must be None or a pair of numbers, the value of black and the greater "
            f"one of white. Received: value_range={value_range!r}"
        )
    return float(low), float(high)


def lies_within(least: float, most: float, value_range: Range) -> bool:
    """Whether values from `least` to `most` lie in a range, but for what rounding makes of it."""
    return least >= value_range[0] - TOLERANCE and most <= value_range[1] + TOLERANCE


def likely_range(least: float, most: float) -> Range:
    """A usual range that holds the values, or else their own in round numbers."""
    usual = (known for known in USUAL if lies_within(least, most, known))
    return next(usual, (float(math.floor(least)), float(math.ceil(most))))


def told(value_range: Range, between: str = ", ") -> str:
    """A range as a message tells it: whole numbers with all their digits."""
    return between.join(
        str(int(value)) if value.is_integer() else f"{value:g}" for value in value_range
    )
