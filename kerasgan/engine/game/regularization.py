"""The losses of layers, as a term of the player that owns them."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import reduce
from operator import add
from types import CodeType
from typing import Any

import keras
from keras import ops

from kerasgan.engine.game.player import Player
from kerasgan.ops.layer_losses import LayerLosses, watch
from kerasgan.types import Tensor, Terms

TERM = "regularization"


class Regularization:
    """What `kernel_regularizer`, `activity_regularizer`, `add_loss` and the like add, as in Keras.

    The weights' part is added once in each move. What depends on samples is the mean over all that
    the network was given for its player's loss, the passes of penalties aside.

    Args:
        players: The players of a game, as `AdversarialModel.players` gives them.
        concerned: The names of players with the term, where these have less than the game has, as
            in a stage of it. Defaults to those with such losses.

    Raises:
        ValueError: If a player has such losses, and a term of the same name.
    """

    def __init__(self, players: Sequence[Player], concerned: Sequence[str] | None = None) -> None:
        self._variables = {player.name: _regularized(player) for player in players}
        self._layers = {player.name: _adding(player) for player in players}
        if concerned is None:
            concerned = [p.name for p in players if self._variables[p.name] or self._adds(p)]
        self.concerned = concerned
        for player in players:
            if player.name in self.concerned and TERM in player.terms:
                raise ValueError(
                    f"Layers of the {player.name}'s networks have losses of their own, which are "
                    f"logged as `{player.name}_{TERM}`: give the term that has this name another. "
                    f"Received: terms={list(player.terms)}"
                )
        self._watch(players)

    def _adds(self, player: Player) -> bool:
        return bool(self._layers[player.name])

    def _watch(self, players: Sequence[Player]) -> None:
        for player in players:
            for network in player.networks:
                layers = [layer for layer in network._flatten_layers() if _may_add(layer)]
                if layers:
                    watch(network, layers)

    def declared(self, players: Sequence[Player]) -> list[Player]:
        """The players, with one term more where their layers have losses."""
        return [
            replace(p, terms=[*p.terms, TERM]) if p.name in self.concerned else p for p in players
        ]

    def completed(self, terms: dict[str, Terms], noted: LayerLosses) -> dict[str, Terms]:
        """The terms of players, with one more where their layers have losses.

        Args:
            terms: By player, what its loss returned.
            noted: What layers added meanwhile.

        Raises:
            ValueError: If a layer added a loss that was not seen beforehand.
        """
        self._check(noted)
        return {
            name: {**own, TERM: self._term(name, noted)} if name in self.concerned else own
            for name, own in terms.items()
        }

    def _term(self, player: str, noted: LayerLosses) -> Tensor:
        weights = [
            ops.cast(variable.regularizer(variable.value), "float32")
            for variable in self._variables[player]
            if variable.trainable  # As Keras: not what was frozen since.
        ]
        added = noted.means(self._layers[player], player)
        return reduce(add, [*weights, *added], ops.zeros(()))

    def _check(self, noted: LayerLosses) -> None:
        known = set().union(*self._layers.values())
        for layer in noted.layers():
            if id(layer) not in known:
                raise ValueError(
                    "A layer adds a loss, and its class does not show it: logs have their names "
                    "before training. Call `self.add_loss(...)` in a method of the layer. "
                    f"Received: a loss from {layer.name!r} of class {type(layer).__name__}"
                )


def _regularized(player: Player) -> list[keras.Variable]:
    return [v for v in player.trainable_variables if getattr(v, "regularizer", None) is not None]


def _adding(player: Player) -> set[int]:
    """The layers that add losses when they are called, by identity."""
    layers = [layer for network in player.networks for layer in network._flatten_layers()]
    return {
        id(layer)
        for layer in layers
        if layer.activity_regularizer is not None
        or any("add_loss" in names for cls in _foreign(layer) for names in _names(cls))
    }


def _may_add(layer: keras.layers.Layer) -> bool:
    return layer.activity_regularizer is not None or bool(_foreign(layer))


def _foreign(layer: keras.layers.Layer) -> list[type]:
    """The classes of a layer that are neither Keras's nor ours, whose layers add nothing else."""
    own = ("keras", "kerasgan", "tensorflow", "torch", "builtins")
    return [cls for cls in type(layer).__mro__ if cls.__module__.split(".")[0] not in own]


def _names(cls: type) -> Iterator[tuple[str, ...]]:
    """The names that each method of a class, and each function in it, uses."""
    members = [inspect.unwrap(getattr(value, "__func__", value)) for value in vars(cls).values()]
    codes: list[Any] = [getattr(member, "__code__", None) for member in members]
    while codes:
        code = codes.pop()
        if isinstance(code, CodeType):
            codes += code.co_consts
            yield code.co_names
