"""A paper's way to train."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras

from kerasgan.engine.game.rules import Rules


class Recipe:
    """A paper's rules and optimisers: the defaults of `compile`.

    Args:
        optimizers: A new Keras optimiser for each player, by name.
        **rules: The paper's rules, as in `compile`: `loss`, `None` for a model that has no
            adversary, `penalties`, `<player>_steps`, `generator_ema`, `update`; see
            `AdversarialModel.compile`.
    """

    def __init__(self, *, optimizers: Mapping[str, keras.optimizers.Optimizer], **rules: Any):
        self.optimizers = optimizers
        self.rules = Rules.of(**rules)

    @classmethod
    def with_adam(
        cls,
        learning_rate: float,
        beta_1: float,
        beta_2: float = 0.999,
        players: tuple[str, ...] = ("discriminator", "generator"),
        **rules: Any,
    ) -> Recipe:
        """A recipe that gives each player an Adam.

        Args:
            learning_rate, beta_1, beta_2: Floats, as of `keras.optimizers.Adam`.
            players: Names of the players. Defaults to `("discriminator", "generator")`.
            **rules: The recipe's other arguments.
        """
        optimizers = {
            player: keras.optimizers.Adam(learning_rate, beta_1, beta_2) for player in players
        }
        return cls(optimizers=optimizers, **rules)
