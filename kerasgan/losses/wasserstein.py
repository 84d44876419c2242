"""The Wasserstein objective."""

from __future__ import annotations

from keras import ops

from kerasgan.export import kerasgan_export
from kerasgan.losses.adversarial_loss import LOGITS, AdversarialLoss
from kerasgan.types import Tensor


@kerasgan_export
class Wasserstein(AdversarialLoss):
    """The earth mover's distance, as estimated by a critic that is kept 1-Lipschitz.

    - discriminator: `mean(d(fake)) - mean(d(real))`
    - generator: `-mean(d(fake))`

    Keep the critic Lipschitz by `penalties=[kerasgan.penalties.GradientPenalty()]`, weight clipping
    or spectral normalisation: without one of them the loss has no lower bound.

    Reference: [Arjovsky et al., 2017](https://arxiv.org/abs/1701.07875).
    """

    score_range = LOGITS

    def discriminator_loss(self, real_scores: Tensor, fake_scores: Tensor) -> Tensor:
        """The negative of the estimated distance."""
        return ops.mean(fake_scores) - ops.mean(real_scores)

    def generator_loss(self, fake_scores: Tensor, real_scores: Tensor | None = None) -> Tensor:
        """The negative mean score of generated samples."""
        return -ops.mean(fake_scores)
