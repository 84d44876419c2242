"""The margin objective of energy-based GANs."""

from __future__ import annotations

from keras import ops

from kerasgan.export import kerasgan_export
from kerasgan.losses.adversarial_loss import AdversarialLoss
from kerasgan.types import Tensor


@kerasgan_export
class EnergyMargin(AdversarialLoss):
    """Real samples get low energy, generated ones at least a margin's.

    The energy is the negative score, `E = -d`, such as an autoencoder's mean squared error:

    - discriminator: `mean(E(real)) + mean(max(0, margin - E(fake)))`
    - generator: `mean(E(fake))`

    Nothing keeps the energy of real samples from falling without bound where the discriminator
    does not: let it return `-E` of an energy that is at least 0.

    Args:
        margin: Float, above zero, in units of the energy. The paper takes 10 for MNIST and 20 for
            images of 64 pixels. Defaults to `10.0`.

    Reference: [Zhao et al., 2017](https://arxiv.org/abs/1609.03126), equations 1 and 2.
    """

    def __init__(self, margin: float = 10.0) -> None:
        if margin <= 0.0:
            raise ValueError(f"`margin` must be above zero. Received: margin={margin}")
        self.margin = margin
        self.score_range = (-margin, 0.0)  # Of negative energies: from the margin's to none.

    def discriminator_loss(self, real_scores: Tensor, fake_scores: Tensor) -> Tensor:
        """The energy of real samples, and what generated ones' lacks of the margin."""
        return ops.mean(ops.relu(self.margin + fake_scores)) - ops.mean(real_scores)

    def generator_loss(self, fake_scores: Tensor, real_scores: Tensor | None = None) -> Tensor:
        """The energy of generated samples."""
        return -ops.mean(fake_scores)

    def get_config(self) -> dict[str, float]:
        """The constructor's arguments."""
        return {"margin": self.margin}
