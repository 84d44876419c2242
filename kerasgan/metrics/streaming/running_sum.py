"""Sums in variables, as exact as those of float64."""

from __future__ import annotations

import contextlib
from typing import Any

import keras
import numpy as np
from keras import ops

from kerasgan.types import Tensor


class RunningSum:
    """A sum of tensors that a metric's variables hold.

    It is of float64 where the backend has it. JAX mostly has not: there a second variable holds
    what float32 rounds off (Knuth's two-sum), so that many batches cost no accuracy.

    Args:
        metric: The metric whose state the sum is.
        shape: Tuple of ints.
        name: String.
    """

    def __init__(self, metric: keras.metrics.Metric, shape: tuple[int, ...], name: str) -> None:
        dtype = widest_dtype()
        self._high = metric.add_variable(shape, "zeros", dtype, name=name)
        self._low = None
        if dtype == "float32":
            self._low = metric.add_variable(shape, "zeros", dtype, name=f"{name}_low")

    def add(self, value: Tensor) -> None:
        """Adds a tensor of the shape of the sum."""
        if self._low is None:
            self._high.assign_add(value)
            return
        old = ops.convert_to_tensor(self._high)
        total = old + value
        part = total - old
        self._low.assign_add((old - (total - part)) + (value - part))
        self._high.assign(total)

    def value(self) -> np.ndarray:
        """The sum, a float64 array."""
        high = np.asarray(ops.convert_to_numpy(self._high), "float64")
        return high if self._low is None else high + ops.convert_to_numpy(self._low)

    @property
    def variables(self) -> list[Any]:
        """The variables that hold it."""
        return [self._high] if self._low is None else [self._high, self._low]


def widest_dtype() -> str:
    """`"float64"`, or `"float32"` on JAX, unless it was told to have float64."""
    if keras.backend.backend() == "jax":
        import jax

        return "float64" if jax.config.read("jax_enable_x64") else "float32"
    return "float64"


def full_precision() -> contextlib.AbstractContextManager:
    """In it products of float32 matrices are of float32, and not of shorter numbers, as on GPUs."""
    if keras.backend.backend() == "jax":
        import jax

        return jax.default_matmul_precision("highest")
    return contextlib.nullcontext()  # Elsewhere they are of float64.


def zero(variables: list[Any]) -> None:
    """Sets variables to 0."""
    for variable in variables:
        variable.assign(ops.zeros(variable.shape, variable.dtype))
