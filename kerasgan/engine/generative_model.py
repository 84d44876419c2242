"""Generator against discriminator: the game of most models that sample from latents."""

from __future__ import annotations

import keras

from kerasgan.engine.generative_passes import GenerativePasses
from kerasgan.engine.independence import treats_samples_independently
from kerasgan.engine.latent_model import LatentModel
from kerasgan.engine.player import Player
from kerasgan.types import Tensor, Terms


class GenerativeModel(LatentModel):
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

    discriminator: keras.Model

    @property
    def one_pass(self) -> bool:
        """Whether the discriminator judges real and generated samples in one pass.

        With simultaneous updates it does not: the generator's gradient would go back through the
        real samples' half as well.
        """
        independent = treats_samples_independently(self.discriminator)
        return self.rules.update == "alternating" and independent

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

    def passes(self, batch: Tensor, training: bool) -> GenerativePasses:
        """The passes of generator and discriminator on a batch."""
        return GenerativePasses(self, batch, training)
