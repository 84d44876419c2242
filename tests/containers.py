"""The same samples as an array, as a `tf.data.Dataset` and as a `PyDataset`."""

import keras
import numpy as np
import pytest
from keras import layers

import kerasgan
from tests.conformance.catalogue import EAGER

IMAGE = (4, 4, 1)
IMAGES = np.random.default_rng(0).uniform(-1, 1, (4, *IMAGE)).astype("float32")


class Batches(keras.utils.PyDataset):
    """A `PyDataset` of given batches; `length` overrides how many it claims to have."""

    def __init__(self, batches, length=...):
        super().__init__()
        self.batches = batches
        self.length = len(batches) if length is ... else length

    @property
    def num_batches(self):
        return self.length

    def __getitem__(self, index):
        return self.batches[index % len(self.batches)]


def as_array(samples, batch_size=2):
    return samples


def as_tf_data(samples, batch_size=2):
    tf = pytest.importorskip("tensorflow")
    return tf.data.Dataset.from_tensor_slices(samples).batch(batch_size)


def as_py_dataset(samples, batch_size=2):
    starts = range(0, len(samples), batch_size)
    return Batches([(samples[start : start + batch_size],) for start in starts])


CONTAINERS = (as_array, as_tf_data, as_py_dataset)


def image_gan(**compile_arguments):
    """A compiled GAN of images 4 × 4 × 1, linear but for a tanh."""
    keras.utils.set_random_seed(0)
    generator = keras.Sequential(
        [keras.Input((3,)), layers.Dense(16, "tanh"), layers.Reshape(IMAGE)]
    )
    discriminator = keras.Sequential([keras.Input(IMAGE), layers.Flatten(), layers.Dense(1)])
    gan = kerasgan.models.GAN(generator, discriminator, latent_dim=3, seed=1)
    gan.compile(**{"run_eagerly": EAGER, **compile_arguments})
    return gan
