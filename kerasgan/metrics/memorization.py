"""Whether a generator copies what it was trained with."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from kerasgan.metrics.checks import as_vectors
from kerasgan.metrics.distances import nearest_points

COPIES = -3.0  # Standard deviations: once in 740 tests by chance.


class Memorization(NamedTuple):
    """What `memorization` finds.

    Args:
        z: Float, the test's statistic C_T: around 0 ± 1 where generated and held-out samples are
            equally far from the training data, far below where generated ones are nearer.
        p_value: Float, the probability of so small a `z` by chance.
        ratio: Float, the median distance of a generated sample to the training data, over that of
            a held-out one; 1 if all is well, 0 for copies.
        closer: Float in [0, 1], how probably a generated sample is nearer to the training data
            than a held-out one; 0.5 if all is well.
        train_samples: Int, how many training samples.
        held_out_samples: Int, how many held-out ones.
        fake_samples: Int, how many generated ones.
    """

    z: float
    p_value: float
    ratio: float
    closer: float
    train_samples: int
    held_out_samples: int
    fake_samples: int

    @property
    def copies(self) -> bool:
        """The verdict: `z` below -3."""
        return self.z < COPIES


def memorization(train: Any, held_out: Any, fake: Any) -> Memorization:
    """Tests whether generated samples are nearer to the training data than new real samples are.

    A generator that learnt the distribution makes samples as far from the training data as real
    samples are that it has never seen. One that copies makes nearer ones. The distances of both to
    the nearest training sample are compared by the Mann-Whitney test, as Meehan et al. do; here
    over the whole space, where they add up cells of it. So a few copies among many samples may go
    unseen: look at the smallest distances of `nearest_neighbors` too.

    Samples of little variety can be nearer too, without being copies, and with many samples the
    test sees the smallest difference: read `ratio` beside the verdict. Far above 0, `z` says that
    samples are farther from the data than real ones.

    Args:
        train: Array `(n, ...)`, the training samples or features of them; images are taken as
            vectors.
        held_out: Array `(h, ...)`, real samples that the generator was not trained with.
        fake: Array `(m, ...)`, generated ones.

    Returns:
        A `Memorization`.

    Raises:
        ValueError: If shapes do not fit or values are not finite.

    Example:

    ```python
    rng = np.random.default_rng(0)
    train, held_out, fresh = rng.normal(size=(3, 1000, 8))
    kerasgan.metrics.memorization(train, held_out, fresh).ratio  # 0.995; z is 0.8
    copied = train + rng.normal(0.0, 0.1, train.shape)
    kerasgan.metrics.memorization(train, held_out, copied).copies  # True: z is -39
    ```

    Reference: [Meehan, Chaudhuri & Dasgupta, 2020](https://arxiv.org/abs/2004.05675).
    """
    train, held_out, fake = as_vectors(train=train, held_out=held_out, fake=fake)
    new = nearest_points(held_out, train, 1)[0][:, 0]
    made = nearest_points(fake, train, 1)[0][:, 0]
    z, closer = _mann_whitney(made, new)
    median = float(np.median(new))
    ratio = float(np.median(made)) / median if median else math.nan
    p_value = math.erfc(-z / math.sqrt(2.0)) / 2.0
    return Memorization(z, p_value, ratio, closer, len(train), len(held_out), len(fake))


def _mann_whitney(a: np.ndarray, b: np.ndarray) -> tuple[float, float]:
    """The normal statistic of the rank sum of a, and how probably a is less than b."""
    b = np.sort(b)
    # Equal ones count half.
    less = (np.searchsorted(b, a, "left") + np.searchsorted(b, a, "right")).sum() / 2.0
    pairs, total = len(a) * len(b), len(a) + len(b)
    ties = np.unique(np.concatenate([a, b]), return_counts=True)[1].astype("float64")
    variance = pairs / 12.0 * (total + 1 - np.sum(ties**3 - ties) / (total * (total - 1)))
    z = (less - pairs / 2.0) / math.sqrt(variance) if variance > 0.0 else 0.0
    return float(z), float(1.0 - less / pairs)
