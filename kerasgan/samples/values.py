"""What was found in an array of the data."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Values:
    """What was found in an array of the data.

    Args:
        name: What the user calls it.
        shape: Its shape.
        dtype: The name of its type.
        low, high: Floats, its least and its greatest value.
        array: The array, as NumPy has it.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    low: float
    high: float
    array: np.ndarray = field(repr=False)
