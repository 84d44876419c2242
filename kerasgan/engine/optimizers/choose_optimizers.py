"""The optimiser of each player: the given one, or the recipe's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import keras

from kerasgan.engine.game.player import Player

OPTIMIZER = "_optimizer"

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
    players: Sequence[Player],
    recipe: Mapping[str, keras.optimizers.Optimizer],
    given: Mapping[str, Any],
) -> dict[str, keras.optimizers.Optimizer]:
    """The optimiser of each player: the given one, or the recipe's.

    Args:
        players: The players.
        recipe: Optimisers by player, which serve where none is given.
        given: What `compile` was given as `<player>_optimizer`.

    Returns:
        Optimisers by player, with a dynamic loss scale where a player's networks compute in
        float16.

    Raises:
        ValueError: If an argument belongs to no player, a player is without, or two share one.
    """
    arguments = {player.name: f"{player.name}{OPTIMIZER}" for player in players}
    for name in sorted(_ELSEWHERE.keys() & given.keys()):
        raise ValueError(f"{_ELSEWHERE[name]} Received: {name}={given[name]!r}")
    unknown = sorted(set(given) - set(arguments.values()))
    if unknown:
        raise ValueError(
            f"`compile` takes one optimizer for each player: {sorted(arguments.values())}. "
            f"Received: {unknown}"
        )
    _require_all(players, recipe, given)
    optimizers = {}
    for player in players:
        optimizer = given.get(arguments[player.name])
        optimizer = recipe[player.name] if optimizer is None else optimizer
        optimizers[player.name] = _scaled(_get(arguments[player.name], optimizer), player)
    if len({id(optimizer) for optimizer in optimizers.values()}) < len(optimizers):
        raise ValueError(
            "An optimizer holds the state of one player only. Pass each player its own. "
            f"Received: the same object as {sorted(arguments.values())}"
        )
    return optimizers


def _require_all(
    players: Sequence[Player], recipe: Mapping[str, Any], given: Mapping[str, Any]
) -> None:
    names = [player.name for player in players]
    without = [n for n in names if n not in recipe and given.get(f"{n}{OPTIMIZER}") is None]
    if without:
        raise ValueError(
            f"There is no optimizer for {without}: pass `{without[0]}{OPTIMIZER}` to `compile`, or "
            "give the recipe an optimizer by the name of each player. Received: players "
            f"{names}, and a recipe with optimizers for {list(recipe)}"
        )


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
