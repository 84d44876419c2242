"""What `compile` is given, every model uses or refuses; what a model keeps, its files keep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from kerasgan import Player, losses
from kerasgan.games.adversarial_terms import ADVERSARIAL
from kerasgan.losses import AdversarialLoss
from kerasgan.penalties import Penalty
from tests.conformance.catalogue import BATCH, EAGER, Row
from tests.conformance.marks import every_kind


def number(value: Any) -> float:
    return float(ops.convert_to_numpy(value))


def counting(loss: AdversarialLoss) -> Any:
    """An equal loss, which counts how often it is asked."""

    class Counting(type(loss)):  # type: ignore[misc]
        asked = 0

        def discriminator_loss(self, *scores: Any) -> Any:
            self.asked += 1
            return super().discriminator_loss(*scores)

        def generator_loss(self, *scores: Any) -> Any:
            self.asked += 1
            return super().generator_loss(*scores)

    return Counting.from_config(loss.get_config())


class OnJudges(Penalty):
    """One, whatever the scores; counts how often it is asked."""

    name, role, asked = "on_judges", "judge", 0

    def points(self, real: Any, fake: Any, seed: Any) -> Any:
        return real

    def value(self, discriminator: Any, points: Any) -> Any:
        self.asked += 1
        return 1.0 + 0.0 * ops.mean(ops.cast(discriminator(points), "float32"))


class OnMakers(OnJudges):
    name, role = "on_makers", "maker"


def seen(model: Any, row: Row, training: bool = True) -> Any:
    """The passes of a compiled model on a batch."""
    data = tuple(ops.convert_to_tensor(array) for array in row.data(1))
    batch = model.unpack(data if len(data) > 1 else data[0])
    return model.passes(batch, model.turn(training))


def compile_with(model: Any, row: Row, **arguments: Any) -> None:
    model.compile(**{**row.compile, "run_eagerly": EAGER, **arguments})


def players_that_ask(model: Any, row: Row, loss: Any) -> list[str]:
    """The players whose losses ask the one that was given to `compile`: in shapes alone."""
    asking = []

    class Looking(keras.layers.Layer):
        def call(self, *data: Any) -> Any:
            batch = model.unpack(data if len(data) > 1 else data[0])
            passes = model.passes(batch, model.turn(True))
            for player in model.game.players:
                before = loss.asked
                terms = player.loss(passes)
                asking.extend([player.name] if loss.asked > before else [])
            return terms

    Looking()(*(keras.Input(batch_shape=a.shape, dtype=str(a.dtype)) for a in row.data(1)))
    return asking


@every_kind
@pytest.mark.filterwarnings("ignore:.* gives 3 scores for each sample")
def test_a_loss_is_asked_or_refused(row):
    model = row.make()
    given = {"hinge": losses.Hinge(), "relativistic": losses.Relativistic()}
    own = model.recipe().rules.loss
    given |= {} if own is None else {"own": own}
    for name, loss in given.items():
        loss = counting(loss)
        if name in row.refuses:
            with pytest.raises(ValueError, match="Received: loss="):
                compile_with(model, row, loss=loss)
            continue
        compile_with(model, row, loss=loss)
        asking = players_that_ask(model, row, loss)
        adversaries = [p.name for p in model.game.players if ADVERSARIAL in p.terms]
        assert asking and set(adversaries) <= set(asking), (name, asking)


def refused_and_taken(model: Any, row: Row) -> list[Penalty]:
    """Penalties that the model takes; those that it is to refuse it has refused."""
    kinds = {"judge": OnJudges, "maker": OnMakers}
    for role in kinds.keys() & set(row.refuses):
        with pytest.raises(ValueError, match="Received: .*penalties="):
            compile_with(model, row, penalties=[kinds[role](2.0)])
    return [kind(2.0, every=3) for role, kind in kinds.items() if role not in row.refuses]


@every_kind
def test_a_penalty_is_a_term_and_counts_moves_or_is_refused(row):
    model = row.make()
    penalties = refused_and_taken(model, row)
    compile_with(model, row, penalties=penalties)
    logged = model.get_metrics_result()
    for penalty in penalties:
        (player,) = [p for p in model.game.players if penalty.name in p.terms]
        assert f"{player.name}_{penalty.name}" in logged

        def value(training: bool, penalty: Any = penalty, player: Player = player) -> float:
            return number(player.loss(seen(model, row, training))[penalty.name])

        before = penalty.asked
        found = value(training=False)  # Of as many networks as there are; its mean over the moves.
        networks = penalty.asked - before
        assert networks > 0 and found == pytest.approx(2.0 * networks)
        assert value(training=True) == pytest.approx(3 * found)
        model.optimizer.players[player.name].iterations.assign(1)
        assert value(training=True) == 0.0 and value(training=False) == pytest.approx(found)


def tell_steps(model: Any) -> None:
    """Puts the step, as losses are told it, in the place of each player's first term."""
    passes, players = model.passes, model.players

    def loss_of(player: Player) -> Callable[[Any], Any]:
        def loss(both: Any) -> Any:
            turn, own = both
            return {**player.loss(own), player.terms[0]: ops.cast(turn.step, "float32")}

        return loss

    model.passes = lambda batch, turn: (turn, passes(batch, turn))
    model.players = lambda: [replace(player, loss=loss_of(player)) for player in players()]


@every_kind
def test_an_evaluation_sees_the_step(row):
    model = row.make()
    tell_steps(model)
    compile_with(model, row)
    for step in (0, 5):
        model.optimizer.iterations.assign(step)
        logs = model.evaluate(*row.data(1), batch_size=BATCH, verbose=0, return_dict=True)
        for player in model.game.players:
            assert logs[f"{player.name}_{player.terms[0]}"] == step


@every_kind
def test_weights_of_the_model_itself_are_saved(row, tmp_path):
    models = [row.make() for _ in range(2)]
    own = [model.add_weight((2,), "zeros", name="own") for model in models]
    own[0].assign([4.0, -1.0])
    models[0].save_weights(tmp_path / "model.weights.h5")
    models[1].load_weights(tmp_path / "model.weights.h5")
    np.testing.assert_array_equal(ops.convert_to_numpy(own[1]), [4.0, -1.0])
