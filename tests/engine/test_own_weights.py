"""Weights that a model makes for itself, beside those of its networks, through files."""

import re

import keras
import pytest

import kerasgan
from kerasgan.callbacks import Checkpoint
from tests.conformance.catalogue import EAGER
from tests.engine.games import (
    Tug,
    arrays,
    assert_equal,
    fit,
    mlp_gan,
    number,
    state,
)
from tests.golden.test_golden import GOLDEN


@keras.saving.register_keras_serializable("kerasgan_tests")
class CountingGAN(kerasgan.models.GAN):
    """A `GAN` that counts its steps and keeps a mean of its batches, in weights of its own."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.turns = self.add_weight((), "zeros", "int32", trainable=False, name="turns")
        self.mean = self.add_weight((2,), "ones", trainable=False, name="mean")
        self.gain = self.add_weight((2, 2), "ones", name="gain")

    @property
    def own(self):
        return [self.gain, self.turns, self.mean]

    def game_step(self, data):
        self.turns.assign_add(1)
        self.mean.assign(0.5 * self.mean + 0.5 * keras.ops.mean(self.unpack(data), axis=0))
        return super().game_step(data)


@keras.saving.register_keras_serializable("kerasgan_tests")
class CountingTug(Tug):
    """A game without random numbers of layers, one weight of its own, and no configuration."""

    def __init__(self, seed=None, name=None, dtype=None):
        super().__init__(seed=seed, name=name, dtype=dtype)
        self.level = self.add_weight((), "zeros", trainable=False, name="level")


def counting_gan(**compile_arguments):
    keras.utils.set_random_seed(0)
    networks = mlp_gan()
    gan = CountingGAN(networks.generator, networks.discriminator, latent_dim=3, seed=1)
    gan.compile(**{"run_eagerly": EAGER, **compile_arguments})
    return gan


def through_keras(gan, path):
    gan.save(path / "gan.keras")
    return keras.saving.load_model(path / "gan.keras")


def through_weights(gan, path):
    gan.save_weights(path / "gan.weights.h5")
    loaded = counting_gan()
    loaded.load_weights(path / "gan.weights.h5")
    return loaded


def through_preset(gan, path):
    gan.save_to_preset(path / "preset")
    return kerasgan.AdversarialModel.from_preset(path / "preset")


WAYS = pytest.mark.parametrize("through", [through_keras, through_weights, through_preset])


@WAYS
def test_they_are_saved_and_training_goes_on_exactly(through, tmp_path):
    gan = counting_gan()
    gan.gain.assign([[4.0, 3.0], [2.0, 1.0]])
    fit(gan)
    assert number(gan.turns) == 2
    loaded = through(gan, tmp_path)
    assert_equal(arrays(gan.own), arrays(loaded.own))
    assert [v.dtype for v in loaded.own] == ["float32", "int32", "float32"]
    for model in (gan, loaded):
        fit(model)
    assert number(loaded.turns) == 4
    assert_equal(state(gan), state(loaded))


@pytest.mark.parametrize("through", [through_keras, through_preset])
def test_also_with_an_average_and_without_random_layers(through, tmp_path):
    game = CountingTug(seed=3)
    game.compile(run_eagerly=EAGER, generator_ema=0.5)
    game.level.assign(4.0)
    loaded = through(game, tmp_path)
    assert number(loaded.level) == 4.0 and loaded.average is not None


def test_a_preset_without_the_state_of_training_has_them(tmp_path):
    gan = counting_gan()
    fit(gan)
    gan.save_to_preset(tmp_path / "preset", training_state=False)
    loaded = CountingGAN.from_preset(tmp_path / "preset")
    assert not loaded.compiled
    assert_equal(arrays(gan.own), arrays(loaded.own))


class Stop(keras.callbacks.Callback):
    """Interrupts before the last batch of the first epoch."""

    def on_train_batch_begin(self, batch, logs=None):
        if batch == 1:
            raise KeyboardInterrupt


def test_an_interrupted_training_goes_on_exactly(tmp_path):
    whole = counting_gan()
    fit(whole, epochs=2)
    checkpoints = [Checkpoint(tmp_path, every=1, unit="step") for _ in range(2)]
    with pytest.raises(KeyboardInterrupt):
        fit(counting_gan(), epochs=2, callbacks=[checkpoints[0], Stop()])
    resumed = counting_gan()
    fit(resumed, epochs=2, callbacks=[checkpoints[1]])
    assert number(resumed.turns) == 4
    assert_equal(state(whole), state(resumed))


def gan_of_the_golden_files(own):
    """A model as `tests/golden/v0_1/GAN` holds it, with more weights of its own."""
    gan = keras.saving.load_model(GOLDEN / "v0_1" / "GAN" / "model.keras")
    for name, value in own.items():
        weight = gan.add_weight((), "zeros", trainable=False, name=name)
        weight.assign(value)
    return gan


@pytest.mark.parametrize("file", ["model.keras", "preset/model.weights.h5"])
def test_files_of_version_0_1_leave_them_as_they_are(file):
    gan = gan_of_the_golden_files({"turns": 5.0, "level": 4.0})
    gan.generator.layers[-1].bias.assign([9.0, 9.0])
    gan.load_weights(GOLDEN / "v0_1" / "GAN" / file)
    assert arrays(gan._non_trainable_variables)[-2:] == [5.0, 4.0]
    assert 9.0 not in arrays([gan.generator.layers[-1].bias])[0]


@pytest.mark.parametrize(
    ("saved", "wanted"),
    [(["turns"], ["turns", "level"]), (["turns", "level"], ["turns"]), (["turns"], [])],
)
def test_some_missing_or_too_many_are_refused(saved, wanted, tmp_path):
    gan_of_the_golden_files(dict.fromkeys(saved, 1.0)).save_weights(tmp_path / "gan.weights.h5")
    gan = gan_of_the_golden_files(dict.fromkeys(wanted, 2.0))
    names = [variable.name for variable in gan._non_trainable_variables]
    count = len(names) - len(wanted) + len(saved)
    message = rf"has {len(names)} weights of its own.*holds {count}: .*"
    message += re.escape(f"Received: {count} weights for {names}")
    with pytest.raises(ValueError, match=f"(?s){message}"):
        gan.load_weights(tmp_path / "gan.weights.h5")
