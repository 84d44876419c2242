"""A game as `compile` has made it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import keras
from keras import ops

from kerasgan.engine.game import moves
from kerasgan.engine.game.player import Player
from kerasgan.engine.game.regularization import Regularization
from kerasgan.engine.game.resting_players import RestingPlayers
from kerasgan.engine.game.rules import STEPS
from kerasgan.engine.game.term_means import TermMeans
from kerasgan.engine.health.data_values import data_values
from kerasgan.engine.health.nonfinite_watch import NonFiniteWatch, move_values, watched_values
from kerasgan.engine.intake.entries import watched_entries, watched_parts
from kerasgan.engine.network_checks.half_weights import refuse_half_weights
from kerasgan.engine.optimizers.choose_optimizers import choose_optimizers
from kerasgan.engine.optimizers.player_optimizers import PlayerOptimizers
from kerasgan.types import Tensor, Terms


@dataclass(frozen=True)
class CompiledGame:
    """The players of a game with all that their moves need, and the training step.

    Args:
        players: The players, with the steps that the rules give them.
        moves: Who moves together, for each move of a step.
        optimizer: The players' optimisers as one.
        regularization: What layers add to the losses.
        resting: Which networks of the moving average have moved.
        means: The running means of all that is logged.
        watch: What remembers values that are not finite.
    """

    players: Sequence[Player]
    moves: Sequence[Sequence[Player]]
    optimizer: PlayerOptimizers
    regularization: Regularization
    resting: RestingPlayers
    means: TermMeans
    watch: NonFiniteWatch

    @classmethod
    def of(
        cls,
        model: Any,
        players: Sequence[Player],
        optimizers: Mapping[str, keras.optimizers.Optimizer],
        given: Mapping[str, Any],
    ) -> CompiledGame:
        """The game of a model, whose rules are chosen.

        Args:
            model: The `AdversarialModel`.
            players: Its players.
            optimizers: Those of the recipe, by player.
            given: What `compile` was given as `<player>_optimizer`.
        """
        refuse_half_weights(players)
        regularization = Regularization(players)
        players = regularization.declared(players)
        together = moves.moves_of(players, model.rules.update)
        optimizer = PlayerOptimizers(choose_optimizers(players, optimizers, given))
        optimizer.build_players(players)
        names = [name for player in players for name in player.log_names]
        return cls(
            players,
            together,
            optimizer,
            regularization,
            RestingPlayers(model.averaged(), players, optimizer.players),
            TermMeans(["loss", *names]),
            NonFiniteWatch(watched_values(together, watched_entries(model))),
        )

    def replayed(self, model: Any) -> CompiledGame:
        """The same game by the networks that its players have now: those of another stage."""
        players = model.rules.applied(model.players())
        regularization = Regularization(players, self.regularization.concerned)
        players = regularization.declared(players)
        together = moves.moves_of(players, model.rules.update)
        return replace(self, players=players, moves=together, regularization=regularization)

    def step(self, model: Any, data: Any, batch: Any) -> dict[str, Tensor]:
        """One training step: every player moves.

        Args:
            model: The `AdversarialModel`.
            data: What Keras hands to the step.
            batch: What `unpack` returned of it.
        """
        counts = {} if model.average is None else self.resting.counts()
        watched = data_values(batch, watched_parts(model, data, batch))

        def watch(players: Sequence[Player], terms: Mapping[str, Terms]) -> None:
            watched.extend(move_values(players, terms))

        terms = moves.play(model, self.moves, batch, after_move=watch)
        steps = self.optimizer.iterations
        self.watch.update_state(watched, steps + 1)
        if model.average is not None:
            moved, samples = self.resting.moved_since(counts), model.samples_of_step(batch)
            model.average.update(model.averaged(), moved, steps, samples)
        if model.progress is not None:
            model.count_samples(model.samples_of_step(batch))
        steps.assign_add(1)
        return self._log(model, terms, batch)

    def test(self, model: Any, batch: Any) -> dict[str, Tensor]:
        """The losses of all players on what `unpack` returned."""
        _, terms = moves.look(model, self.players, batch, model.turn(training=False))
        return self._log(model, terms, batch)

    def _log(self, model: Any, terms: Mapping[str, Terms], batch: Any) -> dict[str, Tensor]:
        values: dict[str, Tensor] = {}
        for player in self.players:
            own = moves.own(player, terms)
            values.update(zip(player.log_names, [moves.total(own), *own], strict=True))
        values["loss"] = moves.total(values[f"{player.name}_loss"] for player in self.players)
        self.means.update_state(values, model.samples_in(batch))
        return self.means.result()

    def results(self) -> dict[str, float]:
        """The means of the losses so far, over the batches of all replicas."""
        return {k: float(ops.convert_to_numpy(v)) for k, v in self.means.result().items()}

    def error(self) -> Exception | None:
        """What to raise if training has made, or met, values that are not finite."""
        return self.watch.error()


def divided(given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What `compile` is given by player: the moves `<player>_steps`, and the rest."""
    steps = {name: value for name, value in given.items() if name.endswith(STEPS)}
    return steps, {name: value for name, value in given.items() if name not in steps}
