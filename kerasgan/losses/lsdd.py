"""The least-squares density difference."""

from __future__ import annotations

import math

from keras import ops

from kerasgan.export import kerasgan_export
from kerasgan.losses.adversarial_loss import AdversarialLoss
from kerasgan.losses.scores import as_features, given
from kerasgan.ops.kernels import gaussian, squared_distances
from kerasgan.types import Tensor


@kerasgan_export
class LSDD(AdversarialLoss):
    """The squared distance of two densities, ∫(p - q)², from a direct fit of their difference.

    Scores are features of samples, `(batch, features)`; patch scores count as features. The
    difference is modelled by Gaussians of width σ on all 2n samples of the batch,
    `g = Σ θ_l k(·, c_l)`. With `h_l = mean(k(real, c_l)) - mean(k(fake, c_l))`,
    `H_lm = exp(-|c_l - c_m|² / (4 σ²))` and `θ = (H + λ I)⁻¹ h`, in closed form:

    - distance: `D = 2 hᵀθ - θᵀ H θ`, which is ∫(p - q)² times (π σ²)^(features/2)
    - discriminator: `-D`: it learns the features in which the two differ most
    - generator: `D`

    The fit solves for 2n weights, with work that grows as n³: keep batches near 64.

    A difference needs no division, and stays finite where a ratio does not. With one score for each
    sample and no kernel, least squares against the mixture of both samples gives
    `LeastSquares(fake_target=-1.0)`, whose optimal score is (p - q) / (p + q).

    Args:
        bandwidth: Float σ, above 0, in units of the features. Defaults to `1.0`.
        regularization: Float λ, above 0. The larger, the smoother the difference, and the smaller
            the distance. Defaults to `1.0`.

    References:
        [Sugiyama et al., 2013](https://doi.org/10.1162/NECO_a_00492);
        [Mohamed & Lakshminarayanan, 2016](https://arxiv.org/abs/1610.03483).
    """

    compares = True
    takes_features = True

    def __init__(self, bandwidth: float = 1.0, regularization: float = 1.0) -> None:
        for name, value in (("bandwidth", bandwidth), ("regularization", regularization)):
            if value <= 0.0:
                raise ValueError(f"`{name}` must be above zero. Received: {name}={value}")
        self.bandwidth = bandwidth
        self.regularization = regularization

    def distance(self, x: Tensor, y: Tensor) -> Tensor:
        """D, the estimated squared distance of the densities of two samples.

        Args:
            x: Tensor `(n, ...)`, features of one sample.
            y: Tensor `(m, ...)`, of the other.

        Returns:
            A scalar, at least 0.
        """
        _, whitened, theta = self._fit(as_features(x), as_features(y))
        return ops.sum(ops.square(whitened)) + self.regularization * ops.sum(ops.square(theta))

    def difference(self, points: Tensor, x: Tensor, y: Tensor) -> Tensor:
        """p - q, the difference of the densities of two samples, at points.

        Args:
            points: Tensor `(n, ...)`, features of the points.
            x: Tensor `(k, ...)`, features of the sample from p.
            y: Tensor `(m, ...)`, of that from q.

        Returns:
            A tensor `(n,)`.
        """
        points, x, y = as_features(points), as_features(x), as_features(y)
        centres, _, theta = self._fit(x, y)
        basis = gaussian(squared_distances(points, centres), [self.bandwidth])
        volume = (math.pi * self.bandwidth**2) ** (x.shape[1] / 2)
        return ops.matmul(basis, theta)[:, 0] / volume

    def _fit(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The centres, L⁻¹h and θ, each of the latter as a column."""
        centres = ops.concatenate([x, y])
        distances = squared_distances(centres, centres)
        count = ops.shape(x)[0]
        basis = gaussian(distances, [self.bandwidth])
        h = ops.mean(basis[:count], axis=0) - ops.mean(basis[count:], axis=0)
        overlaps = gaussian(distances, [self.bandwidth * 2.0**0.5])
        # With H + λI = L Lᵀ: hᵀθ = |L⁻¹h|², and θᵀHθ = hᵀθ - λ|θ|².
        factor = ops.cholesky(overlaps + self.regularization * ops.eye(ops.shape(h)[0]))
        whitened = ops.solve_triangular(factor, ops.expand_dims(h, 1), lower=True)
        theta = ops.solve_triangular(ops.transpose(factor), whitened, lower=False)
        return centres, whitened, theta

    def discriminator_loss(self, real_scores: Tensor, fake_scores: Tensor) -> Tensor:
        """The negative of the distance."""
        return -self.distance(real_scores, fake_scores)

    def generator_loss(self, fake_scores: Tensor, real_scores: Tensor | None = None) -> Tensor:
        """The distance."""
        return self.distance(given(real_scores, self), fake_scores)

    def get_config(self) -> dict[str, float]:
        """The constructor's arguments."""
        return {"bandwidth": self.bandwidth, "regularization": self.regularization}
