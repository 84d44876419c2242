"""What lies between two samples."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from kerasgan.latent.as_generator import as_generator
from kerasgan.latent.figures import PICTURES, check_images, check_plot
from kerasgan.latent.latent_function import LatentFunction
from kerasgan.latent.pictures import save_grid
from kerasgan.samples.shapes import check_positive_ints

MODES = ("auto", "linear", "spherical")
_PARALLEL = 1e-6  # Sine of the angle under which an arc is a straight line.


def interpolate(
    generator: Any,
    a: Any,
    b: Any,
    steps: int = 8,
    mode: str = "auto",
    plot: str | os.PathLike | None = None,
) -> np.ndarray:
    """Makes the samples on the way from latents `a` to latents `b`, both included.

    A generator that has learnt, and not memorised, changes one into the other smoothly. Latents
    from N(0, I) lie near a sphere of radius √latent_dim, and the straight line between two of them
    runs through its inside, where no latents were in training: take the arc. Uniform latents fill
    a cube, in which the straight line stays.

    Args:
        generator: See `as_generator`.
        a, b: Arrays `(latent_dim,)` or `(n, latent_dim)`: one way, or n.
        steps: Int, at least 2, samples of a way. Defaults to `8`.
        mode: `"linear"`, `"spherical"`, or `"auto"`: spherical where latents are N(0, 1), linear
            elsewhere. Defaults to `"auto"`.
        plot: Path of a picture to write, such as `runs/ways.png`: a row for each way. Defaults to
            `None`: none.

    Returns:
        A float32 array `(steps, ...)` or `(n, steps, ...)`, which `save_grid` draws.

    Raises:
        ValueError: If the shapes are not latents', there is no such mode, or no such picture.

    Example:

    ```python
    a, b = gan.sample_latents(2, seed=0)
    kerasgan.latent.interpolate(gan, a, b, steps=10)  # (10, 32, 32, 1)
    ```

    References: [Radford et al., 2016](https://arxiv.org/abs/1511.06434), section 6.1;
    [White, 2016](https://arxiv.org/abs/1609.04468).
    """
    check_plot(plot, PICTURES)
    function = as_generator(generator)
    check_positive_ints(steps=steps)
    if steps < 2:
        raise ValueError(f"A way has two ends: `steps` is at least 2. Received: steps={steps}")
    single = np.ndim(a) == 1
    starts, ends = (function.check(name, np.atleast_2d(x)) for name, x in (("a", a), ("b", b)))
    way = between(function, starts, ends, np.linspace(0.0, 1.0, steps), mode)
    made = function.of_all(way)
    check_images(plot, made.shape[2:])
    if plot is not None:
        save_grid(plot, made)
    return made[0] if single else made


def between(
    function: LatentFunction, a: np.ndarray, b: np.ndarray, t: np.ndarray, mode: str
) -> np.ndarray:
    """Latents `(n, steps, latent_dim)` on the ways from `a` to `b`, `(n, latent_dim)`."""
    if mode not in MODES:
        raise ValueError(f"`mode` must be one of {MODES}. Received: mode={mode!r}")
    if mode == "auto":
        mode = "spherical" if function.latent_distribution == "normal" else "linear"
    path = slerp if mode == "spherical" else lerp
    return path(a[:, None], b[:, None], t[:, None])


def lerp(a: Any, b: Any, t: Any) -> np.ndarray:
    """Linear interpolation, `(1 - t) a + t b`.

    Args:
        a, b: Arrays `(..., latent_dim)`.
        t: Floats, 0 for `a` and 1 for `b`, that can be broadcast with them.

    Returns:
        A float32 array.
    """
    a, b, t = (np.asarray(x, "float64") for x in (a, b, t))
    return ((1.0 - t) * a + t * b).astype("float32")


def slerp(a: Any, b: Any, t: Any) -> np.ndarray:
    """Spherical interpolation: along the arc, `(sin((1-t)ω) a + sin(tω) b) / sin ω`.

    ω is the angle between `a` and `b`. Between vectors of one length all have that length, and
    the angle grows evenly. Where the angle is 0 the arc is the straight line; opposite vectors, at
    an angle of π, have no arc of their own, zero has no angle: there, too, it is the line.

    Args:
        a, b: Arrays `(..., latent_dim)`.
        t: Floats, 0 for `a` and 1 for `b`, that can be broadcast with `(..., 1)`.

    Returns:
        A float32 array.

    Reference: Shoemake, "Animating rotation with quaternion curves", SIGGRAPH 1985.
    """
    a, b, t = (np.asarray(x, "float64") for x in (a, b, t))
    lengths = [np.linalg.norm(x, axis=-1, keepdims=True) for x in (a, b)]
    product = np.maximum(lengths[0] * lengths[1], np.finfo("float64").tiny)
    cosine = np.sum(a * b, axis=-1, keepdims=True) / product
    angle = np.arccos(np.clip(cosine, -1.0, 1.0))
    sine = np.sin(angle)
    straight = (sine < _PARALLEL) | (product <= np.finfo("float64").tiny)
    safe = np.where(straight, 1.0, sine)
    first = np.where(straight, 1.0 - t, np.sin((1.0 - t) * angle) / safe)
    second = np.where(straight, t, np.sin(t * angle) / safe)
    return (first * a + second * b).astype("float32")
