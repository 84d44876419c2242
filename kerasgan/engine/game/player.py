"""A player of an adversarial game."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import keras

from kerasgan.types import Tensor, Terms

ROLES = ("judge", "maker", None)


@dataclass(frozen=True)
class Player:
    """A player: the networks that it moves and the loss that it minimises.

    Args:
        name: String, such as `"generator"`. Names the arguments of `compile` (`<name>_optimizer`,
            `<name>_steps`) and the logs (`<name>_loss`, `<name>_<term>`).
        networks: The Keras models whose trainable variables this player's optimiser moves; nothing
            else is touched.
        loss: Callable from what `AdversarialModel.passes` returned to a dictionary of scalar terms,
            already weighted. The player minimises their sum.
        terms: The names of those terms, in the order in which they are logged.
        steps: Int, moves in one training step, each on a minibatch of its own, where the rules do
            not say. Defaults to `1`.
        role: `"judge"` for a player whose networks give scores: penalties are on them, and
            `compile` looks whether they can give what the loss reads. `"maker"` for one whose
            networks make samples. `None` for others. Defaults to `None`.
        when: Callable from the `Turn` to a bool scalar: whether the player moves. Where it does
            not, its variables and its optimiser's state stay as they are; its terms are logged all
            the same. It may read the turn and weights of the model, and no data, so that all
            replicas answer alike. `None` for a player that always moves. Defaults to `None`.

    Raises:
        ValueError: If the role is none.
    """

    name: str
    networks: Sequence[keras.Model]
    loss: Callable[[Any], Terms]
    terms: Sequence[str]
    steps: int = 1
    role: str | None = None
    when: Callable[[Any], Tensor] | None = None

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            raise ValueError(
                '`role` must be "judge", where networks give scores, "maker", where they make '
                "samples, or None. "
                f"Received: role={self.role!r} for the player {self.name!r}"
            )

    @property
    def trainable_variables(self) -> list[keras.Variable]:
        """What the player moves, each variable once."""
        variables = [v for network in self.networks for v in network.trainable_variables]
        return list({id(v): v for v in variables}.values())

    @property
    def log_names(self) -> list[str]:
        """The names under which the player is logged: its loss, then its terms."""
        return [f"{self.name}_{suffix}" for suffix in ("loss", *self.terms)]
