"""Scores as losses that compare samples take them."""

import math

from keras import ops

from kerasgan.types import Tensor

_EDGE = 1e-6  # Of the way between two targets: nearer to them float32 does not tell.


def given(real_scores: Tensor | None, loss: object) -> Tensor:
    """The scores of real samples.

    Raises:
        ValueError: If there are none.
    """
    if real_scores is None:
        raise ValueError(
            f"The generator's part of {type(loss).__name__} compares generated samples with real "
            "ones: call `generator_loss(fake_scores, real_scores)`. Received: real_scores=None"
        )
    return real_scores


def as_features(scores: Tensor) -> Tensor:
    """Scores of any shape as one vector of features for each sample, `(batch, features)`."""
    return ops.reshape(scores, (-1, math.prod(scores.shape[1:])))


def log_odds_between(scores: Tensor, fake_target: float, real_target: float) -> Tensor:
    """log((d - a) / (b - d)) of scores d between targets a and b, and finite beyond them.

    Where each score is drawn to a for generated samples and to b for real ones, by a loss whose
    optimum is their mean, this is the logarithm of the density ratio.
    """
    position = (scores - fake_target) / (real_target - fake_target)
    position = ops.clip(position, _EDGE, 1.0 - _EDGE)
    return ops.log(position) - ops.log1p(-position)
