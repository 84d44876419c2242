"""Generator against discriminator: the game of every model that samples from latents."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from kerasgan.engine import batch_shapes
from kerasgan.engine.adversarial_model import AdversarialModel
from kerasgan.engine.generative_passes import GenerativePasses
from kerasgan.engine.independence import treats_samples_independently
from kerasgan.engine.player import Player
from kerasgan.networks.shapes import check_positive_ints
from kerasgan.types import Tensor, Terms


class GenerativeModel(AdversarialModel):
    """Abstract: a generator that turns latents into samples, against a discriminator.

    A variant gives the two networks and a recipe:

    ```python
    class DCGAN(GenerativeModel):
        def __init__(self, image_shape, ...):
            super().__init__(latent_dim, ...)
            with self.network_scope():
                self.generator = ...        # (batch, latent_dim) to (batch, *data_shape)
                self.discriminator = ...    # (batch, *data_shape) to scores (batch, 1)
    ```

    Args:
        latent_dim: Int, the number of latent variables.
        latent_distribution: `"normal"`, N(0, 1), or `"uniform"`, U[-1, 1]. Defaults to `"normal"`.
        seed, name, dtype: See `AdversarialModel`.

    Call arguments:
        latents: Tensor `(batch, latent_dim)`; the result is `(batch, *data_shape)`.
    """

    generator: keras.Model
    discriminator: keras.Model

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
    def one_pass(self) -> bool:
        """Whether the discriminator judges real and generated samples in one pass.

        With simultaneous updates it does not: the generator's gradient would go back through the
        real samples' half as well.
        """
        independent = treats_samples_independently(self.discriminator)
        return self.rules.update == "alternating" and independent

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

    def players(self) -> list[Player]:
        """The discriminator, then the generator."""
        penalties = [penalty.name for penalty in self.rules.penalties]
        return [
            Player(
                "discriminator",
                [self.discriminator],
                self._discriminator_terms,
                terms=["adversarial", *penalties],
                steps=self.rules.discriminator_steps,
            ),
            Player("generator", [self.generator], self._generator_terms, terms=["adversarial"]),
        ]

    def _discriminator_terms(self, passes: GenerativePasses) -> Terms:
        terms = {"adversarial": self.rules.loss.discriminator_loss(*passes.scores)}
        for penalty in self.rules.penalties:
            terms[penalty.name] = penalty(
                passes.score,
                passes.real,
                passes.fake,
                step=self.optimizer.players["discriminator"].iterations,
                seed=self.random(passes.training),
            )
        return terms

    def _generator_terms(self, passes: GenerativePasses) -> Terms:
        loss = self.rules.loss
        if loss.compares:
            real_scores, fake_scores = passes.scores
            return {"adversarial": loss.generator_loss(fake_scores, real_scores)}
        return {"adversarial": loss.generator_loss(passes.fake_scores)}

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

    def passes(self, batch: Tensor, training: bool) -> GenerativePasses:
        """The passes of generator and discriminator on a batch."""
        return GenerativePasses(self, batch, training)

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
