"""What all toy data ask of their arguments."""

from __future__ import annotations

import math
import numbers
from typing import Any


def check_count(**counts: Any) -> None:
    """Raises a ValueError unless all are positive ints."""
    for name, value in counts.items():
        whole = isinstance(value, numbers.Integral) and not isinstance(value, bool)
        if not whole or value < 1:
            raise ValueError(f"`{name}` must be a positive int. Received: {name}={value!r}")


def check_scale(**scales: Any) -> None:
    """Raises a ValueError unless all are positive and finite."""
    for name, value in scales.items():
        if not isinstance(value, numbers.Real) or not 0.0 < float(value) < math.inf:
            raise ValueError(f"`{name}` must be a positive number. Received: {name}={value!r}")


def check_noise(noise: Any) -> None:
    """Raises a ValueError unless it is finite and not negative."""
    if not isinstance(noise, numbers.Real) or not 0.0 <= float(noise) < math.inf:
        raise ValueError(f"`noise` must be 0 or positive. Received: noise={noise!r}")
