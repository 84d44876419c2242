"""Batch normalisation whose gains and offsets are those of a class."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from kerasgan.export import kerasgan_export
from kerasgan.layers.batch_normalization import BatchNormalization
from kerasgan.types import Tensor


@kerasgan_export
class ConditionalBatchNormalization(keras.layers.Layer):
    """Batch normalisation with a gain and an offset of each channel for each class.

    Mean and variance are those of the whole batch, and at inference their moving averages; the
    label of a sample chooses the gains and offsets that follow. So a generator is told which class
    to make. Gains start at one and offsets at zero.

    Args:
        num_classes: int, number of classes.
        momentum: float, of the moving averages. Defaults to `0.9`.
        epsilon: float, added to the variance. Defaults to `1e-5`.

    Call arguments:
        inputs: list `[features, labels]`: a tensor `(batch, ..., channels)`, and integers
            `(batch,)` from 0 to `num_classes - 1`.
        training: bool, whether to normalise by the batch's own statistics. Defaults to `False`.

    Output shape:
        That of the features.

    Raises:
        ValueError: if `num_classes` is not a positive integer, or the inputs are not such a list.

    Example:

    ```python
    ConditionalBatchNormalization(10)([features, labels])  # (8, 4, 4, 32), (8,) -> (8, 4, 4, 32)
    ```

    Reference:
        [Dumoulin et al., 2017](https://arxiv.org/abs/1610.07629);
        [Miyato & Koyama, 2018](https://arxiv.org/abs/1802.05637), the authors' code.
    """

    def __init__(
        self, num_classes: int, momentum: float = 0.9, epsilon: float = 1e-5, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        if type(num_classes) is not int or num_classes < 1:
            raise ValueError(
                f"`num_classes` must be a positive integer. Received: num_classes={num_classes!r}"
            )
        self.num_classes = num_classes
        self.momentum = momentum
        self.epsilon = epsilon
        self.normalization = BatchNormalization(
            momentum=momentum,
            epsilon=epsilon,
            center=False,
            scale=False,
            dtype=self.dtype_policy,
            name="normalization",
        )

    def build(self, input_shape: Any) -> None:
        """Create the table of gains and that of offsets, one row for each class."""
        if not isinstance(input_shape[0], list | tuple) or len(input_shape) != 2:
            raise ValueError(
                "Conditional batch normalisation takes a list [features, labels]. "
                f"Received: input_shape={input_shape}"
            )
        features, _ = input_shape
        self.normalization.build(features)
        shape = (self.num_classes, features[-1])
        self.gains = self.add_weight(name="gains", shape=shape, initializer="ones")
        self.offsets = self.add_weight(name="offsets", shape=shape, initializer="zeros")
        self.built = True

    def call(self, inputs: list[Tensor], training: bool = False) -> Tensor:
        """Normalise the features, and give each sample the gains and offsets of its class."""
        features, labels = inputs
        normalized = self.normalization(features, training=training)
        labels = ops.cast(labels, "int32")
        shape = (-1, *[1] * (len(features.shape) - 2), features.shape[-1])
        gains = ops.reshape(ops.take(self.gains, labels, axis=0), shape)
        offsets = ops.reshape(ops.take(self.offsets, labels, axis=0), shape)
        return normalized * gains + offsets

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """The shape of the features."""
        return tuple(input_shape[0])

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {
            **super().get_config(),
            "num_classes": self.num_classes,
            "momentum": self.momentum,
            "epsilon": self.epsilon,
        }
