"""The R1 penalty."""

import keras
from keras import ops

from kerasgan.export import kerasgan_export
from kerasgan.penalties.penalty import Penalty
from kerasgan.types import Tensor


@kerasgan_export
class R1(Penalty):
    """Draws the discriminator's gradient at real samples to zero: `weight / 2 · mean(‖∇d(x)‖²)`.

    With it the simplest game converges where the plain one circles for ever; the regulariser of
    StyleGAN.

    Args:
        weight: Float, γ of the paper. Defaults to `10.0`.
        every: Int, see `Penalty`; StyleGAN2 takes 16. Defaults to `1`.

    Reference: [Mescheder et al., 2018](https://arxiv.org/abs/1801.04406), equation 9.
    """

    name = "r1"

    def __init__(self, weight: float = 10.0, every: int = 1) -> None:
        super().__init__(weight, every)

    def points(self, real: Tensor, fake: Tensor, seed: keras.random.SeedGenerator) -> Tensor:
        """The real samples."""
        return ops.cast(real, "float32")

    def cost(self, gradients: Tensor) -> Tensor:
        """Half the mean squared norm of the gradients."""
        return 0.5 * ops.mean(ops.sum(ops.square(gradients), axis=1))
