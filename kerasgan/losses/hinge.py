"""The hinge objective."""

from __future__ import annotations

from keras import ops

from kerasgan.export import kerasgan_export
from kerasgan.losses.adversarial_loss import AdversarialLoss
from kerasgan.types import Tensor


@kerasgan_export
class Hinge(AdversarialLoss):
    """The discriminator keeps scores on their sides of a margin, and cares no further.

    - discriminator: `mean(max(0, 1 - d(real))) + mean(max(0, 1 + d(fake)))`
    - generator: `-mean(d(fake))`

    The objective of SNGAN, SAGAN and BigGAN. Use it with spectral normalisation or another bound on
    the discriminator.

    References:
        [Lim & Ye, 2017](https://arxiv.org/abs/1705.02894);
        [Miyato et al., 2018](https://arxiv.org/abs/1802.05957), equations 16 and 17.
    """

    # The best scores are signs: nothing is won beyond the margin.
    score_range = (-1.0, 1.0)

    def discriminator_loss(self, real_scores: Tensor, fake_scores: Tensor) -> Tensor:
        """What real scores lack of 1, and generated ones exceed -1 by."""
        return ops.mean(ops.relu(1.0 - real_scores)) + ops.mean(ops.relu(1.0 + fake_scores))

    def generator_loss(self, fake_scores: Tensor, real_scores: Tensor | None = None) -> Tensor:
        """The negative mean score of generated samples."""
        return -ops.mean(fake_scores)
