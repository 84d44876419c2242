"""What every model that samples from latents has in common."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from kerasgan.engine import batch_shapes
from kerasgan.engine.adversarial_model import AdversarialModel
from kerasgan.networks.shapes import check_positive_ints
from kerasgan.types import Tensor


class LatentModel(AdversarialModel):
    """Abstract: a generator that turns latents into samples, trained by whatever players.

    A variant gives `generator`, from latents `(batch, latent_dim)` to samples
    `(batch, *data_shape)`, its players and a recipe.

    Args:
        latent_dim: Int, the number of latent variables.
        latent_distribution: `"normal"`, N(0, 1), or `"uniform"`, U[-1, 1]. Defaults to `"normal"`.
        seed, name, dtype: See `AdversarialModel`.

    Call arguments:
        latents: Tensor `(batch, latent_dim)`; the result is `(batch, *data_shape)`.
    """

    generator: keras.Model

    def __init__(
        self,
        latent_dim: int,
        latent_distribution: str = "normal",
        seed: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(seed=seed, name=name, dtype=dtype)
        check_positive_ints(latent_dim=latent_dim)
        if latent_distribution not in ("normal", "uniform"):
            raise ValueError(
                "`latent_distribution` must be 'normal' or 'uniform'. "
                f"Received: latent_distribution={latent_distribution!r}"
            )
        self.latent_dim = int(latent_dim)
        self.latent_distribution = latent_distribution

    @property
    def generators(self) -> dict[str, keras.Model]:
        """The generator."""
        return {"generator": self.generator}

    @property
    def data_shape(self) -> tuple[int, ...]:
        """The shape of one sample."""
        return tuple(self.generator.output_shape[1:])

    def call(self, latents: Tensor, training: bool = False) -> Tensor:
        """Samples from latents."""
        if not batch_shapes.fits(latents, (self.latent_dim,)):
            raise ValueError(
                f"{type(self).__name__} makes samples from latents of shape (batch, "
                f"{self.latent_dim}): draw them by `sample_latents(n)`, or build the model with "
                f"another `latent_dim`. Received: {batch_shapes.describe(latents)}"
            )
        return self.generator(latents, training=training)

    def unpack(self, data: Any) -> Tensor:
        """The real samples `(batch, *data_shape)`; labels that come with them are not used."""
        real, _ = batch_shapes.unpack_pair(data)
        if not batch_shapes.fits(real, self.data_shape):
            raise ValueError(
                f"{type(self).__name__} trains on batches of samples of shape {self.data_shape}. "
                f"{batch_shapes.remedy(real, self.data_shape)} "
                f"Received: {batch_shapes.describe(real)}"
            )
        return ops.cast(real, "float32")

    def sample_latents(self, n: int, seed: Any = None) -> Tensor:
        """Draws latents.

        Args:
            n: Int, how many.
            seed: Int for the same latents each time, a `keras.random.SeedGenerator`, or `None` for
                new ones from Keras's global generator. Defaults to `None`.

        Returns:
            A float32 tensor `(n, latent_dim)`.
        """
        shape = (n, self.latent_dim)
        if self.latent_distribution == "uniform":
            return keras.random.uniform(shape, -1.0, 1.0, dtype="float32", seed=seed)
        return keras.random.normal(shape, dtype="float32", seed=seed)

    def generate(self, n: int, seed: int | None = None, batch_size: int = 64) -> np.ndarray:
        """Makes samples, by the moving average of the generator where there is one.

        Args:
            n: Int, how many.
            seed: Int, equal seeds give equal samples; `None` gives new ones. Defaults to `None`.
            batch_size: Int, samples made at a time. Defaults to `64`.

        Returns:
            A float32 array `(n, *data_shape)`; images are in [-1, 1].
        """
        check_positive_ints(n=n, batch_size=batch_size)
        latents = ops.convert_to_numpy(self.sample_latents(n, seed))
        network = self.inference_network("generator")
        parts = [latents[start : start + batch_size] for start in range(0, n, batch_size)]
        # Each replica of a strategy predicts the whole batch, and the first one's comes first.
        batches = [network.predict_on_batch(part)[: len(part)] for part in parts]
        return np.concatenate(batches).astype("float32", copy=False)
