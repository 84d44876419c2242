"""Batch normalisation by the formula, which XLA fuses."""

from __future__ import annotations

from keras import ops

from kerasgan.types import Tensor


def normalize(
    x: Tensor, epsilon: float, scale: Tensor | None, offset: Tensor | None
) -> tuple[Tensor, Tensor, Tensor]:
    """See `kerasgan.ops.batch_normalization`."""
    y = ops.cast(x, "float32")
    mean, variance = ops.moments(y, axes=list(range(len(x.shape) - 1)))
    y = ops.batch_normalization(y, mean, variance, -1, offset, scale, epsilon)
    return ops.cast(y, x.dtype), mean, variance
