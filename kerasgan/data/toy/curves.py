"""Points on curves in the plane, where all of the data lie on less than the plane."""

from __future__ import annotations

import numpy as np

from kerasgan.data.toy.checks import check_count, check_noise


def sine(n: int, seed: int | None = 0, noise: float = 0.0) -> np.ndarray:
    """Points `(t, sin t)` with t uniform on [0, 2π].

    Args:
        n: Int, how many.
        seed: Int, equal seeds give equal points; `None` for new ones. Defaults to `0`.
        noise: Float, the standard deviation of normal noise on both coordinates. Defaults to `0.0`.

    Returns:
        A float32 array `(n, 2)`, without noise in [0, 2π] × [-1, 1], with mean (π, 0).
    """
    rng = _generator(n, seed, noise)
    t = rng.uniform(0.0, 2.0 * np.pi, n)
    return _noisy(rng, t, np.sin(t), noise)


def two_moons(n: int, seed: int | None = 0, noise: float = 0.05) -> np.ndarray:
    """Points on two half circles that reach into each other.

    Args:
        n: Int, how many.
        seed: Int, equal seeds give equal points; `None` for new ones. Defaults to `0`.
        noise: Float, the standard deviation of normal noise on both coordinates. Defaults to
            `0.05`.

    Returns:
        A float32 array `(n, 2)`, without noise in [-1, 2] × [-0.5, 1], with mean (0.5, 0.25).
    """
    rng = _generator(n, seed, noise)
    t = rng.uniform(0.0, np.pi, n)
    upper = rng.integers(0, 2, n).astype(bool)
    x = np.where(upper, np.cos(t), 1.0 - np.cos(t))
    y = np.where(upper, np.sin(t), 0.5 - np.sin(t))
    return _noisy(rng, x, y, noise)


def swiss_roll(n: int, seed: int | None = 0, noise: float = 0.03) -> np.ndarray:
    """Points on a spiral of one and a half turns: a Swiss roll seen from its end.

    With t uniform on [1.5π, 4.5π] a point is `(t cos t, t sin t) / 7.5`, so that points lie closer
    near the centre, as in the experiments of Gulrajani et al.

    Args:
        n: Int, how many.
        seed: Int, equal seeds give equal points; `None` for new ones. Defaults to `0`.
        noise: Float, the standard deviation of normal noise on both coordinates. Defaults to
            `0.03`.

    Returns:
        A float32 array `(n, 2)`, without noise in [-1.27, 1.69] × [-1.48, 1.89], with mean
        (0.27, 0.03).

    Reference: [Gulrajani et al., 2017](https://arxiv.org/abs/1704.00028), figure 1.
    """
    rng = _generator(n, seed, noise)
    t = rng.uniform(1.5 * np.pi, 4.5 * np.pi, n)
    return _noisy(rng, t * np.cos(t) / 7.5, t * np.sin(t) / 7.5, noise)


def _generator(n: int, seed: int | None, noise: float) -> np.random.Generator:
    check_count(n=n)
    check_noise(noise)
    return np.random.default_rng(seed)


def _noisy(rng: np.random.Generator, x: np.ndarray, y: np.ndarray, noise: float) -> np.ndarray:
    points = np.stack([x, y], axis=1)
    return (points + rng.normal(0.0, noise, points.shape)).astype("float32")
