"""The moves of a training step: who moves when, and what a move is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from operator import add
from typing import Any

from kerasgan.engine.game import minibatches
from kerasgan.engine.game.conditional_moves import resting_unless
from kerasgan.engine.game.player import Player
from kerasgan.engine.game.term_checks import check_terms
from kerasgan.engine.game.turn import Turn
from kerasgan.ops.gradients import losses_and_gradients
from kerasgan.ops.layer_losses import LayerLosses
from kerasgan.types import Tensor, Terms


def moves_of(players: Sequence[Player], update: str) -> list[Sequence[Player]]:
    """Who moves together, for each move of a training step."""
    if update == "simultaneous":
        return [players]
    return [[player] for player in players for _ in range(player.steps)]


def play(
    model: Any,
    moves: Sequence[Sequence[Player]],
    batch: Any,
    after_move: Callable[[Sequence[Player], dict[str, Terms]], None],
) -> dict[str, Terms]:
    """Lets every player move.

    Args:
        model: The `AdversarialModel`.
        moves: From `moves_of`.
        batch: What its `unpack` returned.
        after_move: Is told after each move who moved, and by player the terms.

    Returns:
        By player the means of its terms over its moves.
    """
    steps = max(player.steps for players in moves for player in players)
    parts = minibatches.split(batch, steps)
    logs: dict[str, list[Terms]] = {}
    for players in moves:
        done = len(logs.get(players[0].name, []))
        terms = _move(model, players, parts[done])
        for player in players:
            logs.setdefault(player.name, []).append(terms[player.name])
        after_move(players, terms)
    return {name: _mean(own) for name, own in logs.items()}


def look(
    model: Any, players: Sequence[Player], batch: Any, turn: Turn
) -> tuple[Any, dict[str, Terms]]:
    """What players see in a batch: the passes through the networks, and by player its terms.

    Args:
        model: The `AdversarialModel`, compiled.
        players: Those of the compiled game that look.
        batch: What its `unpack` returned.
        turn: What they may know beside it.

    Raises:
        ValueError: If a loss returns other terms than its player declares, or no scalars.
    """
    with LayerLosses() as noted:
        passes = model.passes(batch, turn)
        terms = {}
        for player in players:
            noted.reader = player.name
            terms[player.name] = player.loss(passes)
    terms = model.game.regularization.completed(terms, noted)
    for player in players:
        check_terms(player, terms[player.name])
    return passes, terms


def own(player: Player, terms: Mapping[str, Terms]) -> list[Tensor]:
    """The terms of a player, in the order in which it declares them."""
    return [terms[player.name][term] for term in player.terms]


def total(values: Iterable[Tensor]) -> Tensor:
    """The sum; `sum` would add each to a zero, an operation more in every step."""
    return reduce(add, values)


def _move(model: Any, players: Sequence[Player], batch: Any) -> dict[str, Terms]:
    """Moves players together, all from the same passes through the networks."""
    optimizers = [model.optimizer.players[player.name] for player in players]
    variables = [player.trainable_variables for player in players]
    turn = model.turn(training=True)

    def evaluate() -> tuple[list[Tensor], dict[str, Terms]]:
        _, terms = look(model, players, batch, turn)
        totals = [model.share_of(total(own(player, terms))) for player in players]
        return [o.scale_loss(t) for o, t in zip(optimizers, totals, strict=True)], terms

    terms, gradients = losses_and_gradients(evaluate, variables)
    for player, optimizer, gradient in zip(players, optimizers, gradients, strict=True):
        moved = player.trainable_variables
        with resting_unless(player, turn, [*moved, *optimizer.variables]):
            model.apply_gradients(optimizer, gradient, moved)
    return terms


def _mean(moves: Sequence[Terms]) -> Terms:
    if len(moves) == 1:
        return moves[0]
    return {term: total(move[term] for move in moves) / len(moves) for term in moves[0]}
