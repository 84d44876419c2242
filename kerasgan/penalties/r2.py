"""The R2 penalty."""

import keras
from keras import ops

from kerasgan.export import kerasgan_export
from kerasgan.penalties.penalty import Penalty
from kerasgan.types import Tensor


@kerasgan_export
class R2(Penalty):
    """Draws the discriminator's gradient to zero at generated samples.

    `weight / 2 · mean(‖∇d(x̃)‖²)`.

    The counterpart of `R1`; R3GAN takes both, with a relativistic loss.

    Args:
        weight: Float, γ of the paper. Defaults to `10.0`.
        every: Int, see `Penalty`. Defaults to `1`.

    Reference: [Mescheder et al., 2018](https://arxiv.org/abs/1801.04406), equation 10.
    """

    name = "r2"

    def __init__(self, weight: float = 10.0, every: int = 1) -> None:
        super().__init__(weight, every)

    def points(self, real: Tensor, fake: Tensor, seed: keras.random.SeedGenerator) -> Tensor:
        """The generated samples."""
        return ops.cast(fake, "float32")

    def cost(self, gradients: Tensor) -> Tensor:
        """Half the mean squared norm of the gradients."""
        return 0.5 * ops.mean(ops.sum(ops.square(gradients), axis=1))
