"""Numbers that say how generated samples compare with real ones, and how both are judged."""

from __future__ import annotations

import numpy as np

NEIGHBOURS = 5  # k of the coverage, as in its paper.
ENOUGH = 16  # Of fewer samples, distance and coverage are mostly noise.
NEAR = 0.05  # Of the usual distance of a real sample to the nearest: nearer ones are duplicates.
TINY = 1e-12
SATURATED = 0.99  # Images from here to 1, and below its negative, are at the ends of the range.


def ranking_accuracy(real_scores: np.ndarray, fake_scores: np.ndarray) -> float:
    """The probability that a real sample has a higher score than a generated one.

    It is the area under the ROC curve, 0.5 for guessing, and needs no threshold: objectives draw
    scores to different places, and critics have no scale at all. Scores of patches are compared
    with those of the same patch.

    Args:
        real_scores: Array `(n, ...)`.
        fake_scores: Array `(m, ...)`.
    """
    real = np.reshape(real_scores, (len(real_scores), 1, -1))
    fake = np.reshape(fake_scores, (1, len(fake_scores), -1))
    return float(np.mean((real > fake) + 0.5 * (real == fake)))


def compare_samples(real: np.ndarray, fake: np.ndarray) -> dict[str, float]:
    """Compares samples by their Euclidean distances.

    Args:
        real: Array `(n, ...)` of at least two samples.
        fake: Array `(m, ...)` of at least two samples.

    Returns:
        - `spread`: the mean distance of two generated samples, in units of that of two real ones.
        - `duplicates`: the share of generated samples with another one almost in their place.

        And of at least 16 samples of each kind:

        - `distance`: the energy distance (Székely and Rizzo) in [0, 1], but for noise that may
          carry it below 0; 0 for equal distributions.
        - `coverage`: the share of real samples with a generated one at most as far as their fifth
          nearest real one (Naeem et al., 2020); about 0.97 for equal distributions.
    """
    real, fake = (np.reshape(x, (len(x), -1)).astype("float64") for x in (real, fake))
    within_real, within_fake = (_without_diagonal(_distances(x, x)) for x in (real, fake))
    spread_real, spread_fake = within_real.mean(), within_fake.mean()
    near = NEAR * np.median(within_real.min(axis=1))
    statistics = {
        "spread": spread_fake / max(spread_real, TINY),
        "duplicates": np.mean(within_fake.min(axis=1) < near),
    }
    if min(len(real), len(fake)) >= ENOUGH:
        between = _distances(real, fake)
        radii = np.sort(within_real, axis=1)[:, NEIGHBOURS - 1]
        statistics["distance"] = 1.0 - (spread_real + spread_fake) / max(2 * between.mean(), TINY)
        statistics["coverage"] = np.mean(between.min(axis=1) <= radii)
    return {name: float(value) for name, value in statistics.items()}


def saturation(images: np.ndarray) -> float:
    """The share of values at the ends of the range [-1, 1]."""
    return float(np.mean(np.abs(images) > SATURATED))


def _distances(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The distances `(n, m)` of all of `(n, features)` to all of `(m, features)`."""
    return np.stack([np.sqrt(np.square(right - sample).sum(axis=1)) for sample in left])


def _without_diagonal(square: np.ndarray) -> np.ndarray:
    """`(n, n)` without the distances of each to itself: `(n, n - 1)`."""
    count = len(square)
    return square[~np.eye(count, dtype=bool)].reshape(count, count - 1)
