"""The clipping of weights to a box."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from kerasgan.export import kerasgan_export
from kerasgan.types import Tensor


@kerasgan_export
class WeightClipping(keras.constraints.Constraint):
    """Clip each weight to [-limit, limit], so that a critic is Lipschitz continuous.

    Pass it as `kernel_constraint`, `bias_constraint`, `gamma_constraint` or `beta_constraint` to
    Keras's layers, or as `weight_constraint` to `kerasgan.networks.dcgan_discriminator` for all of
    its weights. Clipping limits what the critic can say; `kerasgan.penalties.GradientPenalty` and
    `kerasgan.layers.SpectralNormalization` were made to take its place.

    Args:
        limit: float above zero. Defaults to `0.01`, as in the paper.

    Raises:
        ValueError: if `limit` is not above zero.

    Example:

    ```python
    keras.layers.Dense(1, kernel_constraint=WeightClipping(0.01))
    ```

    Reference:
        [Arjovsky et al., 2017](https://arxiv.org/abs/1701.07875), algorithm 1.
    """

    def __init__(self, limit: float = 0.01) -> None:
        if not limit > 0:
            raise ValueError(
                "`limit` must be above zero, such as 0.01: weights are clipped to [-limit, limit]. "
                f"Received: limit={limit}"
            )
        self.limit = limit

    def __call__(self, w: Tensor) -> Tensor:
        """The clipped weight, of the same shape and dtype."""
        return ops.clip(w, -self.limit, self.limit)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {"limit": self.limit}
