"""A distribution over levels of brightness for each value of an image."""

from __future__ import annotations

import math
from typing import Any

import keras
from keras import ops

from kerasgan.export import kerasgan_export
from kerasgan.types import Tensor


class CategoricalLikelihood(keras.layers.Layer):
    """log p(x) of samples whose values are levels, each drawn by itself, from logits.

    Args:
        num_levels: Int, levels that divide [-1, 1] evenly, ends included.
        **kwargs: As of `keras.layers.Layer`.
    """

    def __init__(self, num_levels: int, **kwargs: Any) -> None:
        super().__init__(**{"autocast": False, **kwargs})
        self.num_levels = num_levels
        self.built = True

    def call(self, data: Tensor, logits: Tensor) -> Tensor:
        """The log probabilities `(batch, draws)` of data `(batch, *)` by logits `(draws, *, K)`."""
        values = math.prod(logits.shape[1:-1])
        levels = ops.round(0.5 * (ops.reshape(data, (-1, values)) + 1.0) * (self.num_levels - 1))
        # Cast before they are clipped: what is no number must not become a row of another table.
        levels = ops.clip(ops.cast(levels, "int32"), 0, self.num_levels - 1)
        logs = ops.log_softmax(ops.cast(logits, "float32"), axis=-1)
        # Looked up as rows (value, level) of a table: one-hot vectors in a product of matrices
        # would be rounded where a GPU multiplies in TF32.
        table = ops.transpose(ops.reshape(logs, (-1, values * self.num_levels)))
        rows = levels + self.num_levels * ops.arange(values, dtype="int32")
        return ops.sum(ops.take(table, rows, axis=0), axis=1)


@kerasgan_export
class ExpectedLevel(keras.layers.Layer):
    """The mean brightness in [-1, 1] under logits `(batch, *, num_levels)`."""

    def call(self, logits: Tensor) -> Tensor:
        """The mean, float32, `(batch, *)`."""
        probabilities = ops.softmax(ops.cast(logits, "float32"), axis=-1)
        return ops.sum(probabilities * ops.linspace(-1.0, 1.0, logits.shape[-1]), axis=-1)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """The shape without the levels."""
        return tuple(input_shape[:-1])
