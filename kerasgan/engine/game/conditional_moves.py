"""Moves that a player makes only on a condition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import keras
from keras import ops

from kerasgan.engine.game.player import Player
from kerasgan.engine.game.turn import Turn


@contextmanager
def resting_unless(
    player: Player, turn: Turn, variables: Sequence[keras.Variable]
) -> Iterator[None]:
    """Puts variables back after a move, where the player's `when` says that it rests.

    The move is computed in any case, and the outcome chosen: an optimiser may not be called in one
    branch of a condition under `tf.distribute`, nor its state live in one on JAX.

    Args:
        player: Who moves inside.
        turn: Whose turn it is.
        variables: All that the move changes, the optimiser's state included.
    """
    if player.when is None:
        yield
        return
    moves = ops.cast(player.when(turn), "bool")
    before = [ops.copy(ops.convert_to_tensor(variable)) for variable in variables]
    yield
    for variable, value in zip(variables, before, strict=True):
        variable.assign(ops.where(moves, ops.convert_to_tensor(variable), value))
