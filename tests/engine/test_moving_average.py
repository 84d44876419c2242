import keras
import numpy as np
import pytest
from keras import layers

import kerasgan
from kerasgan.engine.optimizers.moving_average import MovingAverage
from tests.conformance.catalogue import EAGER
from tests.engine.games import arrays, assert_equal, differ, fit, tiny_gan, tug


def network():
    return keras.Sequential([keras.Input((2,)), layers.Dense(2), layers.BatchNormalization()])


@pytest.mark.parametrize(
    ("step", "decay"), [(0, 1 / 10), (1, 2 / 11), (20, 21 / 30), (80, 0.9), (10**6, 0.9)]
)
def test_the_formula_with_its_warm_up(step, decay):
    model = network()
    average = MovingAverage({"g": model}, kerasgan.Average(0.9))
    old = average.networks["g"].get_weights()
    assert_equal(old, model.get_weights())
    rng = np.random.default_rng(0)
    new = [rng.uniform(1, 2, weight.shape).astype("float32") for weight in old]
    model.set_weights(new)
    average.moves.assign([step])
    average.update({"g": model}, {"g": None}, step=5, samples=4)
    assert arrays([average.moves])[0] == [step + 1]
    # Kernel, bias, gain, offset, and the statistics that belong to them.
    for before, now, actual in zip(old, new, average.networks["g"].get_weights(), strict=True):
        np.testing.assert_allclose(actual, decay * before + (1 - decay) * now, rtol=1e-5)
    assert_equal(model.get_weights(), new)


@pytest.mark.parametrize("step", [0, 20, 10**6])
def test_files_that_do_not_count_its_moves_have_counted_the_steps(step):
    model = network()
    averages = [MovingAverage({"g": model}, kerasgan.Average(0.9)) for _ in range(2)]
    averages[0].moves.assign([step])
    averages[1].load_own_variables({})
    model.set_weights([weight + 1 for weight in model.get_weights()])
    for average in averages:
        average.update({"g": model}, {"g": None}, step, 4)
    counted, uncounted = ([*average.networks["g"].weights, average.moves] for average in averages)
    assert_equal(arrays(counted), arrays(uncounted))


def test_the_average_trains_nothing():
    average = MovingAverage({"g": network()}, kerasgan.Average(0.9))
    assert average.trainable_variables == []
    gan = tiny_gan(generator_ema=0.9)
    assert len(gan.trainable_variables) == 8


def test_it_follows_training_step_by_step():
    seen = []
    game = tug(generator_ema=0.15)

    class Record(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            seen.append(game.values[:2])

    fit(game, np.ones((4, 1), "float32"), epochs=3, callbacks=[Record()])
    average = np.array([1.0, 2.0])
    for decay, value in zip((0.1, 0.15, 0.15), seen, strict=True):  # (1 + 1) / (10 + 1) > 0.15.
        average = decay * average + (1 - decay) * np.array(value)
    networks = game.average.networks
    actual = [networks[name].get_weights()[0][0, 0] for name in "ab"]
    np.testing.assert_allclose(actual, average, rtol=1e-5)
    assert actual[0] != pytest.approx(seen[-1][0], rel=1e-4)


def test_generate_uses_it():
    gan = tiny_gan(generator_ema=0.9)
    assert gan.inference_network("generator") is gan.average.networks["generator"]
    plain = gan.generate(4, seed=0)
    gan.average.networks["generator"].set_weights([0 * w for w in gan.generator.get_weights()])
    assert not gan.generate(4, seed=0).any()
    assert plain.any()
    with pytest.raises(ValueError, match=r"generators \['generator'\]. Received: name='g'"):
        gan.inference_network("g")


@pytest.mark.parametrize("compile", [True, False])
def test_a_loaded_model_has_it(tmp_path, compile):
    gan = tiny_gan(generator_ema=0.9)
    fit(gan)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras", compile=compile)
    assert loaded.average.rule == kerasgan.Average(0.9) and loaded.compiled is compile
    assert_equal(arrays(gan.average.variables), arrays(loaded.average.variables))
    np.testing.assert_array_equal(loaded.generate(4, seed=0), gan.generate(4, seed=0))
    assert differ(
        loaded.generator.get_weights(), loaded.average.networks["generator"].get_weights()
    )


def test_it_can_be_turned_off_changed_and_turned_on(tmp_path):
    gan = tiny_gan(generator_ema=0.5)
    fit(gan)
    average = gan.average
    weights = arrays(average.variables)
    gan.compile(generator_ema=0.25, run_eagerly=EAGER)
    assert gan.average is average and average.rule.decay == 0.25
    assert_equal(weights, arrays(average.variables))
    gan.compile(generator_ema=0, run_eagerly=EAGER)
    assert gan.average is None and gan.inference_network("generator") is gan.generator
    assert len(gan.weights) == len(tiny_gan().weights)
    fit(gan)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    assert loaded.average is None
    np.testing.assert_array_equal(loaded.generate(4, seed=0), gan.generate(4, seed=0))
    gan.compile(generator_ema=0.5, run_eagerly=EAGER)
    assert_equal(gan.average.networks["generator"].get_weights(), gan.generator.get_weights())


def test_statistics_and_dropout_of_a_generator_in_training(tmp_path):
    hidden = [layers.Dense(4), layers.BatchNormalization(), layers.Dropout(0.2), layers.Dense(2)]
    gan = kerasgan.models.GAN(
        keras.Sequential([keras.Input((3,)), *hidden]),
        keras.Sequential([keras.Input((2,)), layers.Dense(1)]),
        latent_dim=3,
        seed=0,
    )
    gan.compile(generator_ema=0.9, run_eagerly=EAGER)
    fit(gan)
    own, average = gan.generator.layers[1], gan.average.networks["generator"].layers[1]
    assert np.abs(own.get_weights()[2]).max() > 0
    assert differ(own.get_weights()[2:], average.get_weights()[2:])
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras", compile=False)
    np.testing.assert_array_equal(loaded.generate(4, seed=0), gan.generate(4, seed=0))
