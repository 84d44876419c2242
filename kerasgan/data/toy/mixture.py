"""A mixture of Gaussians, which knows its modes and its density."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kerasgan.data.toy.checks import check_count, check_scale


@dataclass(frozen=True, eq=False)
class Mixture:
    """A mixture of Gaussians of one standard deviation, to sample from and to measure against.

    `ring`, `grid` and `line` make the ones of the papers.

    Args:
        centers: Array `(modes, dimensions)`, the means.
        scale: Float, the standard deviation of every mode in every direction.
        weights: Array `(modes,)`, the probability of each mode; scaled to a sum of 1. `None` for
            equal ones. Defaults to `None`.

    Raises:
        ValueError: If an argument has the wrong shape or sign.

    Example:

    ```python
    ring = kerasgan.data.toy.Mixture.ring(modes=8)
    points = ring.sample(2000, seed=0)  # (2000, 2), float32
    coverage = kerasgan.metrics.ModeCoverage(ring.centers, ring.scale)
    ```
    """

    centers: np.ndarray
    scale: float
    weights: np.ndarray | None = None

    def __post_init__(self) -> None:
        centers = np.asarray(self.centers, "float32")
        if centers.ndim != 2 or not centers.size or not np.isfinite(centers).all():
            raise ValueError(
                "`centers` must be finite numbers of shape (modes, dimensions). "
                f"Received: centers of shape {centers.shape}"
            )
        check_scale(scale=self.scale)
        object.__setattr__(self, "centers", centers)
        object.__setattr__(self, "weights", _probabilities(self.weights, len(centers)))

    @classmethod
    def ring(cls, modes: int = 8, radius: float = 2.0, scale: float = 0.02) -> Mixture:
        """Modes evenly around a circle about the origin.

        Args:
            modes: Int. Defaults to `8`.
            radius: Float, of the circle. Defaults to `2.0`.
            scale: Float, the standard deviation of a mode. Defaults to `0.02`.

        Reference: [Metz et al., 2017](https://arxiv.org/abs/1611.02163), appendix A.
        """
        check_count(modes=modes)
        check_scale(radius=radius)
        angles = 2.0 * np.pi * np.arange(modes) / modes
        return cls(radius * np.stack([np.cos(angles), np.sin(angles)], axis=1), scale)

    @classmethod
    def grid(cls, side: int = 5, spacing: float = 2.0, scale: float = 0.05) -> Mixture:
        """Modes on a square grid about the origin, `side` in each direction.

        Args:
            side: Int. Defaults to `5`, for 25 modes.
            spacing: Float, from one mode to the next. Defaults to `2.0`.
            scale: Float, the standard deviation of a mode. Defaults to `0.05`.

        Reference: [Srivastava et al., 2017](https://arxiv.org/abs/1705.07761), section 4.1.
        """
        check_count(side=side)
        check_scale(spacing=spacing)
        places = spacing * (np.arange(side) - (side - 1) / 2.0)
        return cls(np.stack(np.meshgrid(places, places), axis=-1).reshape(-1, 2), scale)

    @classmethod
    def line(
        cls,
        centers: Sequence[float] = (-2.0, 2.0),
        scale: float = 0.5,
        weights: Sequence[float] | None = None,
    ) -> Mixture:
        """Modes on the line.

        Args:
            centers: Sequence of floats. Defaults to `(-2.0, 2.0)`.
            scale: Float, the standard deviation of a mode. Defaults to `0.5`.
            weights: As of the class. Defaults to `None`.
        """
        shares = None if weights is None else np.asarray(weights, "float64")
        return cls(np.reshape(np.asarray(centers, "float32"), (-1, 1)), scale, shares)

    def sample(self, n: int, seed: int | None = 0) -> np.ndarray:
        """Draws points, each from a mode of its own.

        Args:
            n: Int, how many.
            seed: Int, equal seeds give equal points; `None` for new ones. Defaults to `0`.

        Returns:
            A float32 array `(n, dimensions)`.
        """
        check_count(n=n)
        rng = np.random.default_rng(seed)
        modes = rng.choice(len(self.centers), n, p=self.weights)
        noise = rng.normal(0.0, self.scale, (n, self.centers.shape[1]))
        return (self.centers[modes] + noise).astype("float32")

    def density(self, x: Any) -> np.ndarray:
        """The probability density at points.

        Args:
            x: Array `(n, dimensions)`.

        Returns:
            A float64 array `(n,)`.
        """
        x = np.asarray(x, "float64")
        dimensions = self.centers.shape[1]
        if x.ndim != 2 or x.shape[1] != dimensions:
            raise ValueError(
                f"The density is one of points of shape (n, {dimensions}). Received: {x.shape}"
            )
        squares = np.sum((x[:, None] - self.centers.astype("float64")) ** 2, axis=-1)
        modes = np.exp(-0.5 * squares / self.scale**2)
        return modes @ self.weights / (2.0 * np.pi * self.scale**2) ** (dimensions / 2)


def _probabilities(weights: Any, modes: int) -> np.ndarray:
    if weights is None:
        return np.full(modes, 1.0 / modes)
    weights = np.asarray(weights, "float64")
    if weights.shape != (modes,) or not np.all(weights > 0.0) or not np.isfinite(weights).all():
        raise ValueError(
            f"`weights` must be {modes} positive numbers, one for each mode. "
            f"Received: weights={weights.tolist()}"
        )
    return weights / weights.sum()
