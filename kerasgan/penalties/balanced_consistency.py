"""Consistency regularisation of real and generated samples."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras

from kerasgan.export import kerasgan_export
from kerasgan.ops.augmentation import shift_and_flip
from kerasgan.penalties.augmented_penalty import Augment, AugmentedPenalty
from kerasgan.types import Tensor


@kerasgan_export
class BalancedConsistency(AugmentedPenalty):
    """`Consistency` for real and for generated samples (bCR).

    `weight · mean((d(x) - d(T(x)))²) + fake_weight · mean((d(x̃) - d(T(x̃)))²)`. Without the second
    term the generator may learn to show the marks of T, such as shifted edges.

    Args:
        weight: Float above zero, λ of the real samples. Defaults to `10.0`.
        every: Int, see `Penalty`. Defaults to `1`.
        augment: Function T, see `Consistency`. Defaults to shifts and flips of images.
        fake_weight: Float, λ of the generated samples. Defaults to `10.0`.

    Raises:
        TypeError: If `augment` is no function.
        ValueError: If `weight` is not above zero.

    Reference: [Zhao et al., 2021](https://arxiv.org/abs/2002.04724), section 2.1.
    """

    name = "balanced_consistency"

    def __init__(
        self,
        weight: float = 10.0,
        every: int = 1,
        augment: Augment = shift_and_flip,
        fake_weight: float = 10.0,
    ) -> None:
        super().__init__(weight, every, augment)
        if not weight > 0:
            raise ValueError(
                "`weight` must be above zero: balanced consistency is for real and generated "
                f"samples both. Received: weight={weight}"
            )
        self.fake_weight = fake_weight

    def points(self, real: Tensor, fake: Tensor, seed: keras.random.SeedGenerator) -> Any:
        """Real and generated samples, each with changed copies of them."""
        return self.pair(real, seed), self.pair(fake, seed)

    def value(self, discriminator: Callable[[Tensor], Tensor], points: Any) -> Tensor:
        """The differences of the scores, that of generated samples in units of `weight`."""
        real, fake = (self.difference(discriminator, pair) for pair in points)
        return real + (self.fake_weight / self.weight) * fake

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {**super().get_config(), "fake_weight": self.fake_weight}
