"""Points from mixtures of Gaussians: one, a ring, a grid, and some on the line."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kerasgan.data.toy.mixture import Mixture


def gaussian(
    n: int, seed: int | None = 0, center: Sequence[float] = (5.0, 5.0), scale: float = 1.0
) -> np.ndarray:
    """Points from one Gaussian, away from the origin where generators begin.

    Args:
        n: Int, how many.
        seed: Int, equal seeds give equal points; `None` for new ones. Defaults to `0`.
        center: Sequence of floats, the mean. Defaults to `(5.0, 5.0)`.
        scale: Float, the standard deviation in every direction. Defaults to `1.0`.

    Returns:
        A float32 array `(n, len(center))`; by default nearly all within [1, 9].
    """
    return Mixture(np.reshape(np.asarray(center, "float32"), (1, -1)), scale).sample(n, seed)


def ring(
    n: int, seed: int | None = 0, modes: int = 8, radius: float = 2.0, scale: float = 0.02
) -> np.ndarray:
    """Points from small Gaussians around a circle: the test of mode collapse.

    `Mixture.ring` with the same arguments tells centres and density.

    Args:
        n: Int, how many.
        seed: Int, equal seeds give equal points; `None` for new ones. Defaults to `0`.
        modes: Int. Defaults to `8`.
        radius: Float, of the circle. Defaults to `2.0`.
        scale: Float, the standard deviation of a mode. Defaults to `0.02`.

    Returns:
        A float32 array `(n, 2)`; by default within [-2.1, 2.1], with mean 0.

    Reference: [Metz et al., 2017](https://arxiv.org/abs/1611.02163), appendix A.
    """
    return Mixture.ring(modes, radius, scale).sample(n, seed)


def grid(
    n: int, seed: int | None = 0, side: int = 5, spacing: float = 2.0, scale: float = 0.05
) -> np.ndarray:
    """Points from small Gaussians on a square grid: more modes than most generators find.

    `Mixture.grid` with the same arguments tells centres and density.

    Args:
        n: Int, how many.
        seed: Int, equal seeds give equal points; `None` for new ones. Defaults to `0`.
        side: Int, modes in each direction. Defaults to `5`, for 25 modes.
        spacing: Float, from one mode to the next. Defaults to `2.0`.
        scale: Float, the standard deviation of a mode. Defaults to `0.05`.

    Returns:
        A float32 array `(n, 2)`; by default within [-4.3, 4.3], with mean 0.

    Reference: [Srivastava et al., 2017](https://arxiv.org/abs/1705.07761), section 4.1.
    """
    return Mixture.grid(side, spacing, scale).sample(n, seed)


def mixture(
    n: int,
    seed: int | None = 0,
    centers: Sequence[float] = (-2.0, 2.0),
    scale: float = 0.5,
    weights: Sequence[float] | None = None,
) -> np.ndarray:
    """Points on the line from a mixture of Gaussians.

    `Mixture.line` with the same arguments tells centres and density.

    Args:
        n: Int, how many.
        seed: Int, equal seeds give equal points; `None` for new ones. Defaults to `0`.
        centers: Sequence of floats, the means. Defaults to `(-2.0, 2.0)`.
        scale: Float, the standard deviation of a mode. Defaults to `0.5`.
        weights: Sequence of floats, the probability of each mode; scaled to a sum of 1. `None` for
            equal ones. Defaults to `None`.

    Returns:
        A float32 array `(n, 1)`; by default nearly all within [-4, 4], with mean 0.
    """
    return Mixture.line(centers, scale, weights).sample(n, seed)
