"""Directions without labels or samples: from the first weights alone."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from kerasgan.latent.as_generator import as_generator
from kerasgan.latent.directions import Directions, unit_vectors
from kerasgan.latent.figures import CHARTS, check_plot, draw_shares
from kerasgan.latent.first_kernel import first_kernel
from kerasgan.samples.shapes import check_positive_ints


def factorized_directions(
    generator: Any,
    components: int | None = None,
    kernel: Any = None,
    plot: str | os.PathLike | None = None,
) -> Directions:
    """Finds the directions that change the first layer most, in closed form (SeFa).

    The first layer makes `z W` of the latents z. A step n changes that by `n W`, whose length is
    greatest along the eigenvectors of `W Wᵀ` with the greatest eigenvalues. No sample is made.

    Args:
        generator: See `as_generator`.
        components: Int, directions to find. Defaults to `None`: all, `latent_dim` of them.
        kernel: Array W, `(latent_dim, units)`, where the first layer is no dense one. Defaults to
            `None`: the kernel of the first dense layer.
        plot: Path of a figure to write: the shares, and their sum. Defaults to `None`: none.

    Returns:
        `Directions`, orthogonal ones; `shares` are those of the eigenvalues.

    Raises:
        ValueError: If no dense layer is found, a number is out of its range, or there is no such
            figure.
        ImportError: If matplotlib is not installed, for `plot`.

    Example:

    ```python
    found = kerasgan.latent.factorized_directions(gan, components=5)
    latents = gan.sample_latents(4, seed=0)
    kerasgan.latent.traverse(gan, latents, found.vectors[0], np.linspace(-3, 3, 7))
    ```

    Reference: [Shen & Zhou, 2021](https://arxiv.org/abs/2007.06600).
    """
    check_plot(plot, CHARTS)
    weights = first_kernel(as_generator(generator)) if kernel is None else _checked(kernel)
    count = len(weights) if components is None else components
    check_positive_ints(components=count)
    if count > len(weights):
        raise ValueError(
            f"{len(weights)} latent variables have as many directions. "
            f"Received: components={components}"
        )
    values, vectors = np.linalg.eigh(weights @ weights.T)  # From the smallest to the largest.
    shares = np.maximum(values[::-1], 0.0) / max(values.sum(), 1e-30)
    if plot is not None:
        draw_shares(plot, shares[:count], "Share of the change of the first layer")
    return Directions(unit_vectors(vectors.T[::-1][:count]), shares[:count])


def _checked(kernel: Any) -> np.ndarray:
    kernel = np.asarray(kernel, "float64")
    if kernel.ndim != 2 or not np.isfinite(kernel).all():
        raise ValueError(
            "`kernel` must be a matrix (latent_dim, units) of finite numbers. "
            f"Received: shape {kernel.shape}"
        )
    return kernel
