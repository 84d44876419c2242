"""The passes of a generator against a discriminator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
from keras import ops

from kerasgan.games.made_once import made_once
from kerasgan.types import Tensor

if TYPE_CHECKING:
    from kerasgan.games.generative_model import GenerativeModel


class GenerativePasses:
    """The passes through both networks on a batch, each made when first asked for, and then kept.

    Generated samples are of the classes of the real ones.

    Args:
        model: The game.
        batch: Real samples `(batch, *data_shape)`, or a pair of them and of labels `(batch,)`.
        training: Bool, the networks' mode.
    """

    def __init__(self, model: GenerativeModel, batch: Any, training: bool) -> None:
        self.model = model
        self.real, self.labels = batch, None
        if model.num_classes is not None:
            self.real, labels = batch
            # Of a label outside the classes `fit` tells; until then no backend may fail on it, or
            # read what is not there.
            self.labels = ops.clip(labels, 0, model.num_classes - 1)
        self.training = training

    @made_once
    def latents(self) -> Tensor:
        """Latents, as many as there are real samples."""
        return self.model.sample_latents(ops.shape(self.real)[0], self.model.random(self.training))

    @made_once
    def fake(self) -> Tensor:
        """Generated samples, as many as there are real ones."""
        inputs = self.latents if self.labels is None else [self.latents, self.labels]
        return ops.cast(self.model.generator(inputs, training=self.training), "float32")

    def judge(self, samples: Tensor, copies: int = 1) -> list[Tensor]:
        """All that the discriminator says of samples, the scores first, in float32.

        Args:
            samples: `(copies · batch, *data_shape)`, of the classes of the batch.
            copies: Int, how often the batch's classes come one after the other. Defaults to `1`.
        """
        inputs = samples
        if self.model.judges_labels:
            inputs = [samples, ops.concatenate([self.labels] * copies)]
        outputs = self.model.discriminator(inputs, training=self.training)
        return [ops.cast(output, "float32") for output in keras.tree.flatten(outputs)]

    def score(self, samples: Tensor) -> Tensor:
        """The discriminator's scores of as many samples as the batch has."""
        return self.judge(samples)[0]

    @made_once
    def fake_judgement(self) -> list[Tensor]:
        """What the discriminator says of the generated samples."""
        return self.judge(self.fake)

    @made_once
    def judgement(self) -> tuple[list[Tensor], list[Tensor]]:
        """What it says of real and generated samples, in one pass where that changes nothing."""
        if not self.model.one_pass:
            return self.judge(self.real), self.fake_judgement
        outputs = self.judge(ops.concatenate([self.real, self.fake]), copies=2)
        count = ops.shape(self.real)[0]
        return [output[:count] for output in outputs], [output[count:] for output in outputs]

    @property
    def fake_scores(self) -> Tensor:
        """The scores of the generated samples."""
        return self.fake_judgement[0]

    @property
    def scores(self) -> tuple[Tensor, Tensor]:
        """The scores of real and generated samples."""
        real, fake = self.judgement
        return real[0], fake[0]

    @property
    def judgements(self) -> list[tuple[Tensor, Tensor, Tensor, Tensor]]:
        """For each discriminator real and generated samples, and its scores of both."""
        return [(self.real, self.fake, *self.scores)]
