"""How abruptly samples change along ways through the latents."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from kerasgan.features.perceptual.get_perceptual_distance import get_perceptual_distance
from kerasgan.latent.as_generator import as_generator
from kerasgan.latent.interpolation import lerp, slerp
from kerasgan.latent.latent_function import LatentFunction
from kerasgan.samples.shapes import check_positive_ints

PATHS = {"linear": lerp, "spherical": slerp}
CHUNK = 1024  # Pairs whose samples are in memory at once.
OUTLIERS = (1.0, 99.0)  # Percentiles, beyond which lengths are left out.


class PerceptualPathLength(NamedTuple):
    """What `perceptual_path_length` finds.

    Args:
        mean: Float, the mean squared length of a step over the square of `epsilon`; less is better.
        std: Float, its standard deviation over the pairs.
        samples: Int, how many pairs of neighbours were made.
        kept: Int, of how many the mean is, outliers left out.
        distance: String, the name of the distance.
        resize: String or `None`, the mode in which it resizes images.
        epsilon: Float, the step.
        sampling: `"full"` or `"end"`.
        mode: `"linear"` or `"spherical"`.
        seed: Int, the seed of latents and places.
    """

    mean: float
    std: float
    samples: int
    kept: int
    distance: str
    resize: str | None
    epsilon: float
    sampling: str
    mode: str
    seed: int


def perceptual_path_length(
    generator: Any,
    distance: Any = "lpips",
    samples: int = 10_000,
    epsilon: float = 1e-4,
    sampling: str = "full",
    mode: str = "auto",
    batch_size: int = 64,
    seed: int = 0,
) -> PerceptualPathLength:
    """The mean squared length of small steps through the latents, in what images look like.

    A generator whose latents are well arranged changes evenly from one sample to another; things
    that appear on the way and vanish make the way long. Ways between random latents are taken, and
    on each a step of `epsilon`; the distance of its ends is divided by `epsilon²`. The lengths
    below the 1st and above the 99th percentile are left out, as StyleGAN's authors do.

    Figures compare with published ones for `"lpips"`, equal `sampling`, and generators that scale
    latents to one length themselves, or ways that are linear: the authors' arc is of latents of
    length 1, here they keep their lengths. The number of samples gives no bias; the authors take
    100,000. A generator that rounds its samples more than a step changes them, as of float16 or the
    TF32 of GPUs, is not measured, but its rounding: turn these off.

    Args:
        generator: See `kerasgan.latent.as_generator`.
        distance: `"lpips"`, an extractor, or a `PerceptualDistance`: see
            `kerasgan.metrics.get_perceptual_distance`. Defaults to `"lpips"`.
        samples: Int, how many steps. Defaults to `10000`.
        epsilon: Float, the step, of a way of length 1. Defaults to `1e-4`.
        sampling: `"full"` for steps anywhere on the ways, `"end"` for steps at their beginnings,
            where latents are as in training. Defaults to `"full"`.
        mode: `"linear"`, `"spherical"`, or `"auto"`: spherical where latents are N(0, 1), linear
            elsewhere. Defaults to `"auto"`.
        batch_size: Int, pairs of samples that are compared at a time. Defaults to `64`.
        seed: Int, the seed of latents and places. Defaults to `0`.

    Returns:
        A `PerceptualPathLength`.

    Raises:
        TypeError: If it is no generator from latents.
        ValueError: If an argument has another value than those above, or lengths are not finite.

    Example:

    ```python
    generate = kerasgan.load_generator("saved_models/digits_dcgan")
    kerasgan.latent.perceptual_path_length(generate, distance="digits", samples=2000).mean  # 171
    ```

    Reference: [Karras et al., 2019](https://arxiv.org/abs/1812.04948), section 4.1.
    """
    function = as_generator(generator)
    check_positive_ints(samples=samples, batch_size=batch_size)
    mode = _checked(function, epsilon, sampling, mode)
    measure = get_perceptual_distance(distance)
    starts, ends = np.split(function.sample_latents(2 * samples, seed), 2)
    places = np.random.default_rng(seed).random((samples, 1)) * (sampling == "full")
    lengths = []
    for start in range(0, samples, CHUNK):
        a, b, t = (x[start : start + CHUNK] for x in (starts, ends, places))
        here, there = (function(PATHS[mode](a, b, u)) for u in (t, t + epsilon))
        lengths.append(measure(here, there, batch_size))
    kept = _without_outliers(np.concatenate(lengths) / epsilon**2)
    return PerceptualPathLength(
        float(kept.mean()),
        float(kept.std()),
        samples,
        len(kept),
        measure.name,
        measure.resize,
        epsilon,
        sampling,
        mode,
        seed,
    )


def _checked(function: LatentFunction, epsilon: float, sampling: str, mode: str) -> str:
    if not 0.0 < epsilon < 1.0:
        raise ValueError(f"`epsilon` must be above 0, and small. Received: epsilon={epsilon!r}")
    if sampling not in ("full", "end"):
        raise ValueError(f"`sampling` must be 'full' or 'end'. Received: sampling={sampling!r}")
    if mode == "auto":
        return "spherical" if function.latent_distribution == "normal" else "linear"
    if mode not in PATHS:
        raise ValueError(
            f"`mode` must be 'auto', {', '.join(map(repr, PATHS))}. Received: {mode!r}"
        )
    return mode


def _without_outliers(lengths: np.ndarray) -> np.ndarray:
    bad = len(lengths) - int(np.count_nonzero(np.isfinite(lengths)))
    if bad:
        raise ValueError(
            "Lengths must be finite: what a diverged generator makes cannot be measured. "
            f"Received: {bad} of {len(lengths)} that are not"
        )
    low = np.percentile(lengths, OUTLIERS[0], method="lower")
    high = np.percentile(lengths, OUTLIERS[1], method="higher")
    return lengths[(low <= lengths) & (lengths <= high)]
