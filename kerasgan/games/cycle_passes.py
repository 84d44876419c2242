"""The passes of two translators, there and back, against a discriminator of each domain."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import keras
from keras import ops

from kerasgan.engine.game.turn import Turn
from kerasgan.games.judge import Judge
from kerasgan.games.made_once import made_once
from kerasgan.types import Tensor

Show = Callable[[Tensor], Tensor]


class CyclePasses:
    """The passes through both generators and discriminators, each made when first asked for.

    Instance normalisation treats images one by one, so that what goes through the same network goes
    in one pass: the translation of one domain with the identity of the other.

    Args:
        x_to_y, y_to_x: The translators.
        discriminators: The discriminators of the domains, `"x"` and `"y"`.
        turn: What is known beside the batch.
        x: Images of domain x, `(batch, height, width, channels)`.
        y: Images of domain y, likewise.
        identity: Bool, whether images of the target domain go through the translator as well.
        histories: By domain a callable from translations to those that its discriminator learns
            from; empty to show it the newest.
    """

    def __init__(
        self,
        x_to_y: keras.Model,
        y_to_x: keras.Model,
        discriminators: Mapping[str, keras.Model],
        turn: Turn,
        x: Tensor,
        y: Tensor,
        identity: bool,
        histories: Mapping[str, Show],
    ) -> None:
        self.x_to_y, self.y_to_x, self.turn = x_to_y, y_to_x, turn
        self.x, self.y, self.identity = x, y, identity
        self._histories = histories
        self.judges = [
            self._judge(discriminators["x"], "x", lambda: x, lambda: self.fake_x),
            self._judge(discriminators["y"], "y", lambda: y, lambda: self.fake_y),
        ]

    def _judge(
        self,
        network: keras.Model,
        domain: str,
        real: Callable[[], Tensor],
        fake: Callable[[], Tensor],
    ) -> Judge:
        show = self._histories.get(domain, _as_they_are)
        return Judge(network, self.turn, real, fake, shown=lambda: show(fake()), one_pass=True)

    @made_once
    def _into_y(self) -> tuple[Tensor, Tensor]:
        return self._translate(self.x_to_y, self.x, self.y)

    @made_once
    def _into_x(self) -> tuple[Tensor, Tensor]:
        return self._translate(self.y_to_x, self.y, self.x)

    def _translate(
        self, network: keras.Model, source: Tensor, target: Tensor
    ) -> tuple[Tensor, Tensor]:
        """The translated images, and the target domain's images through the same network."""
        if not self.identity:
            return network(source, training=self.turn.training), target
        both = network(ops.concatenate([source, target]), training=self.turn.training)
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
        return self.y_to_x(self.fake_y, training=self.turn.training)

    @made_once
    def cycled_y(self) -> Tensor:
        """y to x and back."""
        return self.x_to_y(self.fake_x, training=self.turn.training)

    @property
    def judgements(self) -> list[tuple[Tensor, Tensor, Tensor, Tensor]]:
        """For each discriminator real and translated images, and its scores of both."""
        return [judge.seen() for judge in self.judges]


def _as_they_are(images: Tensor) -> Tensor:
    return images
