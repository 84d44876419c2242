"""The real samples that come closest to generated ones."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from kerasgan.metrics.checks import as_vectors
from kerasgan.metrics.distances import nearest_points


class NearestNeighbors(NamedTuple):
    """What `nearest_neighbors` finds.

    Args:
        distances: Array `(m, k)`, Euclidean, the smallest first.
        indices: Array `(m, k)`, the places of these neighbours among the real samples.
    """

    distances: np.ndarray
    indices: np.ndarray


def nearest_neighbors(real: Any, fake: Any, k: int = 1) -> NearestNeighbors:
    """The k real samples nearest to each generated one: are they copies?

    Shown side by side they tell more than a number. Take pixels to find copies, and features to
    find copies that are shifted or recoloured. `memorization` says whether they are too close.

    Args:
        real: Array `(n, ...)`, the training samples or features of them. Images are taken as
            vectors.
        fake: Array `(m, ...)`, generated ones, in the same units.
        k: Int, at most n. Defaults to `1`.

    Returns:
        A `NearestNeighbors`.

    Raises:
        ValueError: If shapes do not fit, values are not finite, or there are too few.

    Example:

    ```python
    nearest = kerasgan.metrics.nearest_neighbors(x_train, gan.generate(16, seed=0), k=5)
    closest = x_train[nearest.indices]  # (16, 5, height, width, channels)
    ```
    """
    real, fake = as_vectors(real=real, fake=fake)
    if not isinstance(k, int) or not 1 <= k <= len(real):
        raise ValueError(f"`k` must be an int from 1 to {len(real)}. Received: k={k!r}")
    return NearestNeighbors(*nearest_points(fake, real, k))
