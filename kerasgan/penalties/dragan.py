"""The penalty of DRAGAN."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from kerasgan.export import kerasgan_export
from kerasgan.penalties.gradient_norms import gradient_norms
from kerasgan.penalties.penalty import Penalty
from kerasgan.types import Tensor


@kerasgan_export
class DRAGAN(Penalty):
    """Draws the norm of the discriminator's gradient to 1 around the real samples.

    `weight · mean((‖∇d(x̂)‖₂ - 1)²)` at x̂ = x + α·δ, with α uniform in [0, 1] for each sample and δ
    uniform in [0, `deviation`·s] for each feature, s the standard deviation of the batch. So the
    authors' code draws them; the paper has δ ~ N(0, cI). It goes with the losses of the first GANs,
    and needs no generated samples.

    Args:
        weight: Float, λ of the paper. Defaults to `10.0`.
        deviation: Float, the largest distance from a real sample in each feature, in standard
            deviations of the batch. Defaults to `0.5`.
        every: Int, see `Penalty`. Defaults to `1`.

    Raises:
        ValueError: If `deviation` is not above zero.

    Reference: [Kodali et al., 2017](https://arxiv.org/abs/1705.07215), section 2.3.
    """

    name = "dragan"

    def __init__(self, weight: float = 10.0, deviation: float = 0.5, every: int = 1) -> None:
        super().__init__(weight, every)
        if not deviation > 0:
            raise ValueError(
                "`deviation` must be above zero: without it the gradient is taken at the real "
                f"samples, as `R1` does. Received: deviation={deviation}"
            )
        self.deviation = deviation

    def points(self, real: Tensor, fake: Tensor, seed: keras.random.SeedGenerator) -> Tensor:
        """Random points near the real samples."""
        real = ops.cast(real, "float32")
        shape = (ops.shape(real)[0], *(1 for _ in real.shape[1:]))
        place = keras.random.uniform(shape, dtype="float32", seed=seed)
        noise = keras.random.uniform(ops.shape(real), dtype="float32", seed=seed)
        return real + place * (self.deviation * ops.std(real)) * noise

    def cost(self, gradients: Tensor) -> Tensor:
        """The mean squared distance of the gradients' norms to 1."""
        return ops.mean(ops.square(gradient_norms(gradients) - 1.0))

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {**super().get_config(), "deviation": self.deviation}
