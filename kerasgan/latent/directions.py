"""Directions in the latent space, and steps along them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from kerasgan.latent.as_generator import as_generator
from kerasgan.latent.figures import PICTURES, check_images, check_plot
from kerasgan.latent.pictures import save_grid


class Directions(NamedTuple):
    """What the searches without labels find.

    Args:
        vectors: float32 array `(directions, latent_dim)`, of length 1, the strongest first. Each
            points to where its largest component is positive.
        shares: float64 array `(directions,)`, how much of the whole variation each makes, in
            [0, 1].
    """

    vectors: np.ndarray
    shares: np.ndarray


def unit_vectors(vectors: np.ndarray) -> np.ndarray:
    """Rows of length 1, whose largest component is positive: signs are a matter of chance."""
    largest = np.abs(vectors).argmax(axis=1)[:, None]
    signs = np.where(np.take_along_axis(vectors, largest, axis=1) < 0.0, -1.0, 1.0)
    lengths = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-30)
    return (signs * vectors / lengths).astype("float32")


def traverse(
    generator: Any,
    latents: Any,
    direction: Any,
    distances: Sequence[float],
    plot: str | os.PathLike | None = None,
) -> np.ndarray:
    """Makes samples on the way along a direction: `latents + distance · direction`.

    Args:
        generator: See `as_generator`.
        latents: Array `(n, latent_dim)`, where to start.
        direction: Array `(latent_dim,)`, of length 1 mostly.
        distances: How far to go, such as `np.linspace(-3, 3, 7)`. N(0, 1) in a direction of length
            1 has a standard deviation of 1.
        plot: Path of a picture to write, a row for each start and a column for each distance.
            Defaults to `None`: none.

    Returns:
        A float32 array `(n, len(distances), ...)`, which `save_grid` draws.

    Raises:
        ValueError: If the shapes are not those of latents, or there is no such picture.
    """
    check_plot(plot, PICTURES)
    function = as_generator(generator)
    latents = function.check("latents", latents)
    direction = function.check("direction", np.atleast_2d(direction))[0]
    steps = np.asarray(distances, "float32")[:, None] * direction
    made = function.of_all(latents[:, None] + steps)
    check_images(plot, made.shape[2:])
    if plot is not None:
        save_grid(plot, made)
    return made
