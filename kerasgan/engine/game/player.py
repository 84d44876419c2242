"""A player of an adversarial game."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import keras

from kerasgan.types import Terms


@dataclass(frozen=True)
class Player:
    """A player: the networks that it moves and the loss that it minimises.

    Args:
        name: String, such as `"generator"`. Names the optimiser argument of `compile`
            (`<name>_optimizer`) and the logs (`<name>_loss`, `<name>_<term>`).
        networks: The Keras models whose trainable variables this player's optimiser moves; nothing
            else is touched.
        loss: Callable from what `AdversarialModel.passes` returned to a dictionary of scalar terms,
            already weighted. The player minimises their sum.
        terms: The names of those terms, in the order in which they are logged.
        steps: Int, moves in one training step, each on a minibatch of its own. Defaults to `1`.
    """

    name: str
    networks: Sequence[keras.Model]
    loss: Callable[[Any], Terms]
    terms: Sequence[str]
    steps: int = 1

    @property
    def trainable_variables(self) -> list[keras.Variable]:
        """What the player moves, each variable once."""
        variables = [v for network in self.networks for v in network.trainable_variables]
        return list({id(v): v for v in variables}.values())

    @property
    def log_names(self) -> list[str]:
        """The names under which the player is logged: its loss, then its terms."""
        return [f"{self.name}_{suffix}" for suffix in ("loss", *self.terms)]
