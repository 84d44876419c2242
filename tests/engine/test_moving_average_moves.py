"""A moving average moves once for each move of the weights, and counts its moves itself."""

import keras
import numpy as np
import pytest
from keras import layers

import kerasgan
from tests.conformance.catalogue import EAGER
from tests.engine.games import (
    POINTS,
    arrays,
    assert_equal,
    differ,
    fit,
    mlp_gan,
    number,
    state,
    tiny_gan,
)

SGD = keras.optimizers.SGD


class Record(keras.callbacks.Callback):
    """Weights and averages before training and after each step."""

    def __init__(self):
        super().__init__()
        self.weights, self.averages = [], []

    def on_train_begin(self, logs=None):
        gan = self.model
        self.weights.append(gan.generator.get_weights())
        self.averages.append(gan.average.networks["generator"].get_weights())

    on_train_batch_end = lambda self, batch, logs=None: self.on_train_begin()  # noqa: E731

    @staticmethod
    def moves(seen):
        return [differ(a, b) for a, b in zip(seen, seen[1:], strict=False)]


def rests(gan, every):
    """The average moves with the weights, and by the formula."""
    record = Record()
    fit(gan, epochs=every, callbacks=[record])
    moves = record.moves(record.weights)
    assert sum(moves) == len(moves) // every
    assert record.moves(record.averages) == moves
    expected, done = record.averages[0], 0
    for moved, weights in zip(moves, record.weights[1:], strict=True):
        if moved:
            decay = min(0.5, (1 + done) / (10 + done))
            pairs = zip(expected, weights, strict=True)
            expected = [decay * a + (1 - decay) * w for a, w in pairs]
            done += 1
    for a, b in zip(expected, record.averages[-1], strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)
    assert arrays([gan.average.moves])[0].tolist() == [done]


@pytest.mark.parametrize("every", [2, 3])
@pytest.mark.parametrize("update", ["alternating", "simultaneous"])
def test_accumulated_gradients_are_one_move(every, update):
    optimizer = SGD(0.1, gradient_accumulation_steps=every)
    rests(tiny_gan(generator_ema=0.5, generator_optimizer=optimizer, update=update), every)


def test_also_in_a_graph_and_within_a_loss_scale():
    inner = keras.optimizers.Adam(0.01, gradient_accumulation_steps=2)
    scaled = keras.optimizers.LossScaleOptimizer(inner, initial_scale=1.0)
    rests(tiny_gan(generator_ema=0.5, generator_optimizer=scaled, run_eagerly=False), 2)


def test_steps_that_a_loss_scale_leaves_out_are_no_moves():
    scaled = keras.optimizers.LossScaleOptimizer(SGD(0.01), initial_scale=2.0**127)
    rates = {"generator_optimizer": scaled, "discriminator_optimizer": SGD(0.0)}
    gan = tiny_gan(generator_ema=0.5, loss="wasserstein", **rates)
    last = gan.discriminator.layers[-1]
    last.kernel.assign(100.0 * last.kernel)  # Gradients overflow until the scale is 1 / 100.
    record = Record()
    fit(gan, epochs=5, callbacks=[record])
    moves = record.moves(record.weights)
    assert not moves[0] and 0 < sum(moves) < len(moves)
    assert record.moves(record.averages) == moves
    assert number(gan.average.moves[0]) == sum(moves) == number(scaled.iterations)


def test_networks_of_other_players_do_not_hold_it_back():
    """A generator of two players' networks moves with either."""
    model = kerasgan.models.GMMN((2,), latent_dim=2, generator_units=(3,), code_dim=2)
    rates = {"autoencoder_optimizer": SGD(0.1)}
    resting = SGD(0.1, gradient_accumulation_steps=8)
    model.compile(generator_ema=0.5, generator_optimizer=resting, **rates, run_eagerly=EAGER)
    fit(model)
    assert number(model.average.moves[0]) == 2


def distance(gan):
    pairs = zip(
        gan.generator.get_weights(),
        gan.average.networks["generator"].get_weights(),
        strict=True,
    )
    return max(np.abs(a - b).max() for a, b in pairs)


@pytest.mark.parametrize("load", [None, "compiled", "not compiled"])
def test_compiled_again_it_goes_on(load, tmp_path):
    gan = tiny_gan(generator_ema=0.9)
    fit(gan, epochs=8)
    if load:
        gan.save(tmp_path / "gan.keras")
        gan = keras.saving.load_model(tmp_path / "gan.keras", compile=load == "compiled")
    average = arrays(gan.average.variables)
    gan.compile(generator_ema=0.9, run_eagerly=EAGER, generator_optimizer=SGD(1e-6))
    assert_equal(average, arrays(gan.average.variables))
    before = distance(gan)
    fit(gan, POINTS[:4])
    assert number(gan.average.moves[0]) == 17
    decay = (1 + 16) / (10 + 16)
    assert distance(gan) == pytest.approx(decay * before, rel=1e-3)


@pytest.mark.parametrize("compiled", [True, False])
def test_a_file_of_version_0_1_keeps_its_warm_up_when_compiled_again(compiled, tmp_path):
    gan = tiny_gan(generator_ema=0.9)
    fit(gan, epochs=8)
    gan.average.load_own_variables({})  # Such a file has nothing for it.
    gan.save(tmp_path / "gan.keras")
    if not compiled:
        gan = keras.saving.load_model(tmp_path / "gan.keras", compile=False)
    gan.compile(generator_ema=0.9, run_eagerly=EAGER, generator_optimizer=SGD(1e-6))
    before = distance(gan)
    fit(gan, POINTS[:4])
    decay = (1 + 16) / (10 + 16) if compiled else 0.9
    assert distance(gan) == pytest.approx(decay * before, rel=1e-3)


def test_resuming_in_the_middle_of_an_accumulation_is_exact(tmp_path):
    def make():
        return tiny_gan(
            generator_ema=0.9,
            generator_optimizer=SGD(0.1, gradient_accumulation_steps=4),
        )

    gan = make()
    fit(gan, epochs=3)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    for each in (gan, loaded):
        fit(each, epochs=3)
    assert_equal(state(gan), state(loaded))
    assert number(loaded.average.moves[0]) == 3


def test_statistics_wait_with_the_weights():
    hidden = [layers.Dense(4), layers.BatchNormalization(), layers.Dense(2)]
    gan = kerasgan.models.GAN(
        keras.Sequential([keras.Input((3,)), *hidden]), mlp_gan().discriminator, 3, seed=0
    )
    optimizer = SGD(0.1, gradient_accumulation_steps=3)
    gan.compile(generator_ema=0.9, generator_optimizer=optimizer, run_eagerly=EAGER)
    average = gan.average.networks["generator"].get_weights()
    fit(gan)
    assert_equal(average, gan.average.networks["generator"].get_weights())
    fit(gan)
    assert differ(average[4:], gan.average.networks["generator"].get_weights()[4:])
