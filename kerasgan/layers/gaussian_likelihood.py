"""Normal noise around what a network makes."""

from __future__ import annotations

import math
from typing import Any

import keras
from keras import ops

from kerasgan.types import Tensor


class GaussianLikelihood(keras.layers.Layer):
    """log N(x; mean, σ²I) of samples under means, with one standard deviation for all values.

    Args:
        scale: Float above 0, σ or where it starts.
        learnt: Bool, whether σ is trained.
        **kwargs: As of `keras.layers.Layer`.
    """

    def __init__(self, scale: float, learnt: bool, **kwargs: Any) -> None:
        # One number, which half precision would hold too coarsely.
        super().__init__(**{"autocast": False, **kwargs})
        self.log_scale = self.add_weight(
            (),
            keras.initializers.Constant(math.log(scale)),
            "float32",
            trainable=learnt,
            autocast=False,
            name="log_scale",
        )
        self.built = True

    def call(self, data: Tensor, means: Tensor) -> Tensor:
        """The log densities `(batch, draws)` of data `(batch, *shape)` under means `(draws, *)`."""
        values = math.prod(means.shape[1:])
        data, means = ops.reshape(data, (-1, 1, values)), ops.reshape(means, (1, -1, values))
        # Differences first: |x|² - 2xm + |m|² would save memory, and lose the digits that a small
        # σ makes count.
        squares = ops.sum(ops.square(data - means), axis=-1)
        normalizer = values * (self.log_scale + 0.5 * math.log(2.0 * math.pi))
        return -0.5 * squares * ops.exp(-2.0 * self.log_scale) - normalizer
