"""The interface of adversarial objectives."""

from __future__ import annotations

import math
from typing import Any

from keras import ops

from kerasgan.types import Tensor


class AdversarialLoss:
    """Abstract: an adversarial objective, a discriminator's part and a generator's part.

    A subclass gives both parts as scalars to be minimised. Scores are the discriminator's raw
    outputs (logits) in float32, of shape `(batch, 1)` or, for patch discriminators,
    `(batch, height, width, 1)`; every part is a mean over all of them. Losses that take features
    of samples say so: their scores are `(batch, features)`.

    A loss whose generator part judges generated samples against real ones sets `compares = True`,
    and `generator_loss` is then given the real samples' scores as well. Any other may leave
    `real_scores` out of its signature, as here:

    ```python
    @keras.saving.register_keras_serializable("my_package")
    class Hinge(kerasgan.losses.AdversarialLoss):
        def discriminator_loss(self, real_scores, fake_scores):
            real = ops.mean(ops.relu(1.0 - real_scores))
            return real + ops.mean(ops.relu(1.0 + fake_scores))

        def generator_loss(self, fake_scores):
            return -ops.mean(fake_scores)

    gan.compile(loss=Hinge())
    ```

    Where the best discriminator's score tells the ratio of real to generated density, a loss
    defines `log_ratio` as well.

    Attributes:
        compares: Bool, whether the generator's part needs real samples' scores. `False`.
        takes_features: Bool, whether scores are features, several for each sample. `False`.
        score_range: Pair of floats, between which scores must be able to lie: all numbers for
            logits. `compile` warns of a discriminator that ends in an activation which keeps them
            from it. `None`, the default, where it is not known, or any range will do.
    """

    compares: bool = False
    takes_features: bool = False
    score_range: tuple[float, float] | None = None

    def discriminator_loss(self, real_scores: Tensor, fake_scores: Tensor) -> Tensor:
        """What the discriminator minimises.

        Args:
            real_scores: Scores of real samples.
            fake_scores: Scores of generated samples.

        Returns:
            A scalar.
        """
        raise self._undefined("discriminator_loss")

    def generator_loss(self, fake_scores: Tensor, real_scores: Tensor | None = None) -> Tensor:
        """What the generator minimises.

        Args:
            fake_scores: Scores of generated samples.
            real_scores: Scores of real samples, where `compares` is true. Defaults to `None`.

        Returns:
            A scalar.
        """
        raise self._undefined("generator_loss")

    def _undefined(self, method: str) -> NotImplementedError:
        return NotImplementedError(
            "An adversarial loss defines `discriminator_loss(real_scores, fake_scores)` and "
            "`generator_loss(fake_scores)`, or with `compares = True` `generator_loss(fake_scores, "
            "real_scores)`; each returns a scalar. "
            f"Received: {type(self).__name__} without `{method}`"
        )

    def log_ratio(self, scores: Tensor) -> Tensor:
        """The logarithm of the density ratio p/q, real over generated, from scores.

        It is exact for the discriminator of least loss.

        Raises:
            ValueError: If the scores of this objective do not tell it.
        """
        raise ValueError(
            "The scores of this objective do not tell the ratio of the densities. Use one whose "
            "scores do: NonSaturating(), LeastSquares(), KLIEP(), LSIF(), or FDivergence with any "
            f"divergence but the total variation. Received: {describe(self)}"
        )

    def ratio(self, scores: Tensor) -> Tensor:
        """The density ratio p/q, real over generated, from scores; see `log_ratio`."""
        return ops.exp(self.log_ratio(scores))

    def witness(self, x: Tensor, real: Tensor, fake: Tensor) -> Tensor:
        """What penalties see of features, where the objective reads these: `(n, ...)`.

        By default the features themselves. An objective that compares features by more than their
        sum gives the function by which it tells samples apart.

        Args:
            x: Tensor `(n, ...)`, features of the samples that are looked at.
            real: Tensor `(m, ...)`, features of real samples.
            fake: Tensor `(l, ...)`, features of generated ones.
        """
        return x

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> AdversarialLoss:
        """Makes the loss that `get_config` described."""
        return cls(**config)


LOGITS = (-math.inf, math.inf)  # The `score_range` of a loss that reads scores of any size.


def describe(loss: AdversarialLoss) -> str:
    """A loss as it is written, such as `Relativistic(pairing='paired')`."""
    arguments = ", ".join(f"{name}={value!r}" for name, value in loss.get_config().items())
    return f"{type(loss).__name__}({arguments})"
