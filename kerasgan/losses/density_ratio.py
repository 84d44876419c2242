"""The interface of objectives that match the ratio of two densities."""

from __future__ import annotations

from keras import ops

from kerasgan.losses.adversarial_loss import LOGITS, AdversarialLoss
from kerasgan.types import Tensor

# Below this score log(softplus(d)) is d, to float32's last digit.
_LINEAR = -16.0


class DensityRatio(AdversarialLoss):
    """Abstract: the discriminator estimates r = p/q, real density over generated density.

    From scores `d` the ratio is `r = softplus(d)`: above zero, and growing no faster than the
    score, so that neither it nor its logarithm overflows.

    The generator minimises `-mean(log r(fake))`, the reverse divergence KL(q‖p) by the estimated
    ratio. For this divergence the gradient with the ratio held fixed is the divergence's own.

    Reference: [Mohamed & Lakshminarayanan, 2016](https://arxiv.org/abs/1610.03483), section 3.
    """

    score_range = LOGITS

    def ratio(self, scores: Tensor) -> Tensor:
        """The estimated ratio of real to generated density, from scores; above zero."""
        return ops.softplus(scores)

    def log_ratio(self, scores: Tensor) -> Tensor:
        """The logarithm of `ratio`, finite for every score."""
        # Each branch sees only scores where it and its gradient are finite.
        large = ops.log(ops.softplus(ops.maximum(scores, _LINEAR)))
        return ops.where(scores > _LINEAR, large, scores)

    def generator_loss(self, fake_scores: Tensor, real_scores: Tensor | None = None) -> Tensor:
        """The reverse Kullback-Leibler divergence, by the estimated ratio."""
        return -ops.mean(self.log_ratio(fake_scores))
