"""Normalisation of a batch by its own statistics, by the fastest kernel of each backend."""

from __future__ import annotations

import keras

from kerasgan.types import Tensor

if keras.backend.backend() == "tensorflow":
    from kerasgan.ops.batch_normalization.tensorflow import normalize
elif keras.backend.backend() == "torch":
    from kerasgan.ops.batch_normalization.torch import normalize
else:
    from kerasgan.ops.batch_normalization.plain import normalize


def batch_normalization(
    x: Tensor, epsilon: float, scale: Tensor | None = None, offset: Tensor | None = None
) -> tuple[Tensor, Tensor, Tensor]:
    """Normalise each channel over all other axes, and return the statistics.

    Args:
        x: Tensor `(batch, channels)` or `(batch, height, width, channels)`, float16, bfloat16 or
            float32.
        epsilon: Float, added to the variance.
        scale: Tensor `(channels,)`, float32, multiplied onto the result. Defaults to `None`.
        offset: Tensor `(channels,)`, float32, added after it. Defaults to `None`.

    Returns:
        `(y, mean, variance)`: `y` of the shape and dtype of `x`; the mean and the biased variance
        `(channels,)`, float32.

    Reference: [Ioffe and Szegedy, 2015](https://arxiv.org/abs/1502.03167).
    """
    return normalize(x, epsilon, scale, offset)
