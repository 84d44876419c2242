"""What `compile` was told about the game, completed by the recipe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import keras

from kerasgan import losses, penalties
from kerasgan.engine.game.average import Average
from kerasgan.engine.game.player import Player
from kerasgan.engine.game.recipe import Recipe
from kerasgan.integers import is_positive_int
from kerasgan.penalties import Penalty


@dataclass(frozen=True)
class Rules:
    """The rules by which a compiled game is played; see `AdversarialModel.compile`.

    Raises:
        ValueError: If a rule is none, or two contradict each other.
    """

    loss: Any  # An `AdversarialLoss`; `None` where there is no adversary.
    penalties: Sequence[Penalty]
    discriminator_steps: int
    generator_ema: float | Average
    update: str

    @classmethod
    def choose(cls, recipe: Recipe, **given: Any) -> Rules:
        """The given rules, and the recipe's where `None` is given."""
        chosen = {
            field.name: getattr(recipe, field.name)
            if given[field.name] is None
            else given[field.name]
            for field in fields(cls)
        }
        if recipe.loss is not None:
            chosen["loss"] = losses.get(chosen["loss"])
        several = chosen["penalties"]
        several = several if isinstance(several, list | tuple) else [several]
        chosen["penalties"] = [penalties.get(penalty) for penalty in several]
        chosen["generator_ema"] = chosen["generator_ema"] or 0.0
        return cls(**chosen)

    def __post_init__(self) -> None:
        names = [penalty.name for penalty in self.penalties]
        if len(set(names)) < len(names):
            raise ValueError(
                "Each penalty is logged under its name: pass one of a kind. "
                f"Received: penalties named {names}"
            )
        if not is_positive_int(self.discriminator_steps):
            raise ValueError(
                "`discriminator_steps` must be a positive integer. "
                f"Received: discriminator_steps={self.discriminator_steps!r}"
            )
        object.__setattr__(self, "discriminator_steps", int(self.discriminator_steps))
        Average.of(self.generator_ema)  # Refuses what is none.
        if self.update not in ("alternating", "simultaneous"):
            raise ValueError(
                "`update` must be 'alternating' or 'simultaneous'. "
                f"Received: update={self.update!r}"
            )
        if self.update == "simultaneous" and self.discriminator_steps > 1:
            raise ValueError(
                "With update='simultaneous' every player moves once in a step. Pass "
                "update='alternating' to let the discriminator move more often. "
                f"Received: discriminator_steps={self.discriminator_steps}"
            )

    def check(self, owner: str, recipe: Recipe, players: Sequence[Player]) -> None:
        """Refuses what the players of a model would not look at.

        Raises:
            ValueError: If there is a loss for a model without adversary, or penalties or moves for
                a discriminator that is none.
        """
        if recipe.loss is None and self.loss is not None:
            raise ValueError(
                f"{owner} has no adversary, and a loss of its own: leave `loss` out. "
                f"Received: loss={self.loss!r}"
            )
        if any(player.name == "discriminator" for player in players):
            return
        if self.penalties or self.discriminator_steps > 1:
            raise ValueError(
                f"{owner} has no discriminator: leave `penalties` and `discriminator_steps` out. "
                f"Received: penalties={list(self.penalties)}, "
                f"discriminator_steps={self.discriminator_steps}"
            )

    def get_config(self) -> dict[str, Any]:
        """The rules as arguments of `compile`, serialised."""
        serialize = keras.saving.serialize_keras_object
        return {
            **{field.name: getattr(self, field.name) for field in fields(self)},
            "loss": serialize(self.loss),
            "generator_ema": serialize(self.generator_ema),
            "penalties": [serialize(penalty) for penalty in self.penalties],
        }


# Arguments of `keras.Model.compile` that a game has no use for, and what stands in their place.
_METRICS = (
    "A game is measured by the terms of its losses, which are logged, and its samples by "
    "`kerasgan.callbacks.Evaluate(data, ['fid'])`: leave `{}` out of `compile`."
)
_ELSEWHERE = {
    "metrics": _METRICS.format("metrics"),
    "weighted_metrics": _METRICS.format("weighted_metrics"),
    "loss_weights": (
        "Terms are weighted where they come from, by the arguments of the model and of its "
        "penalties, such as R1(weight=10.0): leave `loss_weights` out."
    ),
}


def choose_optimizers(
    players: Sequence[Player], recipe: Recipe, given: dict[str, Any]
) -> dict[str, keras.optimizers.Optimizer]:
    """The optimiser of each player: the given one, or the recipe's.

    Args:
        players: The players.
        recipe: Whose optimisers serve where none is given.
        given: What `compile` was given as `<player>_optimizer`.

    Returns:
        Optimisers by player, with a dynamic loss scale where a player's networks compute in
        float16.
    """
    arguments = {player.name: f"{player.name}_optimizer" for player in players}
    for name in sorted(_ELSEWHERE.keys() & given.keys()):
        raise ValueError(f"{_ELSEWHERE[name]} Received: {name}={given[name]!r}")
    unknown = sorted(set(given) - set(arguments.values()))
    if unknown:
        raise ValueError(
            f"`compile` takes one optimizer for each player: {sorted(arguments.values())}. "
            f"Received: {unknown}"
        )
    optimizers = {}
    for player in players:
        optimizer = given.get(arguments[player.name])
        optimizer = recipe.optimizers[player.name] if optimizer is None else optimizer
        optimizers[player.name] = _scaled(_get(arguments[player.name], optimizer), player)
    if len({id(optimizer) for optimizer in optimizers.values()}) < len(optimizers):
        raise ValueError(
            "An optimizer holds the state of one player only. Pass each player its own. "
            f"Received: the same object as {sorted(arguments.values())}"
        )
    return optimizers


def _get(argument: str, optimizer: Any) -> keras.optimizers.Optimizer:
    try:
        return keras.optimizers.get(optimizer)
    except (ValueError, TypeError) as error:
        raise ValueError(
            f"`{argument}` must be a Keras optimizer, such as `keras.optimizers.Adam(2e-4, 0.5)`, "
            f"or the name of one, such as 'adam'. Received: {argument}={optimizer!r}"
        ) from error


def _scaled(optimizer: keras.optimizers.Optimizer, player: Player) -> keras.optimizers.Optimizer:
    half = any(
        layer.compute_dtype == "float16"
        for network in player.networks
        for layer in network._flatten_layers()
    )
    if half and not isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
        return keras.optimizers.LossScaleOptimizer(optimizer)
    return optimizer
