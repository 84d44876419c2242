"""The passes of CycleGAN."""

from __future__ import annotations

from typing import TYPE_CHECKING

import keras
from keras import ops

from kerasgan.games.made_once import made_once
from kerasgan.types import Tensor

if TYPE_CHECKING:
    from kerasgan.models.cycle_gan import CycleGAN


class CycleGANPasses:
    """The passes through both generators and discriminators, each made when first asked for.

    Instance normalisation treats images one by one, so that what goes through the same network goes
    in one pass: the translation of one domain with the identity of the other.

    Args:
        model: The game.
        x: Images of domain x, `(batch, height, width, channels)`.
        y: Images of domain y, likewise.
        training: Bool, the networks' mode.
    """

    def __init__(self, model: CycleGAN, x: Tensor, y: Tensor, training: bool) -> None:
        self.model = model
        self.x = x
        self.y = y
        self.training = training

    @made_once
    def _into_y(self) -> tuple[Tensor, Tensor]:
        return self._translate(self.model.x_to_y, self.x, self.y)

    @made_once
    def _into_x(self) -> tuple[Tensor, Tensor]:
        return self._translate(self.model.y_to_x, self.y, self.x)

    def _translate(
        self, network: keras.Model, source: Tensor, target: Tensor
    ) -> tuple[Tensor, Tensor]:
        """The translated images, and the target domain's images through the same network."""
        if not self.model.identity_weight:
            return network(source, training=self.training), target
        both = network(ops.concatenate([source, target]), training=self.training)
        count = ops.shape(source)[0]
        return both[:count], both[count:]

    @property
    def fake_y(self) -> Tensor:
        """x translated to y."""
        return self._into_y[0]

    @property
    def fake_x(self) -> Tensor:
        """y translated to x."""
        return self._into_x[0]

    @property
    def same_y(self) -> Tensor:
        """y through the translator to y, which is to leave it as it is."""
        return self._into_y[1]

    @property
    def same_x(self) -> Tensor:
        """x through the translator to x."""
        return self._into_x[1]

    @made_once
    def cycled_x(self) -> Tensor:
        """x to y and back."""
        return self.model.y_to_x(self.fake_y, training=self.training)

    @made_once
    def cycled_y(self) -> Tensor:
        """y to x and back."""
        return self.model.x_to_y(self.fake_x, training=self.training)

    @made_once
    def shown_x(self) -> Tensor:
        """The translations to x that the discriminator sees: in training from the history."""
        return self.model.pool_x(self.fake_x) if self._from_history else self.fake_x

    @made_once
    def shown_y(self) -> Tensor:
        """The translations to y that the discriminator sees: in training from the history."""
        return self.model.pool_y(self.fake_y) if self._from_history else self.fake_y

    @property
    def _from_history(self) -> bool:
        return self.training and self.model.pool_size > 0

    def score_x(self, images: Tensor) -> Tensor:
        """The patch scores of images as of domain x, in float32."""
        return ops.cast(self.model.discriminator_x(images, training=self.training), "float32")

    def score_y(self, images: Tensor) -> Tensor:
        """The patch scores of images as of domain y, in float32."""
        return ops.cast(self.model.discriminator_y(images, training=self.training), "float32")

    @property
    def judgements(self) -> list[tuple[Tensor, Tensor, Tensor, Tensor]]:
        """For each discriminator real and translated images, and its scores of both."""
        return [
            (self.x, self.fake_x, self.score_x(self.x), self.score_x(self.fake_x)),
            (self.y, self.fake_y, self.score_y(self.y), self.score_y(self.fake_y)),
        ]
