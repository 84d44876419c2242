"""The least-squares objective."""

import keras
from keras import ops

from kerasgan.losses.adversarial_loss import AdversarialLoss
from kerasgan.types import Tensor


@keras.saving.register_keras_serializable("kerasgan")
class LeastSquares(AdversarialLoss):
    """Scores are drawn to targets by their squared distance.

    - discriminator: `½ mean((d(real) - 1)²) + ½ mean(d(fake)²)`
    - generator: `mean((d(fake) - 1)²)`

    The generator's part is not halved, as in CycleGAN, whose cycle weights are tuned to that; the
    LSGAN paper halves it, which rescales the gradient and nothing else.

    References:
        [Mao et al., 2017](https://arxiv.org/abs/1611.04076), equation 9;
        [Zhu et al., 2017](https://arxiv.org/abs/1703.10593), section 4.
    """

    def discriminator_loss(self, real_scores: Tensor, fake_scores: Tensor) -> Tensor:
        """Half the squared distances of real scores to 1 and of generated ones to 0."""
        real = ops.mean(ops.square(real_scores - 1.0))
        return 0.5 * (real + ops.mean(ops.square(fake_scores)))

    def generator_loss(self, fake_scores: Tensor) -> Tensor:
        """The squared distance of generated samples' scores to 1."""
        return ops.mean(ops.square(fake_scores - 1.0))
