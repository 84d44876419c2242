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
