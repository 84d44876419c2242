"""Density-ratio matching by the Kullback-Leibler divergence."""

from keras import ops

from kerasgan.export import kerasgan_export
from kerasgan.losses.density_ratio import DensityRatio
from kerasgan.types import Tensor


@kerasgan_export
class KLIEP(DensityRatio):
    """Kullback-Leibler importance estimation: KL(p‖r·q) of the density ratio r = p/q.

    With `r = softplus(d)`:

    - discriminator: `mean(r(fake)) - mean(log r(real))`; at the true ratio it is `1 - KL(p‖q)`
    - generator: `-mean(log r(fake))`, the reverse Kullback-Leibler divergence

    The first term takes the place of the condition that r·q be a density.

    References:
        [Sugiyama et al., 2008](https://doi.org/10.1007/s10463-008-0197-x);
        [Mohamed & Lakshminarayanan, 2016](https://arxiv.org/abs/1610.03483).
    """

    def discriminator_loss(self, real_scores: Tensor, fake_scores: Tensor) -> Tensor:
        """The divergence of the real density from r·q, but for a constant."""
        return ops.mean(self.ratio(fake_scores)) - ops.mean(self.log_ratio(real_scores))
