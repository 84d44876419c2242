"""Consistency regularisation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras

from kerasgan.export import kerasgan_export
from kerasgan.ops.augmentation import shift_and_flip
from kerasgan.penalties.augmented_penalty import Augment, AugmentedPenalty
from kerasgan.types import Tensor


@kerasgan_export
class Consistency(AugmentedPenalty):
    """Lets the discriminator judge a real sample and a changed copy of it alike (CR).

    `weight · mean((d(x) - d(T(x)))²)`, T a random change that keeps what the sample shows.

    Args:
        weight: Float, λ of the paper. Defaults to `10.0`.
        every: Int, see `Penalty`. Defaults to `1`.
        augment: Function T from `(samples, seed)` to samples, which draws from the seed as
            `keras.random` does. Register it with Keras, so that a model can be loaded with it.
            Defaults to the paper's for images: shifts by up to 4 pixels, and flips left to right.

    Raises:
        TypeError: If `augment` is no function.

    Reference: [Zhang et al., 2020](https://arxiv.org/abs/1910.12027), section 2.
    """

    name = "consistency"

    def __init__(
        self, weight: float = 10.0, every: int = 1, augment: Augment = shift_and_flip
    ) -> None:
        super().__init__(weight, every, augment)

    def points(self, real: Tensor, fake: Tensor, seed: keras.random.SeedGenerator) -> Any:
        """The real samples, and changed copies of them."""
        return self.pair(real, seed)

    def value(self, discriminator: Callable[[Tensor], Tensor], points: Any) -> Tensor:
        """The mean squared difference of the scores."""
        return self.difference(discriminator, points)
