"""What passes and losses are told, and what an evaluation says of it."""

from dataclasses import replace

import keras
import numpy as np
import pytest
from keras import ops

import kerasgan
from kerasgan.penalties import R1
from tests.engine.games import POINTS, Tug, fit, linear_gan, number, tiny_gan


class Counting(Tug):
    """A `Tug` whose right player logs the step, and whether it trains."""

    def players(self):
        left, _ = super().players()
        right = kerasgan.Player(
            "right",
            [self.c],
            lambda p: {
                "step": ops.cast(p["turn"].step, "float32"),
                "trains": ops.convert_to_tensor(float(p["turn"].training)),
                "pull": 0.0 * p["c"],
            },
            terms=["step", "trains", "pull"],
        )
        return [left, right]

    def passes(self, batch, turn):
        return {**super().passes(batch, turn), "turn": turn}


@pytest.mark.parametrize("eager", [False, True])
def test_a_term_that_depends_on_the_step_is_right_in_validation_and_evaluation(eager):
    game = Counting()
    game.compile(run_eagerly=eager)
    logs = fit(game, epochs=3, validation_data=(POINTS,))
    assert logs["val_right_step"] == [2.0, 4.0, 6.0]
    assert logs["right_step"] == [0.5, 2.5, 4.5]
    assert (logs["right_trains"], logs["val_right_trains"]) == ([1.0] * 3, [0.0] * 3)
    assert game.evaluate(POINTS, verbose=0, return_dict=True)["right_step"] == 6.0
    fit(game)
    assert game.evaluate(POINTS, verbose=0, return_dict=True)["right_step"] == 8.0
    assert game.test_on_batch(POINTS, return_dict=True)["right_step"] == 8.0


def test_the_step_goes_on_where_a_loaded_model_does(tmp_path):
    game = Counting()
    game.compile()
    fit(game, epochs=2)
    game.save_weights(tmp_path / "it.weights.h5")
    again = Counting()
    again.compile()
    again.train_on_batch(POINTS)
    again.load_weights(tmp_path / "it.weights.h5")
    assert again.test_on_batch(POINTS, return_dict=True)["right_step"] == 4.0


@pytest.mark.parametrize("every", [1, 2, 3])
@pytest.mark.parametrize("eager", [False, True])
def test_a_lazy_penalty_is_its_true_value_in_an_evaluation(every, eager):
    # Of scores 2x the gradient is 2: R1 is 10 / 2 · 4 as long as the number stays 2.
    still = {f"{p}_optimizer": keras.optimizers.SGD(0.0) for p in ("generator", "discriminator")}
    gan = linear_gan(penalties=[R1(10.0, every=every)], run_eagerly=eager, **still)
    data = np.ones((8, 1), "float32")
    logs = fit(gan, data, epochs=3, validation_data=(data,))
    assert logs["val_discriminator_r1"] == pytest.approx([20.0] * 3)
    assert gan.evaluate(data, verbose=0, return_dict=True)["discriminator_r1"] == pytest.approx(20)
    steps = [i % every == 0 for i in range(6)]
    mean = [20.0 * every * (steps[i] + steps[i + 1]) / 2 for i in (0, 2, 4)]
    assert logs["discriminator_r1"] == pytest.approx(mean)


def game_with(loss, terms=("pull",)):
    class Game(Tug):
        def players(self):
            left, right = super().players()
            return [left, kerasgan.Player("right", [self.c], loss, terms=terms)]

    game = Game()
    game.compile()
    return game


@pytest.mark.parametrize(
    ("loss", "terms", "message"),
    [
        (lambda p: {"pull": p["c"], "push": p["a"]}, ["pull"], r"\['pull'\], returned.*'push'"),
        (lambda p: {"pull": p["c"]}, ["pull", "push"], r"'push'\], returned \['pull'\]"),
        (lambda p: {"pul": p["c"]}, ["pull"], r"right returns other terms.*returned \['pul'\]"),
        (lambda p: {"pull": ops.ones((3,)) * p["c"]}, ["pull"], r"mean.*'pull' of the right.*\(3,"),
        (lambda p: p["c"], ["pull"], r"must return a dictionary of scalar terms"),
    ],
)
def test_terms_that_are_not_those_declared_are_refused(loss, terms, message):
    with pytest.raises(ValueError, match=message):
        fit(game_with(loss, terms))
    with pytest.raises(ValueError, match=message):
        game_with(loss, terms).evaluate(POINTS, verbose=0)


def test_terms_may_come_in_any_order():
    terms = ["pull", "push"]
    logs = fit(game_with(lambda p: {"push": p["a"] * 0.0 + 1.0, "pull": p["c"]}, terms))
    assert logs["right_push"] == [1.0]
    assert list(logs)[-3:] != terms and {"right_pull", "right_push", "right_loss"} <= set(logs)


@pytest.mark.parametrize("rules", [{"penalties": ["r1"]}, {"penalties": [R1(), "r2"]}])
def test_a_penalty_that_no_player_reads_is_refused(rules):
    game = Tug()
    with pytest.raises(ValueError, match=r"Tug reads no penalty 'r1'.*discriminator_terms.*\['R1"):
        game.compile(**rules)


@pytest.mark.parametrize("every", [1, 3])
def test_a_penalty_that_counts_the_moves_of_nobody_is_refused(every):
    class Renamed(kerasgan.models.GAN):
        def players(self):
            discriminator, generator = super().players()
            return [replace(discriminator, name="critic"), generator]

        def recipe(self):
            return kerasgan.Recipe.with_adam(
                1e-3, 0.5, players=("critic", "generator"), loss="hinge"
            )

    plain = linear_gan()
    gan = Renamed(plain.generator, plain.discriminator, latent_dim=1)
    gan.compile(penalties=[R1(every=every)])
    with pytest.raises(
        ValueError, match=r"pass its name.*\['critic', 'gen.*player='discriminator'"
    ):
        fit(gan, np.ones((8, 1), "float32"))


@pytest.mark.parametrize("name", ["critic_steps", "generater_steps"])
def test_moves_of_nobody_are_refused(name):
    with pytest.raises(ValueError, match=rf"has no {name[:-6]}: its players are .*{name}=1"):
        tiny_gan(**{name: 1})


@pytest.mark.parametrize("steps", [{"generator_steps": 2}, {"left_steps": 2}])
def test_every_player_may_move_several_times(steps):
    gan = tiny_gan(**steps) if "generator_steps" in steps else Tug()
    if "left_steps" in steps:
        gan.compile(**steps)
    fit(gan)
    name = next(iter(steps)).removesuffix("_steps")
    moves = {player: number(o.iterations) for player, o in gan.optimizer.players.items()}
    assert moves == {player: 4 if player == name else 2 for player in moves}
    assert gan.get_compile_config()[f"{name}_steps"] == 2


def test_two_players_may_move_unequally_often():
    gan = tiny_gan(generator_steps=2, discriminator_steps=4)
    fit(gan)
    moves = {player: number(o.iterations) for player, o in gan.optimizer.players.items()}
    assert moves == {"discriminator": 8, "generator": 4}
    with pytest.raises(ValueError, match=r"With discriminator_steps=4 a batch.*batch_size=6"):
        fit(gan, batch_size=6)
