"""Layers that are frozen stay so in files, and training goes on exactly."""

import warnings

import keras
import numpy as np
import pytest
from keras import layers

import kerasgan
from kerasgan.engine.state import frozen_layers
from tests.conformance.catalogue import EAGER
from tests.engine.games import assert_equal, state

IMAGES = np.random.default_rng(0).uniform(-1, 1, (8, 16, 16, 1)).astype("float32")
POINTS = IMAGES[:, 0, :2, 0]


def dcgan(**arguments):
    keras.utils.set_random_seed(0)
    size = {"image_shape": (16, 16, 1), "latent_dim": 3, "base_filters": 2}
    return kerasgan.models.DCGAN(**size, seed=1, **arguments)


def vanilla(**arguments):
    keras.utils.set_random_seed(0)
    units = {"generator_units": 4, "discriminator_units": 3}
    return kerasgan.models.VanillaGAN((2,), latent_dim=3, seed=1, **units, **arguments)


def nested():
    """A `GAN` whose generator holds a network in a network, and whose discriminator a wrapper."""
    keras.utils.set_random_seed(0)
    inner = keras.Sequential([keras.Input((3,)), layers.Dense(4), layers.Dense(3)])
    middle_in = keras.Input((3,))
    middle = keras.Model(middle_in, inner(layers.Dense(3, "tanh")(middle_in)))
    generator = keras.Sequential([keras.Input((3,)), middle, layers.Dense(2)])
    wrapped = kerasgan.layers.SpectralNormalization(layers.Dense(4))
    discriminator = keras.Sequential([keras.Input((2,)), wrapped, layers.Dense(1)])
    return kerasgan.models.GAN(generator, discriminator, latent_dim=3, seed=1)


def train(gan):
    shape = gan.data_shape
    gan.run_eagerly = EAGER
    data = IMAGES if len(shape) == 3 else POINTS
    gan.fit(data, batch_size=4, shuffle=False, verbose=0)


def loads(gan, folder):
    """The model as each kind of file gives it back, without a word of Keras's of what it skips."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        gan.save(folder / "gan.keras")
        gan.save_to_preset(folder / "preset")
        yield keras.saving.load_model(folder / "gan.keras")
        yield type(gan).from_preset(folder / "preset")


def first_layers(gan):
    for layer in gan.discriminator.layers[:3]:
        layer.trainable = False


def one_within_another(gan):
    gan.generator.layers[0].layers[-1].layers[0].trainable = False
    gan.discriminator.layers[0].layer.trainable = False


def all_but_one_layer_of_a_player(gan):
    gan.generator.trainable = False
    gan.generator.layers[1].trainable = True


def a_player(gan):
    gan.discriminator.trainable = False


def single_variables(gan):
    gan.discriminator.trainable_variables[-1].trainable = False
    layer = next(layer for layer in gan.generator.layers if layer.trainable_variables)
    layer.trainable = False
    layer.weights[0].trainable = True


@pytest.mark.parametrize(
    "make, freeze",
    [
        (dcgan, first_layers),
        (vanilla, all_but_one_layer_of_a_player),
        (vanilla, single_variables),
        (nested, one_within_another),
        (nested, a_player),
    ],
)
def test_it_stays_so_and_goes_on_exactly(make, freeze, tmp_path):
    gan = make()
    freeze(gan)
    gan.compile(generator_ema=0.9)
    frozen = frozen_layers.find(gan)
    still = [np.array(v) for v in gan.variables if not v.trainable and "seed" not in v.path]
    assert frozen and len(still) > 0
    train(gan)
    again = list(loads(gan, tmp_path))
    train(gan)
    for loaded in again:
        assert frozen_layers.find(loaded) == frozen
        counts = [len(model.optimizer.variables) for model in (gan, loaded)]
        assert counts[0] == counts[1]
        train(loaded)
        assert_equal(state(gan), state(loaded))


@pytest.mark.parametrize("change", [first_layers, a_player, single_variables])
def test_layers_frozen_after_compile(change, tmp_path):
    gan = vanilla()
    gan.compile(generator_ema=0.9)
    change(gan)
    train(gan)
    again = list(loads(gan, tmp_path))
    train(gan)
    for loaded in again:
        assert frozen_layers.find(loaded) == frozen_layers.find(gan) != []
        train(loaded)
        assert_equal(state(gan), state(loaded))


def test_layers_thawed_after_compile(tmp_path):
    gan = vanilla()
    first_layers(gan)
    gan.compile()
    for layer in gan.discriminator.layers:
        layer.trainable = True
    for loaded in loads(gan, tmp_path):
        assert frozen_layers.find(loaded) == []
        assert_equal(state(gan), state(loaded))


def test_models_that_are_not_compiled(tmp_path):
    gan = vanilla()
    first_layers(gan)
    for loaded in loads(gan, tmp_path):
        assert frozen_layers.find(loaded) == frozen_layers.find(gan) != []
    gan.compile()
    gan.save(tmp_path / "compiled.keras")
    loaded = keras.saving.load_model(tmp_path / "compiled.keras", compile=False)
    assert frozen_layers.find(loaded) == frozen_layers.find(gan)


class Thaw(keras.callbacks.Callback):
    """Freezes the discriminator's first layers when the second epoch begins, and only then."""

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 1:
            first_layers(self.model)


@pytest.mark.parametrize("by_script", [False, True])
def test_a_resumed_training_freezes_what_had_been_frozen_on_the_way(by_script, tmp_path):
    gans = [vanilla() for _ in range(2)]
    for gan, epochs in zip(gans, (2, 3), strict=True):
        gan.compile(run_eagerly=EAGER)
        if by_script:
            gan.generator.trainable = False
        callbacks = [Thaw(), kerasgan.callbacks.Checkpoint(tmp_path)]
        options = {"batch_size": 4, "shuffle": False, "verbose": 0}
        gan.fit(POINTS, epochs=epochs, callbacks=callbacks, **options)
    places = [f"discriminator/{index}" for index in range(3)]
    # What the script freezes each time it is run stands as it says.
    expected = [] if by_script else places
    found = [place for place in frozen_layers.find(gans[1]) if place in places]
    assert found == expected and gans[1].generator.trainable != by_script


def test_histories_and_averages_stay_as_they_are(tmp_path):
    gan = kerasgan.models.CycleGAN((24, 24, 3), 1, 1, pool_size=2)
    gan.compile(generator_ema=0.9)
    assert frozen_layers.find(gan) == [] and "frozen" not in gan.get_config()
    gan.trainable = False
    gan.discriminator_x.trainable = True
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    assert frozen_layers.find(loaded) == frozen_layers.find(gan)
    assert not loaded.trainable and loaded.discriminator_x.trainable
    assert not loaded.average.trainable and not loaded.pool_x.trainable


def test_layers_that_are_not_there():
    gan = vanilla()
    frozen_layers.apply(gan, ["discriminator/1", "generator/1:0"])
    assert [layer.trainable for layer in gan.discriminator.layers[:3]] == [True, False, True]
    for wrong in (["encoder"], ["discriminator/99"], ["generator/1:7"]):
        with pytest.raises(ValueError, match=r"does not have.*Received: \['"):
            frozen_layers.apply(gan, wrong)
