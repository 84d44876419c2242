"""What penalties on the scores of changed samples have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from kerasgan.penalties.penalty import Penalty
from kerasgan.types import Tensor

Augment = Callable[[Tensor, keras.random.SeedGenerator], Tensor]


class AugmentedPenalty(Penalty):
    """Abstract: a cost on how the discriminator's scores change when its input is changed.

    Args:
        weight, every: See `Penalty`.
        augment: Function from `(samples, seed)` to samples, which draws from the seed as
            `keras.random` does.

    Raises:
        TypeError: If `augment` is no function.
    """

    def __init__(self, weight: float, every: int, augment: Augment) -> None:
        super().__init__(weight, every)
        if not callable(augment):
            raise TypeError(
                "`augment` must be a function from (samples, seed) to samples. "
                f"Received: augment={augment!r}"
            )
        self.augment = augment

    def pair(self, samples: Tensor, seed: keras.random.SeedGenerator) -> tuple[Tensor, Tensor]:
        """Samples in float32, and changed copies of them."""
        samples = ops.cast(samples, "float32")
        # A copy: on PyTorch some of Keras's layers change their input in place.
        return samples, self.augment(ops.copy(samples), seed)

    def difference(
        self, discriminator: Callable[[Tensor], Tensor], pair: tuple[Tensor, Tensor]
    ) -> Tensor:
        """The mean squared difference of the scores of a `pair`, in float32."""
        before, after = (ops.cast(discriminator(samples), "float32") for samples in pair)
        return ops.mean(ops.square(before - after))

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        augment = keras.saving.serialize_keras_object(self.augment)
        return {**super().get_config(), "augment": augment}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Penalty:
        """Makes the penalty that `get_config` described."""
        augment = keras.saving.deserialize_keras_object(config["augment"])
        return cls(**{**config, "augment": augment})
