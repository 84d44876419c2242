"""Scores as losses that compare samples take them."""

import math

from keras import ops

from kerasgan.types import Tensor


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
