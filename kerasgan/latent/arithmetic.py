"""Sums and differences of latents that mean something."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from kerasgan.latent.as_generator import as_generator

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

    Returns:
        An `Arithmetic`: `latents`, of which `latents[4]` is the result, and `samples`.

    Raises:
        ValueError: If there is nothing to add, or a group is of another shape.

    Example:

    ```python
    found = kerasgan.latent.arithmetic(
        gan, add=[latents[[4, 17, 30]], latents[[2, 8, 9]]], subtract=[latents[[1, 6, 11]]]
    )
    kerasgan.latent.save_grid("runs/smiling_man.png", found.samples)
    ```

    Reference: [Radford et al., 2016](https://arxiv.org/abs/1511.06434), section 6.3.2.
    """
    function = as_generator(generator)
    if not len(add):
        raise ValueError(
            "A sum needs at least one group in `add`, a list of arrays (k, latent_dim). "
            f"Received: add={add!r}"
        )
    sides = [
        [function.check(f"{name}[{i}]", np.atleast_2d(group)).mean(axis=0) for i, group in groups]
        for name, groups in (("add", enumerate(add)), ("subtract", enumerate(subtract)))
    ]
    result = np.sum(sides[0], axis=0) - (np.sum(sides[1], axis=0) if sides[1] else 0.0)
    shifts = np.random.default_rng(seed).uniform(-noise, noise, (9, len(result)))
    shifts[_RESULT] = 0.0
    latents = (result + shifts).astype("float32")
    return Arithmetic(latents, function.of_all(latents.reshape(3, 3, -1)))
