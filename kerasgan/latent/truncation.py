"""The truncation trick: fewer kinds of samples, better ones."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from kerasgan.latent.as_generator import as_generator
from kerasgan.latent.figures import CHARTS, check_plot, draw_curve
from kerasgan.samples.shapes import check_positive_ints


def truncate(latents: Any, psi: float, center: Any = 0.0) -> np.ndarray:
    """Pulls latents towards a centre, `center + psi · (latents - center)`.

    Near a good centre a generator makes its most typical samples. StyleGAN takes the mean of its
    intermediate latents. The mean of the latents themselves is one only where it shows something:
    between ten digits lies none, and each sample is better pulled towards the mean of its kind
    (`examples/truncation.py`).

    Args:
        latents: Array `(n, latent_dim)`.
        psi: Float ψ: 1 leaves them as they are, 0 makes all the same.
        center: Float or array, `(latent_dim,)` or `(n, latent_dim)`. Defaults to `0.0`, the mean of
            N(0, 1) and of U[-1, 1].

    Returns:
        A float32 array `(n, latent_dim)`.

    Reference: [Karras et al., 2019](https://arxiv.org/abs/1812.04948), appendix B.
    """
    if not np.isfinite(psi):
        raise ValueError(f"`psi` must be a number, from 0 to 1 mostly. Received: psi={psi!r}")
    center = np.asarray(center, "float32")
    return (center + psi * (np.asarray(latents, "float32") - center)).astype("float32")


def truncated_normal(n: int, latent_dim: int, threshold: float, seed: int = 0) -> np.ndarray:
    """Draws latents from N(0, 1) without its tails: values beyond the threshold are drawn again.

    The threshold trades variety for fidelity. It works on models that were trained with N(0, 1);
    BigGAN's authors found that not every one takes it well.

    Args:
        n: Int, how many.
        latent_dim: Int, the number of latent variables.
        threshold: Float above 0, the largest absolute value: 2 changes little, 0.5 much.
        seed: Int, equal seeds give equal latents. Defaults to `0`.

    Returns:
        A float32 array `(n, latent_dim)`, in [-threshold, threshold].

    Reference: [Brock et al., 2019](https://arxiv.org/abs/1809.11096), section 3.1.
    """
    from scipy.special import ndtr, ndtri

    check_positive_ints(n=n, latent_dim=latent_dim)
    if not threshold > 0.0:
        raise ValueError(f"`threshold` must be above 0. Received: threshold={threshold!r}")
    # By the inverse of the distribution function: one uniform number for each value.
    low = ndtr(-float(threshold))
    uniform = np.random.default_rng(seed).uniform(low, 1.0 - low, (n, latent_dim))
    return np.clip(ndtri(uniform), -threshold, threshold).astype("float32")


def truncation_curve(
    generator: Any,
    measure: Callable[[np.ndarray], Mapping[str, Any]],
    psis: Sequence[float] = (0.2, 0.4, 0.6, 0.8, 1.0),
    n: int = 1000,
    seed: int = 0,
    center: Any = 0.0,
    plot: str | os.PathLike | None = None,
) -> dict[str, np.ndarray]:
    """Measures samples from more and more truncated latents: what fidelity costs in variety.

    The latents are the same for each ψ, but for their length.

    Args:
        generator: See `as_generator`.
        measure: Callable from samples `(n, ...)` to a dictionary of numbers, such as precision and
            recall.
        psis: The ψ, see `truncate`. Defaults to `(0.2, 0.4, 0.6, 0.8, 1.0)`.
        n: Int, samples for each. Defaults to `1000`.
        seed: Int, seed of the latents. Defaults to `0`.
        center: See `truncate`; `(n, latent_dim)` for a centre of each of `sample_latents(n, seed)`.
            Defaults to `0.0`.
        plot: Path of a figure to write. Precision over recall, and density over coverage, are one
            way each, from ψ to ψ; other numbers are drawn over ψ. Defaults to `None`: none.

    Returns:
        A dictionary of float64 arrays `(len(psis),)`: `"psi"`, and each number measured.

    Raises:
        ValueError: If a number is out of its range, or there is no such figure.
        ImportError: If matplotlib is not installed, for `plot`.

    Example:

    ```python
    measure = kerasgan.metrics.SampleEvaluation(images, ["precision_recall"], extractor="digits")
    kerasgan.latent.truncation_curve(gan, measure, plot="runs/truncation.png")
    ```
    """
    check_plot(plot, CHARTS)
    function = as_generator(generator)
    latents = function.sample_latents(n, seed)
    curve: dict[str, list[float]] = {"psi": []}
    for psi in psis:
        found = {"psi": psi, **measure(function(truncate(latents, psi, center)))}
        for name, value in found.items():
            curve.setdefault(name, []).append(float(value))
    arrays = {name: np.array(values) for name, values in curve.items()}
    if plot is not None:
        draw_curve(plot, arrays)
    return arrays
