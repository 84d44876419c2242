"""Generator against discriminator: the game of most models that sample from latents."""

from __future__ import annotations

from typing import Any

import keras

from kerasgan.engine.game.player import Player
from kerasgan.games.generative_passes import GenerativePasses
from kerasgan.games.independence import treats_samples_independently
from kerasgan.games.latent_model import LatentModel
from kerasgan.types import Terms


class GenerativeModel(LatentModel):
    """Abstract: a generator that turns latents into samples, against a discriminator.

    A variant gives the two networks and a recipe:

    ```python
    class DCGAN(GenerativeModel):
        def __init__(self, image_shape, latent_dim):
            super().__init__(latent_dim)
            with self.network_scope():
                self.generator = ...        # (batch, latent_dim) to (batch, *data_shape)
                self.discriminator = ...    # (batch, *data_shape) to scores (batch, 1)
    ```

    With `num_classes` the generator takes `[latents, labels]`, and the discriminator, where it has
    two inputs, `[samples, labels]`. Further outputs of the discriminator, after the scores, are
    for `auxiliary_terms`.

    Args:
        latent_dim, latent_distribution, seed, name, dtype, num_classes: See `LatentModel`.

    Call arguments:
        inputs: See `LatentModel`.
    """

    discriminator: keras.Model
    # Loss terms of both players beside the adversarial one; see `auxiliary_terms`.
    auxiliary: tuple[str, ...] = ()

    @property
    def judges_labels(self) -> bool:
        """Whether the discriminator is told the classes of what it judges."""
        return self.num_classes is not None and len(self.discriminator.inputs) == 2

    def auxiliary_terms(self, player: str, passes: GenerativePasses) -> Terms:
        """The terms that `auxiliary` names, for `"discriminator"` or `"generator"`."""
        return {}

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
        terms = ["adversarial", *self.auxiliary]
        penalties = [penalty.name for penalty in self.rules.penalties]
        return [
            Player(
                "discriminator",
                [self.discriminator],
                self._discriminator_terms,
                terms=[*terms, *penalties],
                steps=self.rules.discriminator_steps,
            ),
            Player("generator", [self.generator], self._generator_terms, terms),
        ]

    def _discriminator_terms(self, passes: GenerativePasses) -> Terms:
        terms = {"adversarial": self.rules.loss.discriminator_loss(*passes.scores)}
        terms.update(self.auxiliary_terms("discriminator", passes))
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
            terms = {"adversarial": loss.generator_loss(fake_scores, real_scores)}
        else:
            terms = {"adversarial": loss.generator_loss(passes.fake_scores)}
        return {**terms, **self.auxiliary_terms("generator", passes)}

    def passes(self, batch: Any, training: bool) -> GenerativePasses:
        """The passes of generator and discriminator on a batch."""
        return GenerativePasses(self, batch, training)
