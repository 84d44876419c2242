"""Directions without labels: what a layer's activations vary in."""

from __future__ import annotations

import os
from typing import Any

import keras
import numpy as np

from kerasgan.latent.as_generator import as_generator
from kerasgan.latent.directions import Directions, unit_vectors
from kerasgan.latent.figures import CHARTS, check_plot, draw_shares
from kerasgan.latent.first_kernel import first_kernel
from kerasgan.latent.latent_function import LatentFunction
from kerasgan.samples.in_batches import in_batches
from kerasgan.samples.shapes import check_positive_ints


def principal_directions(
    generator: Any,
    components: int = 10,
    layer: str | None = None,
    samples: int = 2000,
    seed: int = 0,
    plot: str | os.PathLike | None = None,
) -> Directions:
    """Finds the directions in which a layer's activations vary most (GANSpace).

    The principal components of the activations of random latents are carried back to the latents by
    a linear regression on the coordinates. Where activations depend linearly on latents of equal
    variances these are the directions of `factorized_directions`; a later layer shows what is not.

    Args:
        generator: See `as_generator`. A SavedModel shows its first dense layer only.
        components: Int, directions to find, `latent_dim` at most. Defaults to `10`.
        layer: String, the name of a layer of the generator's network. Defaults to `None`: what the
            first dense layer makes, without its bias, which changes no direction.
        samples: Int, random latents; more than `components`. Memory grows with them times the
            layer's activations. Defaults to `2000`.
        seed: Int, seed of the latents. Defaults to `0`.
        plot: Path of a figure to write: the shares, and their sum. Defaults to `None`: none.

    Returns:
        `Directions`; `shares` are those of the variance of the activations.

    Raises:
        ValueError: If there is no such layer or figure, or a number is out of its range.
        ImportError: If matplotlib is not installed, for `plot`.

    Example:

    ```python
    found = kerasgan.latent.principal_directions(gan, components=4)
    latents = gan.sample_latents(5, seed=1)
    kerasgan.latent.traverse(gan, latents, found.vectors[0], np.linspace(-3, 3, 7))
    ```

    Reference: [Härkönen et al., 2020](https://arxiv.org/abs/2004.02546).
    """
    from sklearn.decomposition import PCA

    check_plot(plot, CHARTS)
    function = as_generator(generator)
    check_positive_ints(components=components, samples=samples)
    if components > min(function.known_dim(), samples - 1):
        raise ValueError(
            f"{function.latent_dim} latent variables and {samples} samples have "
            f"{min(function.known_dim(), samples - 1)} directions at most. "
            f"Received: components={components}"
        )
    latents = function.sample_latents(samples, seed)
    activations = _activations(function, latents, layer)
    pca = PCA(components, svd_solver="randomized", random_state=seed)
    coordinates = pca.fit_transform(activations.astype("float64"))
    # Coordinates of principal components are not correlated: one regression for each.
    centred = latents.astype("float64") - latents.mean(axis=0)
    squares = np.maximum(np.sum(coordinates**2, axis=0), 1e-30)
    vectors = coordinates.T @ centred / squares[:, None]  # (components, latent_dim)
    if plot is not None:
        draw_shares(plot, pca.explained_variance_ratio_, "Share of the variance of the activations")
    return Directions(unit_vectors(vectors), pca.explained_variance_ratio_)


def _activations(function: LatentFunction, latents: np.ndarray, layer: str | None) -> np.ndarray:
    """What the layer makes of the latents, `(n, values)`."""
    if layer is None:
        return latents @ first_kernel(function)
    network = function.network
    names = [] if network is None else [each.name for each in network.layers]
    if network is None or layer not in names:
        raise ValueError(
            f"The generator's network has the layers {names}. A SavedModel or a function shows "
            f"none: load a `.keras` file or a preset. Received: layer={layer!r}"
        )
    inner = keras.Model(network.inputs, network.get_layer(layer).output)
    inputs: Any = latents
    if len(network.inputs) > 1:
        inputs = [latents, np.full(len(latents), function.labels, "int32")]
    made = in_batches(inner.predict_on_batch, inputs, function.batch_size)
    return made.reshape(len(made), -1)
