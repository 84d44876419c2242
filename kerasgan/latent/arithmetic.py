"""Sums and differences of latents that mean something."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from kerasgan.latent.as_generator import as_generator
from kerasgan.latent.figures import PICTURES, check_images, check_plot
from kerasgan.latent.pictures import save_sum

_RESULT = 4  # The centre of nine cells.


class Arithmetic(NamedTuple):
    """What `arithmetic` returns.

    Args:
        latents: float32 array `(9, latent_dim)`: in the middle, at index 4, the result; around it
            the same with noise.
        samples: float32 array `(3, 3, ...)`: what the generator makes of them, which `save_grid`
            draws.
    """

    latents: np.ndarray
    samples: np.ndarray


def arithmetic(
    generator: Any,
    add: Sequence[Any],
    subtract: Sequence[Any] = (),
    noise: float = 0.25,
    seed: int = 0,
    plot: str | os.PathLike | None = None,
) -> Arithmetic:
    """Adds and subtracts what groups of samples have in common.

    Each group is the latents of a few samples that show the same: their mean stands for it, since
    single latents say too much of one sample. Smiling woman - neutral woman + neutral man is a
    smiling man. Around the result stand eight neighbours, with uniform noise: they show whether
    the place in the latent space means what it shows, or only hits it.

    Args:
        generator: See `as_generator`.
        add, subtract: Lists of groups, arrays `(k, latent_dim)` or one of `(latent_dim,)`. The
            paper took k = 3.
        noise: Float, the noise is uniform in [-noise, noise]. Defaults to `0.25`, the paper's.
        seed: Int, seed of the noise. Defaults to `0`.
        plot: Path of a picture to write, the paper's figure: above, three samples of each group and
            the nine of the result; below, what the generator makes of the means, and the sum.
            Defaults to `None`: none.

    Returns:
        An `Arithmetic`: `latents`, of which `latents[4]` is the result, and `samples`.

    Raises:
        ValueError: If there is nothing to add, a group is of another shape, or there is no such
            picture.

    Example:

    ```python
    smiling_woman, woman, man = latents[[4, 17, 30]], latents[[1, 6, 11]], latents[[2, 8, 9]]
    kerasgan.latent.arithmetic(
        gan, add=[smiling_woman, man], subtract=[woman], plot="runs/smiling_man.png"
    )
    ```

    Reference: [Radford et al., 2016](https://arxiv.org/abs/1511.06434), section 6.3.2.
    """
    check_plot(plot, PICTURES)
    function = as_generator(generator)
    if not len(add):
        raise ValueError(
            "A sum needs at least one group in `add`, a list of arrays (k, latent_dim). "
            f"Received: add={add!r}"
        )
    added, subtracted = (
        [function.check(f"{name}[{i}]", np.atleast_2d(group)) for i, group in enumerate(groups)]
        for name, groups in (("add", add), ("subtract", subtract))
    )
    groups, signs = [*added, *subtracted], [1] * len(added) + [-1] * len(subtracted)
    means = np.array([group.mean(axis=0) for group in groups])
    result = np.array(signs) @ means
    shifts = np.random.default_rng(seed).uniform(-noise, noise, (9, len(result)))
    shifts[_RESULT] = 0.0
    latents = (result + shifts).astype("float32")
    samples = function.of_all(latents.reshape(3, 3, -1))
    check_images(plot, samples.shape[2:])
    if plot is not None:
        members = [function(group[:3]) for group in groups]
        save_sum(plot, signs, members, function(means), samples)
    return Arithmetic(latents, samples)
