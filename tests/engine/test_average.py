"""How a moving average follows: decays that start late, half-lives in samples, and their state."""

import json
import math

import keras
import numpy as np
import pytest
from keras import layers

import kerasgan
from kerasgan import Average
from kerasgan.callbacks import Checkpoint
from kerasgan.engine.optimizers.moving_average import LONG_AGO, MovingAverage
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
    tug,
)
from tests.golden.test_golden import GOLDEN

BY_SAMPLES = Average(half_life=20, ramp=0.5)
LATE = Average(0.9, start=3)
EVERY_KIND = [0.9, Average(0.9, start=2, warmup=False), LATE, Average(half_life=30), BY_SAMPLES]


def network():
    return keras.Sequential([keras.Input((2,)), layers.Dense(2), layers.BatchNormalization()])


def followed(rule, new, samples, moved=None):
    """The weights of an average after each of several moves."""
    model = network()
    average = MovingAverage({"g": model}, rule)
    found = [model.get_weights()]
    for index, (weights, count) in enumerate(zip(new, samples, strict=True)):
        model.set_weights(weights)
        has_moved = None if moved is None else keras.ops.convert_to_tensor(moved[index])
        average.update({"g": model}, {"g": has_moved}, step=77, samples=count)
        found.append(average.networks["g"].get_weights())
    return found


def assert_follows(found, new, decays):
    """The average holds by these decays what it held, and the rest of the weights."""
    for before, weights, after, decay in zip(found, new, found[1:], decays, strict=False):
        for old, value, actual in zip(before, weights, after, strict=True):
            expected = decay * old.astype("float64") + (1 - decay) * value
            np.testing.assert_allclose(actual, expected, rtol=2e-6, atol=5e-7)
            if decay == 0.0:
                np.testing.assert_array_equal(actual, value)


def drawn(rng, count=7):
    shapes = [weight.shape for weight in network().weights]
    return [[rng.normal(size=s).astype("float32") for s in shapes] for _ in range(count)]


@pytest.mark.parametrize("start", [0, 1, 2, 5])
def test_as_the_authors_of_big_gan(start, rng):
    new = drawn(rng)
    found = followed(Average(0.8, start, warmup=False), new, [4] * 7)
    # `itr`, which counts from 1, is below `start_itr`: the decay is 0.
    assert_follows(found, new, [0.0 if itr < start else 0.8 for itr in range(1, 8)])


@pytest.mark.parametrize(("start", "skipped"), [(0, 0), (1, 0), (3, 2)])
def test_the_warm_up_begins_with_the_start(start, skipped, rng):
    new = drawn(rng)
    found = followed(Average(0.3, start), new, [4] * 7)
    warm = [min(0.3, (1 + n) / (10 + n)) for n in range(7)]
    assert_follows(found, new, [0.0] * skipped + warm)


@pytest.mark.parametrize(
    ("half_life", "ramp"), [(12, None), (12, 0.5), (1000, 0.05), (12, 1.0), (2.5, 0.5)]
)
@pytest.mark.parametrize("samples", [[4] * 7, [5, 1, 7, 2, 2, 30, 3]])
def test_as_the_authors_of_style_gan(half_life, ramp, samples, rng):
    new = drawn(rng)
    found = followed(Average(half_life=half_life, ramp=ramp), new, samples)
    decays, cur_nimg = [], 0
    for batch_size in samples:
        ema_nimg = half_life if ramp is None else min(half_life, cur_nimg * ramp)
        decays.append(0.5 ** (batch_size / max(ema_nimg, 1e-8)))
        cur_nimg += batch_size
    assert_follows(found, new, decays)


def test_a_late_half_life(rng):
    new = drawn(rng, 4)
    found = followed(Average(half_life=8, start=3), new, [4] * 4)
    assert_follows(found, new, [0.0, 0.0, 0.5**0.5, 0.5**0.5])


def test_a_half_life_of_ten_million_samples_moves_as_far_as_it_should():
    pace = Average(half_life=1e7).pace(moves=0, samples=8, seen=0)
    assert number(pace) == pytest.approx(-math.expm1(-math.log(2) * 8e-7), rel=1e-5)


