"""Weights that are kept in half precision, which training cannot move."""

from __future__ import annotations

from collections.abc import Sequence

import keras

from kerasgan.engine.game.player import Player

HALF = ("float16", "bfloat16")


def refuse_half_weights(players: Sequence[Player]) -> None:
    """Refuses networks that keep what training changes in float16 or bfloat16.

    Updates smaller than half the distance of two such numbers, 1/256 of a weight in bfloat16, round
    to nothing, in the networks as in the optimiser's state and in the moving average. Frozen layers
    may be of any type.

    Args:
        players: The players of a game.

    Raises:
        ValueError: If there is one.
    """
    for player in players:
        for network in player.networks:
            for variable in _changing(network):
                dtype = keras.backend.standardize_dtype(variable.dtype)
                if dtype in HALF:
                    raise ValueError(_message(player, variable, dtype))


def _changing(network: keras.Model) -> list[keras.Variable]:
    """What training changes: weights, and statistics of layers that are not frozen."""
    layers = network._flatten_layers()
    frozen = {id(v) for layer in layers if not layer.trainable for v in layer.weights}
    return [variable for variable in network.weights if id(variable) not in frozen]


def _message(player: Player, variable: keras.Variable, dtype: str) -> str:
    return (
        f"Weights kept in {dtype} cannot be trained: small updates round to nothing, in the "
        f"optimizer and in the moving average as well. Compute in {dtype} and keep them in "
        f"float32: pass dtype='mixed_{dtype}' to the model, or call "
        f"`keras.config.set_dtype_policy('mixed_{dtype}')` before you build networks. "
        f"Received: {variable.path} of dtype {dtype} among the {player.name}'s weights"
    )
