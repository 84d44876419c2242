"""Values that are computed in some steps only."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import keras
from keras import ops

from kerasgan.types import Tensor


def value_or_zero(wanted: Tensor, value: Callable[[], Tensor]) -> Tensor:
    """`value()` where it is wanted, and a zero that costs nothing where it is not.

    Args:
        wanted: Boolean scalar.
        value: Callable to a float32 scalar. It may run networks; what they change in their state
            is dropped on JAX, where a branch returns nothing but its value.
    """

    def branch() -> Tensor:
        with _state_of_its_own():
            return value()

    return ops.cond(wanted, branch, lambda: ops.zeros((), "float32"))


def _state_of_its_own() -> AbstractContextManager:
    if keras.backend.backend() != "jax":
        return nullcontext()
    from kerasgan.ops.gradients.jax import StateScope

    return StateScope()
