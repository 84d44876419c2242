"""Convolutions with one channel train: PyTorch's kernels for a CPU are particular about layout."""

import keras
import numpy as np
import pytest
from keras import layers

import kerasgan
from kerasgan.penalties import R1, GradientPenalty

pytestmark = pytest.mark.skipif(
    keras.backend.backend() != "torch", reason="the layout is that of PyTorch's kernels"
)

POLICIES = ["float32", "mixed_float16", "mixed_bfloat16"]
# Each ends in, or holds, a layer whose kernel's last side is one.
LAYERS = {
    "convolution": lambda: [layers.Conv2D(3, 3), layers.Conv2D(1, 3, padding="same")],
    "strided": lambda: [layers.Conv2D(3, 3), layers.Conv2D(1, 3, strides=2)],
    "oblong": lambda: [layers.Conv2D(3, 3), layers.Conv2D(1, (1, 3))],
    "one row": lambda: [layers.Reshape((8, 16)), layers.Conv1D(1, 3)],
    "transposed, of one channel": lambda: [layers.Conv2D(1, 3), layers.Conv2DTranspose(3, 3)],
    "normalised": lambda: [
        layers.Conv2D(3, 3),
        kerasgan.layers.SpectralNormalization(layers.Conv2D(1, 3, padding="same")),
    ],
}


def game(kind, policy="float32", **arguments):
    """A game whose critic holds such a layer."""
    keras.config.set_dtype_policy(policy)
    judge = [*LAYERS[kind](), layers.Flatten(), layers.Dense(1, dtype="float32")]
    images = [layers.Dense(128), layers.Reshape((8, 8, 2)), layers.Activation("tanh")]
    gan = kerasgan.models.GAN(
        generator=keras.Sequential([keras.Input((3,)), *images]),
        discriminator=keras.Sequential([keras.Input((8, 8, 2)), *judge]),
        latent_dim=3,
        seed=0,
    )
    keras.config.set_dtype_policy("float32")
    gan.compile(**arguments)
    return gan


def data(n, shape=(8, 8, 2)):
    return np.random.default_rng(0).uniform(-1, 1, (n, *shape)).astype("float32")


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("kind", LAYERS)
def test_one_sample_trains(kind, policy):
    gan = game(kind, policy)
    before = [np.array(keras.ops.convert_to_numpy(w)) for w in gan.discriminator.trainable_weights]
    logs = gan.fit(data(3), batch_size=2, epochs=3, verbose=0).history
    assert all(np.isfinite(values).all() for values in logs.values())
    if policy == "float32":  # In float16 the first scales overflow, and nothing moves yet.
        after = [keras.ops.convert_to_numpy(w) for w in gan.discriminator.trainable_weights]
        assert all(np.any(old != new) for old, new in zip(before, after, strict=True))


@pytest.mark.parametrize("penalty", [R1(1.0), GradientPenalty(1.0)], ids=["R1", "gradient"])
@pytest.mark.parametrize("kind", ["convolution", "transposed, of one channel", "normalised"])
def test_one_sample_trains_under_penalties(kind, penalty):
    gan = game(kind, penalties=[penalty])
    logs = gan.fit(data(1), batch_size=1, epochs=2, verbose=0).history
    assert all(np.isfinite(values).all() for values in logs.values())


@pytest.mark.parametrize("model", ["LSGAN", "SNGAN", "DCGAN"])
def test_grey_images_train_with_one_left_over(model):
    gan = getattr(kerasgan.models, model)(image_shape=(16, 16, 1), latent_dim=3, base_filters=2)
    gan.compile(discriminator_steps=1)
    gan.fit(data(5, (16, 16, 1)), batch_size=4, verbose=0)
    assert np.isfinite(gan.generate(2, seed=0)).all()


def test_values_and_files_do_not_know_of_the_layout(tmp_path):
    gan = game("convolution")
    kernel = next(w for w in gan.discriminator.weights if tuple(w.shape) == (3, 3, 3, 1))
    before, value = np.array(keras.ops.convert_to_numpy(kernel)), kernel.value
    gan.make_train_function()
    assert kernel.value is value  # The optimiser's parameter is the same one.
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(kernel), before)
    gan.save_weights(tmp_path / "game.weights.h5")
    other = game("convolution")
    other.load_weights(tmp_path / "game.weights.h5")
    for own, loaded in zip(gan.weights, other.weights, strict=True):
        np.testing.assert_array_equal(*map(keras.ops.convert_to_numpy, (own, loaded)))
