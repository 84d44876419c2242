"""The players' optimisers as one Keras optimiser."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from kerasgan.engine.game.player import Player
from kerasgan.engine.optimizers.scaled_schedule import lower_rate, make_scalable
from kerasgan.export import kerasgan_export
from kerasgan.types import Tensor


@kerasgan_export
class PlayerOptimizers(keras.optimizers.Optimizer):
    """One Keras optimiser that holds the optimiser of each player: `gan.optimizer`.

    Keras knows one optimiser for a model: it saves it, carries its variables through JAX's training
    step, and its learning-rate callbacks drive it. This is that one.

    - `players`: dictionary from a player's name to its optimiser.
    - `iterations`: training steps so far.
    - `learning_rate`: the first player's. Setting it scales the other players' rates by the same
      factor, so that callbacks such as `keras.callbacks.ReduceLROnPlateau` act on all players and
      unequal rates stay in proportion. `gan.optimizer.players["generator"].learning_rate` is one
      player's alone.

    Args:
        players: Dictionary of Keras optimisers by player.
    """

    def __init__(
        self, players: dict[str, keras.optimizers.Optimizer], name: str = "player_optimizers"
    ) -> None:
        super().__init__(learning_rate=0.0, name=name)
        self.players = dict(players)
        self._proportions = dict.fromkeys(players, 1.0)
        for optimizer in players.values():
            make_scalable(optimizer)

    def build_players(self, players: Sequence[Player]) -> None:
        """Makes each optimiser's state for what its player moves."""
        for player in players:
            optimizer, variables = self.players[player.name], player.trainable_variables
            if optimizer.built and not _serves(optimizer, variables):
                raise ValueError(
                    f"The optimizer passed as `{player.name}_optimizer` already trains other "
                    "variables and holds their state. Pass a new optimizer, or the one that "
                    f"trained this very player. Received: {player.name}_optimizer={optimizer}"
                )
            # From inside of a loss scale, which else would not see all of its state: Keras 3.15
            # leaves the running product of `Nadam` out of files, and of JAX's training step.
            for each in (getattr(optimizer, "inner_optimizer", optimizer), optimizer):
                if not each.built:
                    each.build(variables)
        self._moved = {player.name: player.trainable_variables for player in players}
        self._weights_then = {player.name: _weights_of(player) for player in players}
        self.built = True

    def check_players(self, players: Sequence[Player]) -> None:
        """Refuses to train what no optimiser holds a state for.

        Args:
            players: Those that `build_players` was given, with the networks that they have now.

        Raises:
            ValueError: If networks have other variables than then, or layers were thawed since.
        """
        changes = [words for player in players if (words := self._change_of(player))]
        if changes:
            raise ValueError(
                "Networks have other variables than at `compile`, which made the optimizers for "
                "those of then: what is new would never be trained. Call `compile` again; it "
                f"begins with new optimizers. Received: {'; '.join(changes)}"
            )
        for player in players:
            known = {id(v) for v in self.players[player.name]._trainable_variables}
            thawed = [v.path for v in player.trainable_variables if id(v) not in known]
            if thawed:
                raise ValueError(
                    "Layers were thawed after `compile`, which made the optimizers for those that "
                    "moved then. Call `compile` again; it begins with new optimizers. "
                    f"Received: {len(thawed)} such variables of the {player.name}, as {thawed[0]}"
                )

    def _change_of(self, player: Player) -> str:
        """What is new in a player's networks, and what is gone, in words; empty if nothing is."""
        then, now = self._weights_then[player.name], _weights_of(player)
        new = [path for key, path in _paths(now).items() if key not in _paths(then)]
        gone = [path for key, path in _paths(then).items() if key not in _paths(now)]
        parts = [
            f"{len(paths)} {word}, as {paths[0]}"
            for word, paths in (("new", new), ("gone", gone))
            if paths
        ]
        return f"variables of the {player.name}: {', '.join(parts)}" if parts else ""

    def build(self, variables: Any) -> None:
        """Does nothing: `build_players` has built each player's optimiser."""

    @property
    def variables(self) -> list[keras.Variable]:
        """The step counter and every player's optimiser state."""
        return [self._iterations, *(v for o in self.players.values() for v in o.variables)]

    @property
    def learning_rate(self) -> Tensor:
        """The first player's learning rate."""
        return next(iter(self.players.values())).learning_rate

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        first = _as_float(self.learning_rate)
        for optimizer in self.players.values():
            # Where a schedule sets the rate this raises, before any other player's has changed.
            optimizer.learning_rate = _as_float(optimizer.learning_rate)
        for name, optimizer in self.players.items():
            if first > 0.0:  # From zero there is no factor: the last known proportion holds.
                self._proportions[name] = _as_float(optimizer.learning_rate) / first
            optimizer.learning_rate = value * self._proportions[name]

    def lower_rates(self, factor: float) -> None:
        """Multiplies all players' learning rates, also those that a schedule sets.

        Args:
            factor: Float in (0, 1).
        """
        for optimizer in self.players.values():
            lower_rate(optimizer, factor)

    def apply(self, grads: Any, trainable_variables: Any = None) -> None:
        """Refuses: gradients are applied by the player that they belong to."""
        raise NotImplementedError(
            "Gradients belong to a player: call `apply` on its optimizer, such as "
            f"`gan.optimizer.players[{next(iter(self.players))!r}]`."
        )

    def finalize_variable_values(self, var_list: Any) -> None:
        """Ends training for optimisers that keep averages of their own (`use_ema=True`)."""
        for name, optimizer in self.players.items():
            optimizer.finalize_variable_values(self._moved[name])

    def save_own_variables(self, store: Any) -> None:
        """Saves the step counter; each player's optimiser saves itself."""
        store["iterations"] = ops.convert_to_numpy(self._iterations)

    def load_own_variables(self, store: Any) -> None:
        """Loads the step counter."""
        self._iterations.assign(store["iterations"][()])

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        players = {name: serialize(optimizer) for name, optimizer in self.players.items()}
        return {"players": players, "name": self.name}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> PlayerOptimizers:
        """Makes the optimisers that `get_config` described."""
        players = {
            name: keras.saving.deserialize_keras_object(optimizer, custom_objects)
            for name, optimizer in config["players"].items()
        }
        return cls(players, name=config["name"])


def serialize(optimizer: keras.optimizers.Optimizer) -> dict[str, Any]:
    """An optimiser's configuration, by its public name.

    On PyTorch the optimisers are private classes of that backend, and Keras writes those: a model
    saved there would be loaded elsewhere with optimisers that cannot train.
    """
    return _with_public_modules(keras.saving.serialize_keras_object(optimizer))


def _with_public_modules(config: Any) -> Any:
    if not isinstance(config, dict):
        return config
    config = {key: _with_public_modules(value) for key, value in config.items()}
    if str(config.get("module")).startswith("keras.src.backend.torch.optimizers"):
        config["module"] = "keras.optimizers"
    return config


def _weights_of(player: Player) -> list[keras.Variable]:
    return [weight for network in player.networks for weight in network.weights]


def _paths(variables: Sequence[keras.Variable]) -> dict[int, str]:
    return {id(variable): variable.path for variable in variables}


def _serves(optimizer: keras.optimizers.Optimizer, variables: Sequence[keras.Variable]) -> bool:
    built_for = optimizer._trainable_variables
    return [id(v) for v in built_for] == [id(v) for v in variables]


def _as_float(value: Any) -> float:
    return float(ops.convert_to_numpy(value))
