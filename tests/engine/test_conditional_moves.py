"""A player that moves on a condition: weights and the optimiser's state rest with it."""

import keras
import numpy as np
import pytest
from keras import ops

import kerasgan
from tests.engine.games import POINTS, Tug, arrays, assert_equal, differ, fit, number, state


@keras.saving.register_keras_serializable("kerasgan_tests")
class Resting(Tug):
    """A `Tug` whose left player moves in every third step only."""

    def players(self):
        left, right = super().players()
        moves = {"networks": left.networks, "loss": left.loss, "terms": left.terms}
        return [kerasgan.Player("left", when=lambda turn: turn.step % 3 == 0, **moves), right]


def make(optimizer=keras.optimizers.Adam, **rules):
    game = Resting(seed=1)
    both = {f"{player}_optimizer": optimizer(0.1) for player in ("left", "right")}
    game.compile(**{**both, **rules})
    return game


@pytest.mark.parametrize("optimizer", [keras.optimizers.SGD, keras.optimizers.Adam])
@pytest.mark.parametrize("rules", [{}, {"update": "simultaneous"}, {"run_eagerly": True}])
def test_weights_and_the_optimizers_state_rest(optimizer, rules):
    game = make(optimizer, **rules)
    left, right = game.optimizer.players["left"], game.optimizer.players["right"]
    for step in range(7):
        before = arrays([*game.a.weights, *game.b.weights, *left.variables])
        others = arrays([*game.c.weights, *right.variables])
        game.train_on_batch(POINTS)
        after = arrays([*game.a.weights, *game.b.weights, *left.variables])
        if step % 3:
            assert_equal(before, after)
        else:
            assert differ(before, after)
        assert differ(others, arrays([*game.c.weights, *right.variables]))
    assert (number(left.iterations), number(right.iterations)) == (3, 7)


def test_the_average_rests_with_it():
    game = make(keras.optimizers.SGD, generator_ema=0.5)
    averages = game.average.networks["a"].weights
    for step in range(7):
        before = arrays(averages), arrays([game.average.moves])
        game.train_on_batch(POINTS)
        after = arrays(averages), arrays([game.average.moves])
        if step % 3:
            assert_equal(before[0], after[0])
        assert differ(before[1], after[1]) == (step % 3 == 0)


def test_its_terms_are_logged_all_the_same():
    logs = fit(make(), epochs=2)
    assert all(np.isfinite(logs["left_pull"])) and all(np.array(logs["left_pull"]) > 0)


def test_resumed_to_the_bit(tmp_path):
    whole, first = make(), make()
    for _ in range(5):
        whole.train_on_batch(POINTS)
    for _ in range(2):
        first.train_on_batch(POINTS)
    first.save(tmp_path / "it.keras")
    second = keras.saving.load_model(tmp_path / "it.keras")
    for _ in range(3):
        second.train_on_batch(POINTS)
    assert_equal(state(whole), state(second))


def test_a_condition_on_a_weight_of_the_model():
    class Thawing(Tug):
        def __init__(self):
            super().__init__()
            self.ready = self.add_weight((), "zeros", trainable=False, name="ready")

        def players(self):
            left, right = super().players()
            rest = {"networks": right.networks, "loss": right.loss, "terms": right.terms}
            return [left, kerasgan.Player("right", when=lambda turn: self.ready > 0.5, **rest)]

    game = Thawing()
    game.compile()
    before = game.values[2]
    game.train_on_batch(POINTS)
    assert game.values[2] == before
    game.ready.assign(ops.ones(()))
    game.train_on_batch(POINTS)
    assert game.values[2] != before
