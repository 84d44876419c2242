"""The gradient penalty of WGAN-GP."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from kerasgan.export import kerasgan_export
from kerasgan.penalties.gradient_norms import gradient_norms
from kerasgan.penalties.penalty import Penalty
from kerasgan.types import Tensor


@kerasgan_export
class GradientPenalty(Penalty):
    """Draws the norm of the critic's gradient to 1, between real and generated samples.

    `weight · mean((‖∇d(x̂)‖₂ - 1)²)`, where each x̂ lies at random on the line between a real and a
    generated sample. Use it with a critic without batch normalisation: the gradient of a sample's
    score must be the sample's own.

    Args:
        weight: Float, λ of the paper. Defaults to `10.0`.
        every: Int, see `Penalty`. Defaults to `1`.
        one_sided: Bool, whether norms below 1 cost nothing: `max(0, ‖∇d(x̂)‖₂ - 1)²`. The paper
            found no harm in the other side. Defaults to `False`.

    Reference: [Gulrajani et al., 2017](https://arxiv.org/abs/1704.00028), section 4.
    """

    name = "gradient_penalty"

    def __init__(self, weight: float = 10.0, every: int = 1, one_sided: bool = False) -> None:
        super().__init__(weight, every)
        self.one_sided = one_sided

    def points(self, real: Tensor, fake: Tensor, seed: keras.random.SeedGenerator) -> Tensor:
        """Random points between real and generated samples, a place of its own for each pair."""
        shape = (ops.shape(real)[0], *(1 for _ in real.shape[1:]))
        place = keras.random.uniform(shape, dtype="float32", seed=seed)
        real, fake = ops.cast(real, "float32"), ops.cast(fake, "float32")
        return real + place * (fake - real)

    def cost(self, gradients: Tensor) -> Tensor:
        """The mean squared distance of the gradients' norms to 1, or that of larger ones."""
        excess = gradient_norms(gradients) - 1.0
        return ops.mean(ops.square(ops.relu(excess) if self.one_sided else excess))

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {**super().get_config(), "one_sided": self.one_sided}
