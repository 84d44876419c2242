"""What latents are drawn from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from kerasgan.samples.counted_draws import counted_latents
from kerasgan.samples.shapes import is_positive_int
from kerasgan.types import Tensor

KINDS = ("normal", "uniform", "categorical")
Distribution = str | Sequence[Sequence[Any]]


def parts_of(distribution: Distribution, latent_dim: int) -> list[tuple[str, int]]:
    """The parts of which a latent vector consists, each a kind and a number of latent variables.

    Args:
        distribution: `"normal"`, N(0, 1), `"uniform"`, U[-1, 1], or a list of pairs of a kind and a
            size, in which `"categorical"` is a one-hot vector of that many equally likely classes.
        latent_dim: Int, the number of latent variables.

    Raises:
        ValueError: If it is no such distribution, or the sizes do not add up to `latent_dim`.
    """
    parts = [(distribution, latent_dim)] if isinstance(distribution, str) else distribution
    single = isinstance(distribution, str)
    if not isinstance(parts, list | tuple) or not all(_is_part(part, single) for part in parts):
        raise ValueError(
            "`latent_distribution` must be 'normal' or 'uniform', or a list of pairs of "
            "'normal', 'uniform' or 'categorical' and a positive size, such as [('normal', 62), "
            f"('categorical', 10)]. Received: latent_distribution={distribution!r}"
        )
    if sum(size for _, size in parts) != latent_dim:
        raise ValueError(
            "The sizes of the parts of `latent_distribution` must add up to `latent_dim`. "
            f"Received: latent_distribution={distribution!r} for latent_dim={latent_dim}"
        )
    return [(kind, int(size)) for kind, size in parts]


def draw_latents(parts: Sequence[tuple[str, int]], n: int, seed: Any) -> Tensor:
    """Draws latents, float32 `(n, latent_dim)`.

    Args:
        parts: From `parts_of`.
        n: Int, how many.
        seed: Int, for latents that depend on it and on their place alone; a
            `keras.random.SeedGenerator`, or `None`, for what the backend draws.
    """
    if is_seed(seed):
        return ops.convert_to_tensor(counted_latents(parts, int(n), int(seed)))
    drawn = [_draw(kind, (n, size), seed) for kind, size in parts]
    return drawn[0] if len(drawn) == 1 else ops.concatenate(drawn, axis=1)


def is_seed(seed: Any) -> bool:
    """Whether it is a number, which stands for the same draws each time."""
    return isinstance(seed, int | np.integer)


def _draw(kind: str, shape: tuple[int, int], seed: Any) -> Tensor:
    if kind == "normal":
        return keras.random.normal(shape, dtype="float32", seed=seed)
    if kind == "uniform":
        return keras.random.uniform(shape, -1.0, 1.0, dtype="float32", seed=seed)
    classes = keras.random.randint(shape[:1], 0, shape[1], seed=seed)
    return ops.one_hot(classes, shape[1], dtype="float32")


def _is_part(part: Any, single: bool) -> bool:
    if not isinstance(part, list | tuple) or len(part) != 2 or not is_positive_int(part[1]):
        return False
    return part[0] in KINDS and not (single and part[0] == "categorical")
