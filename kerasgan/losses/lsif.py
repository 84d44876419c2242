"""Density-ratio matching by least squares."""

from keras import ops

from kerasgan.export import kerasgan_export
from kerasgan.losses.density_ratio import DensityRatio
from kerasgan.types import Tensor


@kerasgan_export
class LSIF(DensityRatio):
    """Least-squares importance fitting: the squared error of the density ratio r = p/q.

    With `r = softplus(d)`:

    - discriminator: `½ mean(r(fake)²) - mean(r(real))`, which is `½ E_q (r - p/q)²` but for a
      constant; at the true ratio it is `-½ E_q (p/q)²`
    - generator: `-mean(log r(fake))`, the reverse Kullback-Leibler divergence

    Where real samples have no generated ones near, nothing holds the ratio down, and the loss has
    no lower bound: keep the discriminator smooth, by `penalties=[kerasgan.penalties.R1()]` or
    spectral normalisation. `KLIEP` grows with the ratio's logarithm, and is the calmer one.

    References:
        [Kanamori et al., 2009](https://jmlr.org/papers/v10/kanamori09a.html);
        [Mohamed & Lakshminarayanan, 2016](https://arxiv.org/abs/1610.03483).
    """

    def discriminator_loss(self, real_scores: Tensor, fake_scores: Tensor) -> Tensor:
        """The squared error of the ratio, but for a constant."""
        squares = ops.mean(ops.square(self.ratio(fake_scores)))
        return 0.5 * squares - ops.mean(self.ratio(real_scores))
