"""The passes of moment matching."""

from __future__ import annotations

from typing import TYPE_CHECKING

import keras
from keras import ops

from kerasgan.games.made_once import made_once
from kerasgan.types import Tensor

if TYPE_CHECKING:
    from kerasgan.models.gmmn import GMMN


class GMMNPasses:
    """The passes through the networks on a batch, each made when first asked for, and then kept.

    Args:
        model: The model.
        real: Real samples `(batch, *data_shape)`.
        training: Bool, the networks' mode.
    """

    def __init__(self, model: GMMN, real: Tensor, training: bool) -> None:
        self.model = model
        self.real = real
        self.training = training

    @made_once
    def matched(self) -> tuple[Tensor, Tensor]:
        """What is to be alike: real and generated samples, or their codes where there are any."""
        count = ops.shape(self.real)[0]
        latents = self.model.sample_latents(count, self.model.random(self.training))
        if self.model.code_dim is None:
            return self.real, self._run(self.model.generator, latents)
        # The codes of data are a target, as they will be when samples are made of codes.
        codes = ops.cast(self.model.encoder(self.real, training=False), "float32")
        return ops.stop_gradient(codes), self._run(self.model.code_generator, latents)

    @made_once
    def reconstruction(self) -> Tensor:
        """The real samples, from their codes."""
        codes = self.model.encoder(self.real, training=self.training)
        return self._run(self.model.decoder, codes)

    def _run(self, network: keras.Model, inputs: Tensor) -> Tensor:
        return ops.cast(network(inputs, training=self.training), "float32")