def test_samples_of_steps_without_a_move_count_with_the_next(rng):
    new = drawn(rng, 5)
    moved = [False, True, True, False, True]
    found = followed(Average(half_life=12, ramp=0.5), new, [4, 5, 6, 7, 8], moved)
    assert_equal(found[0], found[1])
    assert_equal(found[3], found[4])
    # 9 samples from the beginning, then 6 after 9, then 15 after 15.
    decays = [1.0, 0.0, 0.5 ** (6 / 4.5), 1.0, 0.5 ** (15 / 7.5)]
    assert_follows(found, new, decays)


def test_a_number_is_a_decay():
    assert Average.of(0.9) == Average(0.9, start=0, warmup=True)
    assert Average.of(0) is None and Average.of(None) is None and Average.of(LATE) is LATE
    games = [tiny_gan(generator_ema=given) for given in (0.9, Average(0.9), np.float32(0.9))]
    for gan in games:
        fit(gan)
    assert_equal(state(games[0]), state(games[1]))
    assert games[2].average.rule.decay == pytest.approx(0.9)


@pytest.mark.parametrize("steps", [1, 2])
def test_the_samples_are_those_of_the_step(steps):
    gan = tiny_gan(generator_ema=BY_SAMPLES, discriminator_steps=steps)
    fit(gan, epochs=3)
    assert arrays([gan.average.moves, gan.average.seen, gan.average.waiting]) == [6, 24, 0]


def test_training_follows_it_from_step_to_step():
    game, average, before = tug(generator_ema=BY_SAMPLES), np.array([1.0, 2.0]), 0
    for batch in (4, 4, 2, 4, 4, 2):
        fit(game, np.ones((batch, 1), "float32"))
        decay = 0.5 ** (batch / max(min(20, 0.5 * before), 1e-8))
        average = decay * average + (1 - decay) * np.array(game.values[:2])
        before += batch
    actual = [game.average.networks[name].get_weights()[0][0, 0] for name in "ab"]
    np.testing.assert_allclose(actual, average, rtol=1e-5)


def through_keras(gan, path):
    gan.save(path / "gan.keras")
    return keras.saving.load_model(path / "gan.keras")


def through_preset(gan, path):
    gan.save_to_preset(path / "preset")
    return kerasgan.AdversarialModel.from_preset(path / "preset")


@pytest.mark.parametrize("through", [through_keras, through_preset])
@pytest.mark.parametrize("given", EVERY_KIND, ids=str)
def test_a_loaded_one_goes_on_exactly(given, through, tmp_path):
    gan = tiny_gan(generator_ema=given)
    fit(gan)
    loaded = through(gan, tmp_path)
    assert loaded.rules.generator_ema == given and loaded.average.rule == Average.of(given)
    for model in (gan, loaded):
        fit(model, epochs=2)
    assert_equal(state(gan), state(loaded))
    assert differ(gan.generator.get_weights(), gan.average.networks["generator"].get_weights())


