"""How many different samples a generator makes, by the birthday paradox."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np


class SupportEstimate(NamedTuple):
    """What `birthday_support` finds.

    Args:
        support: Float, the number of equally probable samples that would give as many duplicates;
            infinite if there is none.
        duplicates: Int, pairs of samples that were the same.
        pairs: Int, all pairs.
    """

    support: float
    duplicates: int
    pairs: int

    @property
    def batch_size(self) -> float:
        """How many samples hold a duplicate with a probability of one half."""
        return math.sqrt(2.0 * math.log(2.0) * self.support)


def birthday_support(samples: Any, within: float) -> SupportEstimate:
    """Estimates how many different samples a generator makes, from how often two are the same.

    Among 23 people two share a birthday with a probability of one half, though a year has 365
    days: duplicates among few samples betray a small support. Two samples are the same with
    probability Σp² if outcome i has probability p_i; its inverse, estimated from all pairs, is the
    support. For outcomes of unequal probability that is the effective number of them, which is
    smaller. The relative error is about one over the square root of the number of duplicates.
    Without any, the support is probably larger than a third of the number of pairs.

    A duplicate, where values are continuous, is a matter of distance: around each of K modes of
    standard deviation σ, well apart, `within=6 * σ` counts the modes. Of images, look at
    the nearest pairs to find the distance under which they show the same thing.

    Args:
        samples: Array `(n, ...)`, at least two generated samples.
        within: Float, the Euclidean distance up to which two samples are the same; `0.0` for equal
            ones.

    Returns:
        A `SupportEstimate`.

    Raises:
        ValueError: If there are fewer than two samples, values that are not finite, or `within` is
            negative.

    Example:

    ```python
    estimate = kerasgan.metrics.birthday_support(gan.generate(2000), within=0.12)
    estimate.support  # 7.9
    ```

    Reference: [Arora & Zhang, 2017](https://arxiv.org/abs/1706.08224).
    """
    samples = np.asarray(samples, "float64")
    count = len(samples) if samples.ndim else 0
    if count < 2 or not np.isfinite(samples).all():
        raise ValueError(
            "The birthday paradox needs at least two samples, of finite numbers. "
            f"Received: an array of shape {samples.shape}"
        )
    if not 0.0 <= within < np.inf:
        raise ValueError(f"`within` must be a distance, 0 or more. Received: within={within!r}")
    duplicates = _close_pairs(samples.reshape(count, -1), float(within))
    pairs = count * (count - 1) // 2
    return SupportEstimate(pairs / duplicates if duplicates else math.inf, duplicates, pairs)


def _close_pairs(samples: np.ndarray, within: float) -> int:
    from sklearn.neighbors import KDTree

    # Every pair is counted from both ends, and every sample is near itself.
    found = KDTree(samples).two_point_correlation(samples, within)
    return (int(found[0]) - len(samples)) // 2
