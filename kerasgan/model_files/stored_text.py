"""Text in files of weights, which hold numbers only."""

from __future__ import annotations

from typing import Any

import numpy as np


def write(text: str) -> np.ndarray:
    """Text as a file of weights takes it: the numbers of its bytes."""
    return np.frombuffer(text.encode(), "uint8")


def read(stored: Any) -> str:
    """The text that `write` was given.

    Args:
        stored: Array or HDF5 data set.
    """
    return np.asarray(stored, "uint8").tobytes().decode()
