"""The passes of a generator and its inverse against a discriminator of pairs."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import keras
from keras import ops

from kerasgan.engine.game.turn import Turn
from kerasgan.games.judge import Judge
from kerasgan.games.made_once import made_once
from kerasgan.types import Tensor


class BidirectionalPasses:
    """The passes through generator, encoder and discriminator, each made when first asked for.

    What is judged are pairs of data and latents: as one vector for each pair, so that a penalty
    takes gradients and places between two pairs as it does of other samples.

    Args:
        generator: Keras model from latents to data.
        encoder: Keras model from data to latents.
        discriminator: Keras model from data and latents to scores.
        draw: Callable from a number and a seed generator to latents, `(number, latent_dim)`.
        turn: What is known beside the batch.
        data: Real samples `(batch, *data_shape)`.
    """

    def __init__(
        self,
        generator: keras.Model,
        encoder: keras.Model,
        discriminator: keras.Model,
        draw: Callable[[Any, Any], Tensor],
        turn: Turn,
        data: Tensor,
    ) -> None:
        self.generator, self.encoder, self.draw = generator, encoder, draw
        self.turn, self.data = turn, data
        self.judge = Judge(
            discriminator,
            turn,
            real=lambda: self.real,
            fake=lambda: self.fake,
            one_pass=True,  # Both players need the gradient of both halves.
            inputs_of=self._apart,
        )

    @property
    def judges(self) -> list[Judge]:
        """The discriminator, with the pairs that it is shown."""
        return [self.judge]

    @made_once
    def latents(self) -> Tensor:
        """Latents `(batch, latent_dim)`, as many as there are real samples."""
        return self.draw(ops.shape(self.data)[0], self.turn.random)

    @made_once
    def fake_data(self) -> Tensor:
        """What the generator makes of the latents."""
        return self._run(self.generator, self.latents)

    @made_once
    def real(self) -> Tensor:
        """Real data with what the encoder makes of them, `(batch, features + latent_dim)`."""
        return _join(self.data, self._run(self.encoder, self.data))

    @made_once
    def fake(self) -> Tensor:
        """Generated data with the latents that they were made of."""
        return _join(self.fake_data, self.latents)

    @property
    def scores(self) -> tuple[Tensor, Tensor]:
        """The scores of real and generated pairs."""
        real, fake = self.judge.judgement
        return real.scores[0], fake.scores[0]

    @property
    def judgements(self) -> list[tuple[Tensor, Tensor, Tensor, Tensor]]:
        """Real and generated data, and the scores of their pairs."""
        return [(self.data, self.fake_data, *self.scores)]

    def _run(self, network: keras.Model, inputs: Tensor) -> Tensor:
        return ops.cast(network(inputs, training=self.turn.training), "float32")

    def _apart(self, pairs: Tensor) -> Sequence[Tensor]:
        shape = self.data.shape[1:]
        features = math.prod(shape)
        return [ops.reshape(pairs[:, :features], (-1, *shape)), pairs[:, features:]]


def _join(data: Tensor, latents: Tensor) -> Tensor:
    flat = ops.reshape(data, (-1, math.prod(data.shape[1:])))
    return ops.concatenate([flat, latents], axis=1)
