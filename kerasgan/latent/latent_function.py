"""A generator of any kind, seen as a function from latents to samples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from kerasgan.samples.in_batches import in_batches
from kerasgan.samples.latent_distributions import Distribution, draw_latents, parts_of
from kerasgan.samples.shapes import check_positive_ints
from kerasgan.types import Tensor


class LatentFunction:
    """What `as_generator` returns: call it with latents for samples.

    Args:
        arrays: Callable from latents, a float32 array `(n, latent_dim)`, to samples `(n, ...)`.
        tensors: The same on tensors of the backend, through which gradients flow; `None` where
            there is no such function.
        latent_dim: Int, or `None` where it is not known.
        latent_distribution: What latents are drawn from, see `LatentModel`.
        draw: Callable from `(n, seed)` to latents, in place of that distribution's. Defaults to
            `None`.
        network: The `keras.Model`, where there is one. Defaults to `None`.
        variables: The weights, from the first layer to the last. Defaults to `()`.
        labels: Int, the class of all samples, or `None`. Defaults to `None`.
        batch_size: Int, samples made at a time. Defaults to `64`.
    """

    def __init__(
        self,
        arrays: Callable[[np.ndarray], Any],
        tensors: Callable[[Tensor], Tensor] | None,
        latent_dim: int | None,
        latent_distribution: Distribution = "normal",
        draw: Callable[[int, int], Any] | None = None,
        network: keras.Model | None = None,
        variables: Sequence[Any] = (),
        labels: int | None = None,
        batch_size: int = 64,
    ) -> None:
        check_positive_ints(batch_size=batch_size)
        self.latent_dim = latent_dim
        self.latent_distribution = latent_distribution
        self.network = network
        self.variables = list(variables)
        self.labels = labels
        self.batch_size = batch_size
        self._arrays = arrays
        self._tensors = tensors
        self._draw = draw

    def __call__(self, latents: Any) -> np.ndarray:
        """Makes samples, in batches.

        Args:
            latents: Array `(n, latent_dim)`.

        Returns:
            A float32 array `(n, ...)`; images are in [-1, 1].
        """
        return in_batches(self._arrays, self.check("latents", latents), self.batch_size)

    def of_all(self, latents: np.ndarray) -> np.ndarray:
        """Makes samples of latents with any number of leading axes, `(..., latent_dim)`."""
        made = self(latents.reshape(-1, latents.shape[-1]))
        return made.reshape(*latents.shape[:-1], *made.shape[1:])

    def tensors(self, latents: Tensor) -> Tensor:
        """Makes samples of a tensor `(n, latent_dim)`, through which gradients flow.

        Raises:
            TypeError: If the generator is none of the active backend.
        """
        if self._tensors is None:
            raise TypeError(
                "A SavedModel has gradients on the TensorFlow backend only. Load the generator "
                "from a `.keras` file or a preset, or set KERAS_BACKEND='tensorflow'. "
                f"Received: a SavedModel on the {keras.backend.backend()} backend"
            )
        return self._tensors(latents)

    def sample_latents(self, n: int, seed: int) -> np.ndarray:
        """Draws latents: those of which the model's own `generate(n, seed)` makes samples.

        Args:
            n: Int, how many.
            seed: Int, equal seeds give equal latents.

        Returns:
            A float32 array `(n, latent_dim)`.
        """
        check_positive_ints(n=n)
        if self._draw is None:
            parts = parts_of(self.latent_distribution, self.known_dim())
            return np.array(ops.convert_to_numpy(draw_latents(parts, n, seed)))
        return np.array(ops.convert_to_numpy(self._draw(n, seed)))

    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        """The lowest and the highest value of each latent variable, float32 `(latent_dim,)`."""
        ranges = {"normal": (-np.inf, np.inf), "uniform": (-1.0, 1.0), "categorical": (0.0, 1.0)}
        parts = parts_of(self.latent_distribution, self.known_dim())
        limits = [ranges[kind] for kind, size in parts for _ in range(size)]
        low, high = np.array(limits, "float32").T
        return low, high

    def known_dim(self) -> int:
        """The latent dimension, or an error that says how to give it."""
        if self.latent_dim is None:
            raise ValueError(
                "How many latent variables a function takes is not known. Give it by "
                "`as_generator(function, latent_dim=...)`. Received: latent_dim=None"
            )
        return self.latent_dim

    def check(self, name: str, latents: Any) -> np.ndarray:
        """Latents as a float32 array `(n, latent_dim)`, or an error that names them."""
        array = np.asarray(ops.convert_to_numpy(latents), "float32")
        wrong = self.latent_dim is not None and array.shape[-1:] != (self.latent_dim,)
        if array.ndim != 2 or not array.size or wrong:
            raise ValueError(
                f"`{name}` must be of shape (n, {self.latent_dim or 'latent_dim'}), as "
                f"`sample_latents(n, seed)` gives. Received: shape {array.shape}"
            )
        return array
