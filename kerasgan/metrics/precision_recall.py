"""How much of what is generated is real, and how much of what is real is generated."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from kerasgan.metrics.checks import as_features, check_neighbors, warn_if_few
from kerasgan.metrics.distances import inside_blocks, kth_squares


class PrecisionRecall(NamedTuple):
    """What `precision_recall` finds.

    Args:
        precision: Float in [0, 1], the share of generated samples within the real manifold.
        recall: Float in [0, 1], the share of real samples within the generated manifold.
        k: Int, the neighbour that gives a ball its radius.
        real_samples: Int, how many real samples.
        fake_samples: Int, how many generated ones.
    """

    precision: float
    recall: float
    k: int
    real_samples: int
    fake_samples: int


def precision_recall(real: Any, fake: Any, k: int = 3) -> PrecisionRecall:
    """Precision and recall of generated samples: quality and variety apart.

    A set's manifold is the union of balls around its samples, each reaching to its k-th nearest
    other one. Precision is the share of generated samples in the real manifold, recall the share
    of real ones in the generated manifold. Dropped modes cost recall, blurred samples precision.
    A real outlier has a large ball, and forgives much: see `density_coverage`.

    Distances are computed in blocks: 50,000 samples of 2,048 features need less than 1 GB beside
    them.

    Args:
        real: Array `(n, d)`, features of real samples.
        fake: Array `(m, d)`, features of generated samples; take m = n.
        k: Int, less than n and m. Defaults to `3`.

    Returns:
        A `PrecisionRecall`.

    Raises:
        ValueError: If features have the wrong shape or are not finite, or there are too few.

    Example:

    ```python
    rng = np.random.default_rng(0)
    real, fake = rng.normal(size=(3000, 8)), rng.normal(0.0, 0.7, (3000, 8))  # Too little variety.
    found = kerasgan.metrics.precision_recall(real, fake)
    found.precision, found.recall  # 0.991, 0.574
    ```

    Reference: [Kynkäänniemi et al., 2019](https://arxiv.org/abs/1904.06991).
    """
    real, fake = as_features(real=real, fake=fake)
    check_neighbors(k, real=real, fake=fake)
    warn_if_few("Precision and recall", len(real), len(fake))
    real_squares, fake_squares = kth_squares(real, k), kth_squares(fake, k)
    precise, recalled = np.zeros(len(fake), bool), np.zeros(len(real), bool)
    for i, j, of_real, of_fake in inside_blocks(fake, real, real_squares, fake_squares):
        precise[i] |= of_real.any(axis=1)
        recalled[j] |= of_fake.any(axis=0)
    shares = float(precise.mean()), float(recalled.mean())
    return PrecisionRecall(*shares, k, len(real), len(fake))
