"""The passes of a generator against a critic of features."""

from __future__ import annotations

from kerasgan.games.generative_passes import GenerativePasses
from kerasgan.losses import MaximumMeanDiscrepancy
from kerasgan.types import Tensor


class WitnessPasses(GenerativePasses):
    """Passes in which the score of a sample, as penalties see it, is the loss's witness of it.

    The sum of a critic's features means nothing; the witness function is what real and generated
    samples are told apart by.
    """

    def score(self, samples: Tensor) -> Tensor:
        """The witness function at as many samples as the batch has; features for other losses."""
        features = super().score(samples)
        loss = self.model.rules.loss
        if not isinstance(loss, MaximumMeanDiscrepancy):
            return features
        return loss.witness(features, *self.scores)
