"""The passes of a generator against a discriminator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras import ops

from kerasgan.engine.made_once import made_once
from kerasgan.types import Tensor

if TYPE_CHECKING:
    from kerasgan.engine.generative_model import GenerativeModel


class GenerativePasses:
    """The passes through both networks on a batch, each made when first asked for, and then kept.

    Args:
        model: The game.
        real: Real samples `(batch, *data_shape)`.
        training: Bool, the networks' mode.
    """

    def __init__(self, model: GenerativeModel, real: Tensor, training: bool) -> None:
        self.model = model
        self.real = real
        self.training = training

    @made_once
    def fake(self) -> Tensor:
        """Generated samples, as many as there are real ones."""
        latents = self.model.sample_latents(
            ops.shape(self.real)[0], self.model.random(self.training)
        )
        return ops.cast(self.model.generator(latents, training=self.training), "float32")

    def score(self, samples: Tensor) -> Tensor:
        """The discriminator's scores, in float32."""
        return ops.cast(self.model.discriminator(samples, training=self.training), "float32")

    @made_once
    def fake_scores(self) -> Tensor:
        """The scores of the generated samples."""
        return self.score(self.fake)

    @made_once
    def scores(self) -> tuple[Tensor, Tensor]:
        """The scores of real and generated samples, from one pass where that changes nothing."""
        if self.model.one_pass:
            scores = self.score(ops.concatenate([self.real, self.fake]))
            count = ops.shape(self.real)[0]
            return scores[:count], scores[count:]
        return self.score(self.real), self.fake_scores

    @property
    def judgements(self) -> list[tuple[Tensor, Tensor, Tensor, Tensor]]:
        """For each discriminator real and generated samples, and its scores of both."""
        return [(self.real, self.fake, *self.scores)]
