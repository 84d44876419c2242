"""Keras layers as augmentation."""

from concurrent.futures import ThreadPoolExecutor

import keras
import numpy as np
import pytest
from keras import layers
from PIL import Image

import kerasgan
from kerasgan.callbacks import Checkpoint
from kerasgan.data import image_folder, unpaired_arrays
from kerasgan.data.batches import EpochPlan, ImageBatches
from kerasgan.data.sources import ArraySource
from tests.conformance.catalogue import EAGER
from tests.data.files import TENSORFLOW, epoch
from tests.engine.games import assert_equal, state


@pytest.fixture
def noise_folder(tmp_path):
    for number in range(8):
        pixels = np.random.default_rng(number).integers(0, 255, (8, 8, 3))
        Image.fromarray(pixels.astype("uint8")).save(tmp_path / f"{number}.png")
    return tmp_path


def batch_of(folder, augment):
    return epoch(image_folder(folder, 8, batch_size=8, shuffle=False, augment=augment))[0][0]


@pytest.mark.parametrize(
    "make",
    [
        lambda: layers.RandomBrightness(0.5, value_range=(-1, 1), seed=0),
        lambda: layers.RandomContrast(0.9, value_range=(-1, 1), seed=0),
        lambda: layers.RandomTranslation(0.4, 0.4, seed=0),
        lambda: keras.Sequential([layers.RandomFlip(seed=0), layers.GaussianNoise(0.1)]),
    ],
)
def test_core_keras_layers_act_on_the_batch(make, noise_folder):
    plain, augmented = batch_of(noise_folder, None), batch_of(noise_folder, make())
    assert augmented.shape == plain.shape and augmented.dtype == np.float32
    assert np.abs(augmented - plain).mean() > 0.01


@pytest.mark.skipif(not TENSORFLOW, reason="keras-cv's layers are for tf.data")
@pytest.mark.parametrize("name", ["RandomShear", "RandomCutout"])
def test_layers_of_keras_cv(name, noise_folder):
    keras_cv = pytest.importorskip("keras_cv")
    import tensorflow as tf

    # keras-cv draws from TensorFlow's global generator, which op determinism wants to be set.
    tf.random.set_global_generator(tf.random.Generator.from_seed(0))
    layer = getattr(keras_cv.layers, name)(0.5, 0.5, seed=0)
    plain, augmented = batch_of(noise_folder, None), batch_of(noise_folder, layer)
    assert augmented.shape == plain.shape
    assert np.isfinite(augmented).all() and np.abs(augmented - plain).mean() > 0.01


class Stop(Exception):
    """What interrupts a training here."""


class StopAt(keras.callbacks.Callback):
    """Interrupts before a step of an epoch."""

    def __init__(self, epoch, batch):
        super().__init__()
        self.place, self.epoch = (epoch, batch), 0

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_begin(self, batch, logs=None):
        if (self.epoch, batch) == self.place:
            raise Stop


def chain():
    brightness = layers.RandomBrightness(0.5, value_range=(-1, 1))
    return keras.Sequential([layers.RandomTranslation(0.3, 0.3), brightness])


def game():
    """A compiled GAN of one dense layer each, for images of 8×8 pixels in colour."""
    keras.utils.set_random_seed(0)
    pixels = [keras.Input((2,)), layers.Dense(192, "tanh"), layers.Reshape((8, 8, 3))]
    scores = [keras.Input((8, 8, 3)), layers.Flatten(), layers.Dense(1)]
    gan = kerasgan.models.GAN(keras.Sequential(pixels), keras.Sequential(scores), latent_dim=2)
    gan.compile(run_eagerly=EAGER)
    return gan


def train(folder, *callbacks):
    """Two epochs of four shuffled, augmented batches; returns the state reached."""
    gan = game()
    images = image_folder(folder, 8, batch_size=2, flip=True, seed=3, augment=chain())
    gan.fit(images, epochs=2, verbose=0, callbacks=list(callbacks))
    return state(gan)


@pytest.mark.parametrize("place", [(1, 0), (1, 2)], ids=["after an epoch", "in an epoch"])
def test_a_resumed_training_draws_what_an_uninterrupted_one_draws(place, noise_folder, tmp_path):
    whole = train(noise_folder)
    with pytest.raises(Stop):
        train(noise_folder, Checkpoint(tmp_path / "c", unit="step"), StopAt(*place))
    assert_equal(whole, train(noise_folder, Checkpoint(tmp_path / "c")))


def noise(count=6):
    images = np.random.default_rng(0).uniform(-1, 1, (count, 8, 8, 3))
    return images.astype("float32")


def grey(count=6):
    return np.zeros((count, 8, 8, 3), "float32")


def test_an_epoch_draws_the_same_whatever_was_drawn_before():
    def images(layer):
        return unpaired_arrays(noise(), noise(5), batch_size=2, seed=3, augment=layer)

    first, later, layer = images(chain()), None, chain()
    layer(noise(), training=True)  # It has drawn, and its streams are elsewhere.
    later = images(layer)
    later.plan.next_epoch = 1
    before, expected = epoch(first), epoch(first)
    assert_equal(keras.tree.flatten(expected), keras.tree.flatten(epoch(later)))
    assert (expected[0][0] != before[0][0]).any()


def test_batches_domains_and_seeds_draw_differently():
    def draws(seed):
        layer = layers.GaussianNoise(0.1)
        pairs = unpaired_arrays(grey(), grey(), batch_size=2, seed=seed, augment=layer)
        return [image.tobytes() for batch in epoch(pairs) for image in batch]

    assert len(set(draws(0) + draws(1))) == 12


def test_without_a_seed_of_the_data_the_layers_own_counts():
    def draws(seed):
        layer = layers.GaussianNoise(0.1, seed=seed)
        return epoch(unpaired_arrays(grey(), grey(), 6, shuffle=False, augment=layer))[0][0]

    np.testing.assert_array_equal(draws(5), draws(5))
    assert (draws(5) != draws(6)).any()


def test_threads_do_not_change_what_is_drawn():
    data = ImageBatches(EpochPlan([ArraySource(noise(12))], 1, seed=0, augment=chain()))
    expected = [data[index][0] for index in range(12)]
    with ThreadPoolExecutor(4) as pool:
        assert_equal(expected, [batch[0] for batch in pool.map(data.__getitem__, range(12))])


@pytest.mark.skipif(not TENSORFLOW, reason="keras-cv's layers are for tf.data")
def test_layers_of_keras_cv_draw_by_the_seed_of_the_data():
    keras_cv = pytest.importorskip("keras_cv")
    tf = pytest.importorskip("tensorflow")
    # Deterministic operations leave it to the user to make the stream that keras-cv asks for.
    tf.random.set_global_generator(tf.random.Generator.from_seed(0))

    def draws():
        layer = keras_cv.layers.RandomCutout(0.5, 0.5, seed=0)
        pairs = unpaired_arrays(noise(), noise(), 2, shuffle=False, seed=1, augment=layer)
        return keras.tree.flatten(epoch(pairs)), pairs

    expected, pairs = draws()
    pairs.plan.next_epoch = 0
    assert_equal(expected, keras.tree.flatten(epoch(pairs)))
