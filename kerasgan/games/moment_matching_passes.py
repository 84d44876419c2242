"""The passes of moment matching: of samples, or of an autoencoder's codes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from kerasgan.engine.game.turn import Turn
from kerasgan.games.made_once import made_once
from kerasgan.types import Tensor


class MomentMatchingPasses:
    """The passes through the networks on a batch, each made when first asked for, and then kept.

    Args:
        generator: Keras model from latents to samples; to codes where there is an encoder.
        draw: Callable from a number and a seed generator to latents, `(number, latent_dim)`.
        turn: What is known beside the batch.
        real: Real samples `(batch, *data_shape)`.
        encoder: Keras model from samples to codes, `None` for a generator of samples. Defaults to
            `None`.
        decoder: Keras model from codes to samples, likewise. Defaults to `None`.
    """

    def __init__(
        self,
        generator: keras.Model,
        draw: Callable[[Any, Any], Tensor],
        turn: Turn,
        real: Tensor,
        encoder: keras.Model | None = None,
        decoder: keras.Model | None = None,
    ) -> None:
        self.generator, self.draw, self.turn, self.real = generator, draw, turn, real
        self.encoder: Any = encoder
        self.decoder: Any = decoder

    @made_once
    def matched(self) -> tuple[Tensor, Tensor]:
        """What is to be alike: real and generated samples, or their codes where there are any."""
        latents = self.draw(ops.shape(self.real)[0], self.turn.random)
        if self.encoder is None:
            return self.real, self._run(self.generator, latents)
        # The codes of data are a target, as they will be when samples are made of codes.
        codes = ops.cast(self.encoder(self.real, training=False), "float32")
        return ops.stop_gradient(codes), self._run(self.generator, latents)

    @made_once
    def reconstruction(self) -> Tensor:
        """The real samples, from their codes."""
        codes = self.encoder(self.real, training=self.turn.training)
        return self._run(self.decoder, codes)

    def _run(self, network: Any, inputs: Tensor) -> Tensor:
        return ops.cast(network(inputs, training=self.turn.training), "float32")