def test_one_whose_network_rests_is_resumed_exactly(tmp_path):
    def make():
        resting = keras.optimizers.SGD(0.1, gradient_accumulation_steps=4)
        return tiny_gan(generator_ema=BY_SAMPLES, generator_optimizer=resting)

    class Stop(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 3:
                raise KeyboardInterrupt

    whole = make()
    fit(whole, epochs=6)
    with pytest.raises(KeyboardInterrupt):
        fit(make(), epochs=6, callbacks=[Checkpoint(tmp_path), Stop()])
    resumed = make()
    fit(resumed, epochs=6, callbacks=[Checkpoint(tmp_path)])
    assert_equal(state(whole), state(resumed))
    assert arrays([resumed.average.moves, resumed.average.seen]) == [3, 48]


@pytest.mark.parametrize("given", EVERY_KIND, ids=str)
def test_without_its_compile_configuration_a_file_still_says_it(given, tmp_path):
    gan = tiny_gan(generator_ema=given)
    fit(gan)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras", compile=False)
    assert loaded.average.rule == Average.of(given)
    assert_equal(arrays(gan.average.variables), arrays(loaded.average.variables))
    np.testing.assert_array_equal(loaded.generate(4, seed=0), gan.generate(4, seed=0))


def test_files_of_version_0_1_have_decays_and_no_counts():
    path = GOLDEN / "v0_1" / "GAN" / "model.keras"
    gan = keras.saving.load_model(path, compile=False)
    assert gan.average.rule == Average(0.9)
    assert arrays([gan.average.seen, gan.average.waiting]) == [LONG_AGO, 0]
    gan = keras.saving.load_model(path)
    gan.compile(generator_ema=Average(half_life=2**20, ramp=0.01), run_eagerly=EAGER)
    before = gan.average.networks["generator"].get_weights()
    fit(gan)  # The ramp is long over: it does not begin anew, which would make a copy.
    after = gan.average.networks["generator"].get_weights()
    for a, b in zip(before, after, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-4)


def test_compiled_again_the_counts_go_on():
    gan = tiny_gan(generator_ema=0.9)
    fit(gan, epochs=2)
    average = gan.average
    gan.compile(generator_ema=Average(half_life=20, ramp=1.0), run_eagerly=EAGER)
    assert gan.average is average and arrays([average.moves, average.seen]) == [4, 16]
    before, new = average.networks["generator"].get_weights(), gan.generator.get_weights()
    fit(gan, POINTS[:4], epochs=1)
    new = gan.generator.get_weights()
    assert_follows([before, average.networks["generator"].get_weights()], [new], [0.5 ** (4 / 16)])


@pytest.mark.parametrize("rule", EVERY_KIND[1:], ids=str)
def test_configurations(rule):
    config = keras.saving.serialize_keras_object(rule)
    assert config["registered_name"] == "kerasgan>Average"
    assert keras.saving.deserialize_keras_object(json.loads(json.dumps(config))) == rule
    gan = mlp_gan()
    gan.compile(generator_ema=rule, run_eagerly=EAGER)
    other = mlp_gan()
    other.compile_from_config(json.loads(json.dumps(gan.get_compile_config())))
    assert other.rules.generator_ema == rule


def test_recipes_take_one():
    class LateGAN(kerasgan.models.GAN):
        def recipe(self):
            return kerasgan.Recipe.with_adam(1e-3, 0.5, loss="hinge", generator_ema=LATE)

    networks = mlp_gan()
    gan = LateGAN(networks.generator, networks.discriminator, latent_dim=3)
    gan.compile(run_eagerly=EAGER)
    assert gan.average.rule is LATE
    gan.compile(generator_ema=0.5, run_eagerly=EAGER)
    assert gan.average.rule == Average(0.5)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "one of `decay` and `half_life`. Received: decay=None, half_life=None"),
        ({"decay": 0.9, "half_life": 10}, "one of .* Received: decay=0.9, half_life=10"),
        ({"decay": 0.0}, r"\(0, 1\).*`generator_ema=0` keeps no average. Received: decay=0.0"),
        ({"decay": 1}, r"\(0, 1\).*Received: decay=1$"),
        ({"decay": float("nan")}, r"\(0, 1\).*Received: decay=nan"),
        ({"decay": "0.9"}, r"\(0, 1\).*Received: decay='0.9'"),
        ({"half_life": 0}, "above 0, such as 10_000. Received: half_life=0"),
        ({"half_life": True}, "above 0.*Received: half_life=True"),
        ({"half_life": float("inf")}, "above 0.*Received: half_life=inf"),
        ({"half_life": 9, "ramp": 0}, r"\(0, 1\], such as 0.05. Received: ramp=0"),
        ({"half_life": 9, "ramp": 1.5}, r"\(0, 1\].*Received: ramp=1.5"),
        ({"half_life": 9, "warmup": True}, "grows by `ramp`.*warmup=True, half_life=9"),
        ({"decay": 0.9, "warmup": "yes"}, "`True` or `False`.*warmup='yes'"),
        ({"decay": 0.9, "ramp": 0.5}, "leave `ramp` out.*Received: ramp=0.5, decay=0.9"),
        ({"decay": 0.9, "start": -1}, "integer from 0 up. Received: start=-1"),
        ({"decay": 0.9, "start": 2.5}, "integer from 0 up. Received: start=2.5"),
    ],
)
def test_contradictions_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Average(**arguments)


def test_it_cannot_be_changed_after_it_was_checked():
    with pytest.raises(AttributeError):
        LATE.decay = 2.0
    assert Average(half_life=9).warmup is False and Average(0.9).warmup is True
    assert Average(np.float32(0.5), start=np.int64(3)).get_config() == {
        "decay": 0.5,
        "start": 3,
        "warmup": True,
        "half_life": None,
        "ramp": None,
    }
