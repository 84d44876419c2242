"""A paper's way to train."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import keras

from kerasgan.engine.game.average import Average
from kerasgan.penalties.penalty import Penalty


@dataclass(frozen=True)
class Recipe:
    """A paper's objective, penalties, optimisers and schedule: the defaults of `compile`.

    Args:
        loss: An adversarial loss or its name; `None` for a model that has no adversary.
        optimizers: A new Keras optimiser for each player, by name.
        penalties: Penalties on the discriminator. Defaults to none.
        discriminator_steps: Int, moves of the discriminator in one training step. Defaults to `1`.
        generator_ema: An `Average`, or a float in [0, 1), the decay of the generator's moving
            average; `None` keeps no average. Defaults to `None`.
        update: `"alternating"` or `"simultaneous"`. Defaults to `"alternating"`.
    """

    loss: Any
    optimizers: Mapping[str, keras.optimizers.Optimizer]
    penalties: Sequence[Penalty] = field(default_factory=list)
    discriminator_steps: int = 1
    generator_ema: float | Average | None = None
    update: str = "alternating"

    @classmethod
    def with_adam(
        cls, learning_rate: float, beta_1: float, beta_2: float = 0.999, **rules: Any
    ) -> Recipe:
        """A recipe that gives the discriminator and the generator an Adam each.

        Args:
            learning_rate, beta_1, beta_2: Floats, as of `keras.optimizers.Adam`.
            **rules: The recipe's other arguments.
        """
        optimizers = {
            player: keras.optimizers.Adam(learning_rate, beta_1, beta_2)
            for player in ("discriminator", "generator")
        }
        return cls(optimizers=optimizers, **rules)
