"""How densely generated samples lie among the real ones, and how many of these they reach."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from kerasgan.metrics.checks import as_features, check_neighbors, warn_if_few
from kerasgan.metrics.distances import inside_blocks, kth_squares


class DensityCoverage(NamedTuple):
    """What `density_coverage` finds.

    Args:
        density: Float, 0 or more; 1 expected of real samples, above it where generated ones crowd.
        coverage: Float in [0, 1], the share of real samples with a generated one in their ball.
        k: Int, the neighbour that gives a ball its radius.
        real_samples: Int, how many real samples.
        fake_samples: Int, how many generated ones.
    """

    density: float
    coverage: float
    k: int
    real_samples: int
    fake_samples: int


def density_coverage(real: Any, fake: Any, k: int = 5) -> DensityCoverage:
    """Density and coverage of generated samples: quality and variety, which outliers do not fool.

    Around every real sample lies a ball that reaches to its k-th nearest other one. Density is the
    number of balls that hold a generated sample, on average, over k: many where real samples crowd.
    Coverage is the share of balls that hold a generated sample. Only real samples have balls, so a
    generated outlier gains nothing.

    Of equal distributions and n = m, a density of 1 and a coverage of 1 - 2^-k are expected: 0.97
    for k = 5.

    Args:
        real: Array `(n, d)`, features of real samples.
        fake: Array `(m, d)`, features of generated samples; take m = n.
        k: Int, less than n. Defaults to `5`.

    Returns:
        A `DensityCoverage`.

    Raises:
        ValueError: If features have the wrong shape or are not finite, or there are too few.

    Example:

    ```python
    rng = np.random.default_rng(0)
    real, fake = rng.normal(size=(3000, 8)), rng.normal(0.0, 0.7, (3000, 8))  # Too little variety.
    found = kerasgan.metrics.density_coverage(real, fake)
    found.density, found.coverage  # 1.482, 0.925
    ```

    Reference: [Naeem et al., 2020](https://arxiv.org/abs/2002.09797).
    """
    real, fake = as_features(real=real, fake=fake)
    check_neighbors(k, real=real)
    warn_if_few("Density and coverage", len(real), len(fake))
    radii = kth_squares(real, k)
    held, covered = 0, np.zeros(len(real), bool)
    # Smaller, not equal, as the authors' code has it: real samples themselves get 1.
    for _, j, inside, _ in inside_blocks(fake, real, radii, strict=True):
        held += int(np.count_nonzero(inside))
        covered[j] |= inside.any(axis=0)
    density = held / (k * len(fake))
    return DensityCoverage(density, float(covered.mean()), k, len(real), len(fake))
