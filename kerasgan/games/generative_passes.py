"""The passes of a generator against a discriminator."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras
from keras import ops

from kerasgan.engine.game.turn import Turn
from kerasgan.games.conditions import beside
from kerasgan.games.judge import Judge
from kerasgan.games.judgement import Judgement
from kerasgan.games.made_once import made_once
from kerasgan.types import Tensor


class GenerativePasses:
    """The passes through both networks on a batch, each made when first asked for, and then kept.

    Generated samples have the conditions of the real ones, such as their classes.

    Args:
        generator: Keras model from latents, or latents and their condition, to samples.
        discriminator: Keras model from samples, or samples and their condition, to a judgement.
        draw: Callable from a number and a seed generator to latents, `(number, latent_dim)`.
        turn: What is known beside the batch.
        real: Real samples `(batch, *data_shape)`.
        condition: What the generator is told beside the latents, see `beside`; the discriminator
            is where it has inputs for it. Defaults to `None`.
        told: The names of the discriminator's outputs after the scores. Defaults to none.
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        draw: Callable[[Any, Any], Tensor],
        turn: Turn,
        real: Tensor,
        condition: Any = None,
        told: Sequence[str] = (),
    ) -> None:
        self.generator, self.draw, self.turn = generator, draw, turn
        self.real, self.condition = real, condition
        seen = None if condition is None or len(discriminator.inputs) == 1 else condition
        self.judge = Judge(discriminator, turn, lambda: real, lambda: self.fake, seen, told=told)

    @property
    def judges(self) -> list[Judge]:
        """The discriminator, with what it is shown."""
        return [self.judge]

    @made_once
    def latents(self) -> Tensor:
        """Latents, as many as there are real samples."""
        return self.draw(ops.shape(self.real)[0], self.turn.random)

    def make(self, latents: Tensor) -> Tensor:
        """Samples of latents, under the batch's condition, in float32."""
        inputs = beside(latents, self.condition)
        return ops.cast(self.generator(inputs, training=self.turn.training), "float32")

    @made_once
    def fake(self) -> Tensor:
        """Generated samples, as many as there are real ones."""
        return self.make(self.latents)

    @property
    def fake_judgement(self) -> Judgement:
        """What the discriminator says of the generated samples."""
        return self.judge.fake_judgement

    @property
    def judgement(self) -> tuple[Judgement, Judgement]:
        """What it says of real and generated samples."""
        return self.judge.judgement

    @property
    def scores(self) -> tuple[Tensor, Tensor]:
        """The scores of real and generated samples, of the first scale."""
        real, fake = self.judgement
        return real.scores[0], fake.scores[0]

    @property
    def judgements(self) -> list[tuple[Tensor, Tensor, Tensor, Tensor]]:
        """For each discriminator real and generated samples, and its scores of both."""
        return [judge.seen() for judge in self.judges]
