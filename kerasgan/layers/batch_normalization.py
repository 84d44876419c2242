"""Keras's batch normalisation, faster."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from kerasgan.export import kerasgan_export
from kerasgan.ops.batch_normalization import batch_normalization
from kerasgan.types import Tensor

KERNEL_DTYPES = ("float16", "bfloat16", "float32")


@kerasgan_export
class BatchNormalization(keras.layers.BatchNormalization):
    """Keras's layer with the fused kernels of TensorFlow and PyTorch in training.

    Keras 3 writes the formula out, which takes 6 % of a DCGAN's step on a CPU, and on PyTorch takes
    the variance as a difference of squares, which is lost where the mean is large. Arguments,
    weights and results are those of `keras.layers.BatchNormalization`; what the kernels cannot do
    (another axis, masks, renormalisation, statistics over replicas) is left to it.

    Call arguments:
        inputs: Tensor of any rank from 2 up, channels last by default; the kernels take
            `(batch, channels)` and `(batch, height, width, channels)`.
        training: Bool or `None`, whether to use the batch's statistics and move the moving ones.
            Defaults to `None`, the mode of the call around it.
        mask: Bool tensor of one rank less, the values to count. Defaults to `None`.

    Output shape:
        That of the inputs.

    Example:

    ```python
    y = kerasgan.layers.BatchNormalization()(x, training=True)  # (8, 16, 16, 32) -> the same
    ```

    Reference: [Ioffe and Szegedy, 2015](https://arxiv.org/abs/1502.03167).
    """

    def call(self, inputs: Tensor, training: bool | None = None, mask: Any = None) -> Tensor:
        """Normalise by the batch in training, else by the moving statistics."""
        if not (training and self.trainable and mask is None and self._kernels_can(inputs)):
            return super().call(inputs, training=training, mask=mask)
        outputs, mean, variance = batch_normalization(inputs, self.epsilon, self.gamma, self.beta)
        for moving, now in ((self.moving_mean, mean), (self.moving_variance, variance)):
            moving.assign(
                moving * self.momentum + ops.cast(now, moving.dtype) * (1.0 - self.momentum)
            )
        return ops.cast(outputs, self.compute_dtype)

    def _kernels_can(self, inputs: Tensor) -> bool:
        shape = inputs.shape
        plain = not (self.synchronized or getattr(self, "renorm", False))
        many = any(length != 1 for length in shape[:-1])  # One value alone has no variance.
        last = len(shape) in (2, 4) and self.axis in (-1, len(shape) - 1)
        known = keras.backend.standardize_dtype(inputs.dtype) in KERNEL_DTYPES
        return plain and many and last and known
