"""The passes of BiGAN."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from keras import ops

from kerasgan.games.made_once import made_once
from kerasgan.types import Tensor

if TYPE_CHECKING:
    from kerasgan.models.bigan import BiGAN


class BiGANPasses:
    """The passes through generator, encoder and discriminator, each made when first asked for.

    What is judged are pairs of data and latents: as one vector for each pair, so that a penalty
    takes gradients and places between two pairs as it does of other samples.

    Args:
        model: The game.
        data: Real samples `(batch, *data_shape)`.
        training: Bool, the networks' mode.
    """

    def __init__(self, model: BiGAN, data: Tensor, training: bool) -> None:
        self.model = model
        self.data = data
        self.training = training

    @made_once
    def latents(self) -> Tensor:
        """Latents `(batch, latent_dim)`, as many as there are real samples."""
        return self.model.sample_latents(ops.shape(self.data)[0], self.model.random(self.training))

    @made_once
    def fake_data(self) -> Tensor:
        """What the generator makes of the latents."""
        return ops.cast(self.model.generator(self.latents, training=self.training), "float32")

    @made_once
    def real(self) -> Tensor:
        """Real data with what the encoder makes of them, `(batch, features + latent_dim)`."""
        codes = ops.cast(self.model.encoder(self.data, training=self.training), "float32")
        return _join(self.data, codes)

    @made_once
    def fake(self) -> Tensor:
        """Generated data with the latents that they were made of."""
        return _join(self.fake_data, self.latents)

    def score(self, pairs: Tensor) -> Tensor:
        """The discriminator's scores of pairs, in float32."""
        shape = self.model.data_shape
        features = math.prod(shape)
        data = ops.reshape(pairs[:, :features], (-1, *shape))
        inputs = [data, pairs[:, features:]]
        return ops.cast(self.model.discriminator(inputs, training=self.training), "float32")

    @made_once
    def scores(self) -> tuple[Tensor, Tensor]:
        """The scores of real and generated pairs, from one pass where that changes nothing."""
        if self.model.one_pass:
            scores = self.score(ops.concatenate([self.real, self.fake]))
            count = ops.shape(self.data)[0]
            return scores[:count], scores[count:]
        return self.score(self.real), self.score(self.fake)

    @property
    def judgements(self) -> list[tuple[Tensor, Tensor, Tensor, Tensor]]:
        """Real and generated data, and the scores of their pairs."""
        return [(self.data, self.fake_data, *self.scores)]


def _join(data: Tensor, latents: Tensor) -> Tensor:
    flat = ops.reshape(data, (-1, math.prod(data.shape[1:])))
    return ops.concatenate([flat, latents], axis=1)
