"""How far apart two sets of features are, taken for Gaussians."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from kerasgan.metrics.checks import as_features, warn_if_few
from kerasgan.metrics.feature_statistics import FeatureStatistics

EPSILON = float(np.finfo("float64").eps)
ACCURATE = 1e-9  # Of the trace; a bound, which the error is far below.


def frechet_distance(real: Any, fake: Any) -> float:
    """The Fréchet distance of two sets of features: with Inception's, the FID.

    It is |μ₁ - μ₂|² + tr(Σ₁ + Σ₂ - 2 (Σ₁Σ₂)^½), of the means and covariances: the squared distance
    of two Gaussians by the cheapest way to carry one over to the other. It sees both poor samples
    and missing ones, without telling which; `precision_recall` does.

    It grows when there are fewer samples: never compare figures of different numbers of them, or of
    different networks. 50,000 are usual.

    All is float64. The trace of the root is the sum of the singular values of Σ₁^½ Σ₂^½, so that
    nothing complex arises, and covariances may be singular, as they are of fewer samples than
    features.

    Args:
        real: Array `(n, d)`, features of real samples, or a `FeatureStatistics`.
        fake: Array `(m, d)`, features of generated samples, or a `FeatureStatistics`.

    Returns:
        A float, 0 or more.

    Raises:
        ValueError: If features have the wrong shape or are not finite.

    Example:

    ```python
    rng = np.random.default_rng(0)
    kerasgan.metrics.frechet_distance(rng.normal(0, 1, (5000, 2)), rng.normal(3, 2, (5000, 2)))
    # 19.96; of the distributions 2 · (3² + (2 - 1)²) = 20
    ```

    Reference: [Heusel et al., 2017](https://arxiv.org/abs/1706.08500);
    [Dowson & Landau, 1982](https://doi.org/10.1016/0047-259X(82)90077-X).
    """
    first, second = _moments(real=real), _moments(fake=fake)
    if first.mean.shape != second.mean.shape:
        raise ValueError(
            "Take all features from the same layer. "
            f"Received: real of {len(first.mean)} features, fake of {len(second.mean)}"
        )
    warn_if_few("A Fréchet distance", first.samples, second.samples)
    shared = _sum_of_singular_values(first.root.T @ second.root)
    apart = first.mean - second.mean
    return max(0.0, float(apart @ apart + first.trace + second.trace - 2.0 * shared))


def _sum_of_singular_values(matrix: np.ndarray) -> float:
    wide = matrix.shape[0] < matrix.shape[1]
    squares = np.linalg.eigvalsh(matrix @ matrix.T if wide else matrix.T @ matrix)
    if squares.size and squares[0] > 0.0:
        values = np.sqrt(squares)
        # What rounding of the squares can do. Small values suffer, and most matrices have few.
        if EPSILON * squares[-1] * np.sum(0.5 / values) < ACCURATE * values.sum():
            return float(values.sum())
    return float(np.linalg.svd(matrix, compute_uv=False).sum())  # Twice the work.


class _Moments(NamedTuple):
    samples: int | None
    mean: np.ndarray
    trace: float
    root: np.ndarray  # A matrix R of shape (d, any) with R Rᵀ = Σ.


def _moments(**given: Any) -> _Moments:
    (statistics,) = given.values()
    if not isinstance(statistics, FeatureStatistics):
        (features,) = as_features(**given)
        if len(features) <= features.shape[1]:
            # The features themselves are a root of their covariance, and a smaller one.
            mean = features.mean(axis=0, dtype="float64")
            root = (features - mean).T / np.sqrt(len(features) - 1)
            return _Moments(len(features), mean, float(np.sum(root**2)), root)
        statistics = FeatureStatistics()
        statistics.update(features)
    covariance = statistics.covariance
    trace = float(np.trace(covariance))
    return _Moments(statistics.count, statistics.mean, trace, _root(covariance))


def _root(covariance: np.ndarray) -> np.ndarray:
    limit = len(covariance) * EPSILON  # Of the largest; what is smaller is rounding.
    try:
        root = np.linalg.cholesky(covariance)
        if np.diag(root).min() ** 2 > limit * np.diag(covariance).max():
            return root
    except np.linalg.LinAlgError:
        pass
    values, vectors = np.linalg.eigh(covariance)
    if values[0] < -1e-6 * abs(values[-1]):
        raise ValueError(
            "A covariance has no negative eigenvalue: these are no moments of samples. "
            f"Received: a covariance with the eigenvalue {values[0]:.3g}"
        )
    kept = values > limit * values[-1]
    return vectors[:, kept] * np.sqrt(values[kept])
