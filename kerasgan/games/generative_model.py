"""Generator against discriminator: the game of most models that sample from latents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import keras
from keras import ops

from kerasgan.engine.game.player import Player
from kerasgan.engine.game.turn import Turn
from kerasgan.games.adversarial_terms import (
    discriminator_names,
    discriminator_terms,
    generator_names,
    generator_terms,
)
from kerasgan.games.generative_passes import GenerativePasses
from kerasgan.games.judgement import check_outputs
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
    two inputs, `[samples, labels]`. Outputs of the discriminator after the scores are named in
    `told`, and read by `auxiliary_terms`.

    Args:
        latent_dim, latent_distribution, seed, name, dtype, num_classes: See `LatentModel`.

    Call arguments:
        inputs: See `LatentModel`.
    """

    discriminator: keras.Model
    # The names of what the discriminator says beside its scores, in the order of its outputs.
    told: Sequence[str] = ()
    # Whether `auxiliary_terms` reads the discriminator's features.
    reads_features = False

    @property
    def auxiliary(self) -> Mapping[str, Sequence[str]]:
        """By player the names of loss terms beside the adversarial one; see `auxiliary_terms`."""
        return {}

    def auxiliary_terms(self, player: str, passes: GenerativePasses) -> Terms:
        """The terms that `auxiliary` names, for `"discriminator"` or `"generator"`."""
        return {}

    def players(self) -> list[Player]:
        """The discriminator, then the generator."""
        check_outputs(type(self).__name__, self.discriminator, self.told, self.reads_features)
        judged, *penalties = discriminator_names(self.rules)
        made, *costs = generator_names(self.rules)
        auxiliary = self.auxiliary
        return [
            Player(
                "discriminator",
                [self.discriminator],
                self._discriminator_terms,
                terms=[judged, *auxiliary.get("discriminator", ()), *penalties],
                role="judge",
            ),
            Player(
                "generator",
                [self.generator],
                self._generator_terms,
                terms=[made, *auxiliary.get("generator", ()), *costs],
                role="maker",
            ),
        ]

    def _discriminator_terms(self, passes: GenerativePasses) -> Terms:
        terms = discriminator_terms(passes.turn, passes.judges)
        return {**terms, **self.auxiliary_terms("discriminator", passes)}

    def _generator_terms(self, passes: GenerativePasses) -> Terms:
        terms = generator_terms(passes.turn, passes.judges, maker=passes)
        return {**terms, **self.auxiliary_terms("generator", passes)}

    def passes(self, batch: Any, turn: Turn) -> GenerativePasses:
        """The passes of generator and discriminator on a batch."""
        real, labels = batch, None
        if self.num_classes is not None:
            real, labels = batch
            # Of a label outside the classes `fit` tells; until then no backend may fail on it, or
            # read what is not there.
            labels = ops.clip(labels, 0, self.num_classes - 1)
        return GenerativePasses(
            self.generator, self.discriminator, self.sample_latents, turn, real, labels, self.told
        )
