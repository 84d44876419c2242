"""Keras layers as augmentation."""

import keras
import numpy as np
import pytest
from keras import layers
from PIL import Image

from kerasgan.data import image_folder
from tests.data.files import TENSORFLOW, epoch


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
