"""Which networks a training step has moved: an optimiser may rest in some."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import keras
from keras import ops

from kerasgan.engine.game.player import Player
from kerasgan.types import Tensor


class RestingPlayers:
    """Tells in which steps networks have moved.

    An optimiser that accumulates gradients moves in every few steps only, a loss scale leaves out
    those whose gradients overflow, and a player may move on a condition.

    Args:
        networks: Keras models by name.
        players: The players of the game.
        optimizers: Their optimisers, by player.
    """

    def __init__(
        self,
        networks: Mapping[str, keras.Model],
        players: Sequence[Player],
        optimizers: Mapping[str, keras.optimizers.Optimizer],
    ) -> None:
        self._movers = {
            name: [player.name for player in players if _moves(player, network)]
            for name, network in networks.items()
        }
        self._optimizers = optimizers
        self._resting = {
            player.name
            for player in players
            if player.when is not None or _rests(optimizers[player.name])
        }

    def counts(self) -> dict[str, list[Tensor] | None]:
        """By name how often each player of the network has moved; `None` where one never rests."""
        return {
            name: [self._count(mover) for mover in movers]
            if movers and self._resting.issuperset(movers)
            else None
            for name, movers in self._movers.items()
        }

    def _count(self, player: str) -> Tensor:
        return ops.copy(ops.convert_to_tensor(self._optimizers[player].iterations))

    def moved_since(self, before: Mapping[str, list[Tensor] | None]) -> dict[str, Tensor | None]:
        """By name whether the network has moved since, a bool scalar; `None` where it has.

        Args:
            before: What `counts` returned then.
        """
        moved: dict[str, Tensor | None] = {}
        for name, now in self.counts().items():
            then = before[name]
            moved[name] = None if now is None or then is None else _differ(now, then)
        return moved


def _moves(player: Player, network: keras.Model) -> bool:
    own = {id(variable) for variable in player.trainable_variables}
    return any(id(variable) in own for variable in network.trainable_variables)


def _rests(optimizer: keras.optimizers.Optimizer) -> bool:
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    return inner is not optimizer or bool(inner.gradient_accumulation_steps)


def _differ(now: list[Tensor], then: list[Tensor]) -> Tensor:
    different = [a != b for a, b in zip(now, then, strict=True)]
    return ops.any(ops.stack(different))
