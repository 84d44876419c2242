"""Integers as arguments: counts and seeds, whether Python's or NumPy's."""

from __future__ import annotations

import operator
from typing import Any


def is_integer(value: object) -> bool:
    """Whether `value` is an integer: NumPy's count, booleans and floats do not."""
    # A tensor of floats has an `__index__` as well, which raises an error.
    try:
        operator.index(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False
    return not isinstance(value, bool) and getattr(value, "shape", ()) == ()


def is_positive_int(value: object) -> bool:
    """Whether `value` is an integer (NumPy's count, booleans do not) and above zero."""
    return is_integer(value) and operator.index(value) > 0  # type: ignore[arg-type]


def read_seed(seed: Any) -> Any:
    """A seed as Keras takes it: an int, or as it is what draws by itself.

    Args:
        seed: Int from 0 up, also NumPy's; `None`; or an object that holds a state, such as a
            `keras.random.SeedGenerator`.

    Raises:
        ValueError: If it is a boolean, a number that is no integer, negative, or a string.
    """
    if seed is None or hasattr(seed, "next"):
        return seed
    if not is_integer(seed) or operator.index(seed) < 0:
        raise ValueError(f"`seed` must be an integer from 0 up, or `None`. Received: seed={seed!r}")
    return operator.index(seed)
