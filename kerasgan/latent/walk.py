"""Endless walks through the latents."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from kerasgan.latent.as_generator import as_generator
from kerasgan.latent.figures import ANIMATIONS, check_images, check_plot
from kerasgan.latent.interpolation import between
from kerasgan.latent.pictures import save_gif
from kerasgan.latent.video import save_video
from kerasgan.samples.shapes import check_positive_ints


def walk(
    generator: Any,
    n_keys: int = 6,
    steps: int = 12,
    seed: int = 0,
    walks: int | None = None,
    mode: str = "auto",
    plot: str | os.PathLike | None = None,
) -> np.ndarray:
    """Makes the samples of a closed walk, which can be shown without an end.

    It goes from one random latent to the next and from the last back to the first. Each sample
    comes once: the last is one step before the first.

    Args:
        generator: See `as_generator`.
        n_keys: Int, random latents that it visits. Defaults to `6`.
        steps: Int, steps from one to the next. Defaults to `12`.
        seed: Int, equal seeds walk the same way. Defaults to `0`.
        walks: Int, how many walks, to be shown side by side. Defaults to `None`: one, without an
            axis of its own.
        mode: See `interpolate`. Defaults to `"auto"`.
        plot: Path of an animation to write, walks side by side: `runs/walk.gif`, or `runs/walk.mp4`
            with the extra `video`. Defaults to `None`: none.

    Returns:
        A float32 array `(n_keys * steps, ...)`, or `(walks, n_keys * steps, ...)`, which `save_gif`
        and `save_video` animate.

    Raises:
        ValueError: If a number is not a positive integer, or there is no such mode or animation.
        ImportError: If PyAV is not installed, for MP4.

    Example:

    ```python
    kerasgan.latent.walk(gan, n_keys=8, steps=15, seed=0, walks=16, plot="runs/walk.gif")
    ```
    """
    check_plot(plot, ANIMATIONS)
    function = as_generator(generator)
    check_positive_ints(n_keys=n_keys, steps=steps, walks=1 if walks is None else walks)
    count = walks or 1
    keys = function.sample_latents(count * n_keys, seed).reshape(count, n_keys, -1)
    ends = np.roll(keys, -1, axis=1)
    t = np.arange(steps) / steps
    dim = keys.shape[-1]
    way = between(function, keys.reshape(-1, dim), ends.reshape(-1, dim), t, mode)
    way = way.reshape(count, n_keys * steps, dim)
    made = function.of_all(way if walks else way[0])
    check_images(plot, made.shape[2 if walks else 1 :])
    if plot is not None:
        (save_video if Path(plot).suffix.lower() == ".mp4" else save_gif)(plot, made)
    return made
