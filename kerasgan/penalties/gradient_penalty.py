"""The gradient penalty of WGAN-GP."""

import keras
from keras import ops

from kerasgan.penalties.penalty import Penalty
from kerasgan.types import Tensor


@keras.saving.register_keras_serializable("kerasgan")
class GradientPenalty(Penalty):
    """Draws the norm of the critic's gradient to 1, between real and generated samples.

    `weight · mean((‖∇d(x̂)‖₂ - 1)²)`, where each x̂ lies at random on the line between a real and a
    generated sample. Use it with a critic without batch normalisation: the gradient of a sample's
    score must be the sample's own.

    Args:
        weight: Float, λ of the paper. Defaults to `10.0`.
        every: Int, see `Penalty`. Defaults to `1`.

    Reference: [Gulrajani et al., 2017](https://arxiv.org/abs/1704.00028), section 4.
    """

    name = "gradient_penalty"

    def __init__(self, weight: float = 10.0, every: int = 1) -> None:
        super().__init__(weight, every)

    def points(self, real: Tensor, fake: Tensor, seed: keras.random.SeedGenerator) -> Tensor:
        """Random points between real and generated samples, a place of its own for each pair."""
        shape = (ops.shape(real)[0], *(1 for _ in real.shape[1:]))
        place = keras.random.uniform(shape, dtype="float32", seed=seed)
        real, fake = ops.cast(real, "float32"), ops.cast(fake, "float32")
        return real + place * (fake - real)

    def cost(self, gradients: Tensor) -> Tensor:
        """The mean squared distance of the gradients' norms to 1."""
        # The root has no derivative at zero; the offset keeps a dead critic's gradient finite.
        norms = ops.sqrt(ops.sum(ops.square(gradients), axis=1) + 1e-12)
        return ops.mean(ops.square(norms - 1.0))
