"""How far apart two sets of features are, by a kernel: no Gaussians, no bias."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from kerasgan.metrics.checks import as_features
from kerasgan.metrics.distance_bounds import slices
from kerasgan.samples.shapes import check_positive_ints

STRIP = 32  # Rows of a kernel at a time, which stay in the cache.


class KernelDistance(NamedTuple):
    """What `kernel_distance` finds.

    Args:
        mean: Float, the estimate; around 0, and now and then below, for equal distributions.
        std: Float, the standard deviation over the subsets.
        subsets: Int, how many subsets.
        subset_size: Int, samples in a subset.
        real_samples: Int, from how many real samples they were drawn.
        fake_samples: Int, from how many generated ones.
        seed: Int, by which they were drawn.
    """

    mean: float
    std: float
    subsets: int
    subset_size: int
    real_samples: int
    fake_samples: int
    seed: int | None


def kernel_distance(
    real: Any,
    fake: Any,
    subsets: int = 100,
    subset_size: int = 1000,
    seed: int | None = 2020,
) -> KernelDistance:
    """The squared maximum mean discrepancy of two sets of features: with Inception's, the KID.

    The kernel is (xᵀy / d + 1)³. The estimate is unbiased: unlike a Fréchet distance it does not
    depend on the number of samples, and may be compared between different numbers of them. It is
    usually given times 1,000.

    Subsets are drawn without replacement as torch-fidelity draws them, with its seed, `fake` as its
    first input and `real` as its second: equal features give equal figures.

    Args:
        real: Array `(n, d)`, features of real samples.
        fake: Array `(m, d)`, features of generated samples.
        subsets: Int, over how many subsets to average. Defaults to `100`.
        subset_size: Int, samples in a subset, at least 2 and at most n and m. Defaults to `1000`.
        seed: Int, equal seeds give equal subsets; `None` for new ones. Defaults to `2020`.

    Returns:
        A `KernelDistance`.

    Raises:
        ValueError: If features have the wrong shape or are not finite, or there are too few.

    Example:

    ```python
    rng = np.random.default_rng(0)
    real, fake = rng.normal(0.0, 1.0, (5000, 8)), rng.normal(0.1, 1.0, (5000, 8))
    distance = kerasgan.metrics.kernel_distance(real, fake, subsets=20)
    f"{1000 * distance.mean:.0f} ± {1000 * distance.std:.0f}"  # "35 ± 11"
    ```

    Reference: [Bińkowski et al., 2018](https://arxiv.org/abs/1801.01401).
    """
    real, fake = as_features(real=real, fake=fake)
    check_positive_ints(subsets=subsets, subset_size=subset_size)
    fewest = min(len(real), len(fake))
    if not 2 <= subset_size <= fewest:
        raise ValueError(
            f"A subset must be of 2 to {fewest} samples, the fewest given: pass a smaller "
            f"`subset_size`, or more features. Received: subset_size={subset_size}"
        )
    # Any centre will do; this one is of the features' own precision.
    center = 0.5 * (real.mean(axis=0) + fake.mean(axis=0))
    reals_about, fakes_about = _about(center, real), _about(center, fake)
    # The stream of `RandomState` never changes: the same subsets in all versions of NumPy.
    rng = np.random.RandomState(seed)
    estimates = []
    for _ in range(subsets):
        fakes = fakes_about.subset(rng.choice(len(fake), subset_size, replace=False))
        reals = reals_about.subset(rng.choice(len(real), subset_size, replace=False))
        estimates.append(_unbiased(reals, fakes))
    mean, std = float(np.mean(estimates)), float(np.std(estimates))
    return KernelDistance(mean, std, subsets, subset_size, len(real), len(fake), seed)


class _Rows(NamedTuple):
    """Features x about a centre c: x·y is (x-c)·(y-c) and what each of them adds, all over d."""

    offsets: np.ndarray  # (n, d), of the features' own dtype.
    added: np.ndarray  # (n,), float64: half of the kernel's 1, too.


class _Centered(NamedTuple):
    features: np.ndarray
    center: np.ndarray
    added: np.ndarray

    def subset(self, indices: np.ndarray) -> _Rows:
        # Products of float32 offsets are no less exact than features of float32: what rounding does
        # to each is random, and gone in the mean over millions. About zero it would be larger.
        offsets = self.features[indices]
        offsets -= self.center
        offsets *= 1.0 / math.sqrt(len(self.center))
        return _Rows(offsets, self.added[indices])


def _about(center: np.ndarray, features: np.ndarray) -> _Centered:
    exact = center.astype("float64")
    added = [features[i].astype("float64", copy=False) @ exact for i in slices(features)]
    shared = 0.5 - 0.5 * (exact @ exact) / len(exact)
    return _Centered(features, center, np.concatenate(added) / len(exact) + shared)


def _unbiased(real: _Rows, fake: _Rows) -> float:
    # Without the pairs of a sample with itself; x and y are of the same number.
    n = len(real.added)
    within = _kernel_sum_within(real) + _kernel_sum_within(fake)
    return within / (n * (n - 1)) - 2.0 * _kernel_sum(real, fake) / n**2


def _kernel_sum(a: _Rows, b: _Rows) -> float:
    products = a.offsets @ b.offsets.T
    return sum(_cubes(products[i], a.added[i], b.added).sum() for i in _strips(products))


def _kernel_sum_within(a: _Rows) -> float:
    """The sum over all pairs of two different samples."""
    products = a.offsets @ a.offsets.T  # Symmetric: what is right of the diagonal will do.
    total = 0.0
    for i in _strips(products):
        cubes = _cubes(products[i, i.start :], a.added[i], a.added[i.start :])
        total += 2.0 * cubes.sum() - cubes[:, : len(cubes)].sum() - cubes.trace()
    return total


def _cubes(products: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    values = np.add(products, a[:, None], dtype="float64")
    values += b
    cubes = values * values
    cubes *= values
    return cubes


def _strips(products: np.ndarray) -> list[slice]:
    return [slice(start, start + STRIP) for start in range(0, len(products), STRIP)]
