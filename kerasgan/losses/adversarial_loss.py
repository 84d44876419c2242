"""The interface of adversarial objectives."""

from __future__ import annotations

from typing import Any

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

    Attributes:
        compares: Bool, whether the generator's part needs real samples' scores. `False`.
    """

    compares: bool = False

    def discriminator_loss(self, real_scores: Tensor, fake_scores: Tensor) -> Tensor:
        """What the discriminator minimises.

        Args:
            real_scores: Scores of real samples.
            fake_scores: Scores of generated samples.

        Returns:
            A scalar.
        """
        raise NotImplementedError

    def generator_loss(self, fake_scores: Tensor, real_scores: Tensor | None = None) -> Tensor:
        """What the generator minimises.

        Args:
            fake_scores: Scores of generated samples.
            real_scores: Scores of real samples, where `compares` is true. Defaults to `None`.

        Returns:
            A scalar.
        """
        raise NotImplementedError

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> AdversarialLoss:
        """Makes the loss that `get_config` described."""
        return cls(**config)
