"""What passes and losses may know beside the batch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import keras

from kerasgan.engine.game.rules import Rules
from kerasgan.types import Tensor


@dataclass(frozen=True)
class Turn:
    """What passes and losses are told: they never reach back into the model.

    Args:
        training: Bool, the networks' mode.
        random: Where random numbers are drawn from, in training another stream than in evaluation.
        rules: What `compile` was told.
        step: Int scalar, the training steps made before; in evaluation as well, on every backend.
        moves: By player its moves so far, int scalars, which lazy penalties count by. Empty in
            evaluation, where nobody moves.
    """

    training: bool
    random: keras.random.SeedGenerator
    rules: Rules
    step: Tensor
    moves: Mapping[str, Tensor] = field(default_factory=dict)

    def moves_of(self, player: str) -> Tensor | None:
        """How often a player has moved, an int scalar; `None` in evaluation, where nobody moves.

        Raises:
            ValueError: If there is no such player.
        """
        if self.training and player not in self.moves:
            raise ValueError(
                "Lazy penalties count the moves of the player that they are on: pass its name as "
                f"`player` to `discriminator_terms` or `generator_terms`. Players are "
                f"{list(self.moves)}. Received: player={player!r}"
            )
        return self.moves.get(player)
