"""Whether each variable has one owner."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import keras

from kerasgan.engine.game.player import Player


def check_ownership(players: Sequence[Player]) -> None:
    """Refuses variables that two players would move.

    Raises:
        ValueError: If there are such. The message names the layers.
    """
    for one, other in combinations(players, 2):
        both = {id(v) for v in one.trainable_variables}
        both &= {id(v) for v in other.trainable_variables}
        if both:
            raise ValueError(
                f"A player moves nothing but its own networks, and {_layers(one, both)} belongs to "
                f"{one.name} and to {other.name}: both optimizers would move it, and a file would "
                "hold it twice. Give each network a layer of its own; or freeze the shared one "
                "(`layer.trainable = False`). Where a player is to be told by features of the "
                "other's network, let that network have a further output. Received: the players "
                f"{one.name!r} and {other.name!r}, which share {len(both)} variables"
            )


def _layers(player: Player, variables: set[int]) -> str:
    """The layers that hold these variables, as a sentence's subject."""
    names = [
        repr(layer.name)
        for network in player.networks
        for layer in network._flatten_layers()
        if not isinstance(layer, keras.Model)
        and variables & {id(v) for v in layer._trainable_variables}
    ]
    return f"layer {', '.join(dict.fromkeys(names))}" if names else "a variable"
