"""Projection, where least squares knows the answer. On each backend: it differentiates."""

import keras
import numpy as np
import pytest
from keras import layers, ops

import kerasgan
from kerasgan import latent

# Rows at right angles: one learning rate suits both latent variables.
MATRIX = 1.5 * np.linalg.qr(np.random.default_rng(0).normal(size=(5, 2)))[0].T.astype("float32")
once = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="the same on all")


def linear(distribution="normal"):
    return latent.as_generator(
        lambda z: ops.matmul(z, MATRIX), latent_dim=2, latent_distribution=distribution
    )


def test_it_finds_the_least_squares(rng):
    images = rng.normal(size=(3, 5)).astype("float32")
    expected = np.linalg.lstsq(MATRIX.T, images.T, rcond=None)[0].T
    found = latent.project(linear(), images, steps=80, restarts=1, learning_rate=0.3)
    np.testing.assert_allclose(found.latents, expected, atol=5e-3)
    np.testing.assert_allclose(found.samples, expected @ MATRIX, atol=1e-2)
    errors = np.mean((expected @ MATRIX - images) ** 2, axis=1)
    np.testing.assert_allclose(found.errors, errors, atol=1e-4)


def test_a_network_makes_its_own_samples_again(rng):
    network = keras.Sequential(
        [keras.Input((2,)), layers.Dense(16, "tanh"), layers.BatchNormalization(), layers.Dense(6)]
    )
    before = [np.array(ops.convert_to_numpy(w)) for w in network.variables]
    targets = network.predict_on_batch(rng.normal(size=(2, 2)))
    found = latent.project(network, targets, steps=50, restarts=2)
    assert found.errors.max() < 1e-3
    after = [np.array(ops.convert_to_numpy(w)) for w in network.variables]
    for one, other in zip(before, after, strict=True):
        np.testing.assert_array_equal(one, other)


@once
def test_uniform_latents_stay_in_their_cube():
    corner = np.array([[3.0, -3.0]], "float32")
    found = latent.project(
        linear("uniform"), corner @ MATRIX, steps=20, restarts=1, learning_rate=0.3
    )
    assert np.abs(found.latents).max() <= 1.0
    free = latent.project(linear(), corner @ MATRIX, steps=80, restarts=1, learning_rate=0.3)
    np.testing.assert_allclose(free.latents, corner, atol=2e-2)


@once
def test_restarts_leave_a_local_minimum():
    # (z² - 1)² + 0.09 (z + 1)² has two: at -1, where it is zero, and near 1.
    def generator(z):
        return ops.concatenate([ops.square(z) - 1.0, 0.3 * z + 0.3], axis=1)

    well = latent.as_generator(generator, latent_dim=1)
    target = np.zeros((1, 2))
    stuck = latent.project(well, target, start=[[1.2]], steps=40)
    found = latent.project(well, target, restarts=8, steps=40)
    assert stuck.latents[0, 0] > 0 > found.latents[0, 0]
    assert found.errors[0] < stuck.errors[0]


@once
def test_another_distance_is_minimised():
    def first_value(made, images):
        return ops.square(made[:, 0] - images[:, 0])

    image = np.array([2.0, 9.0, 9.0, 9.0, 9.0])
    found = latent.project(
        linear(), image, distance=first_value, restarts=1, steps=80, learning_rate=0.3
    )
    assert found.samples.shape == (1, 5)
    assert found.samples[0, 0] == pytest.approx(2.0, abs=0.02) and found.errors[0] < 4e-4


@once
def test_the_encoder_of_a_model(rng):
    gan = kerasgan.models.BiGAN((3,), latent_dim=2, hidden_units=8, latent_distribution="normal")
    points = rng.normal(size=(4, 3)).astype("float32")
    found = latent.project(gan, points, method="encoder")
    np.testing.assert_allclose(found.latents, gan.encode(points), atol=1e-6)
    np.testing.assert_allclose(found.samples, gan.reconstruct(points), atol=1e-6)
    further = latent.project(gan, points, start=found.latents, steps=10)
    assert further.errors.sum() < found.errors.sum()


@once
def test_errors_say_what_to_do():
    image = np.zeros((1, 5))
    with pytest.raises(ValueError, match=r"\(n, 5\). Received: shape \(1, 4\)"):
        latent.project(linear(), np.zeros((1, 4)))
    with pytest.raises(ValueError, match="Received: method='magic'"):
        latent.project(linear(), image, method="magic")
    with pytest.raises(ValueError, match="Received: learning_rate=0"):
        latent.project(linear(), image, learning_rate=0)
    with pytest.raises(ValueError, match="each of the 1 images. Received: shape"):
        latent.project(linear(), image, start=np.zeros((2, 2)))
    with pytest.raises(TypeError, match="has an encoder.* Received: LatentFunction"):
        latent.project(linear(), image, method="encoder")
    with pytest.raises(ValueError, match="keras.ops.*Received: a gradient of None"):
        cut = latent.as_generator(lambda z: ops.stop_gradient(z), latent_dim=5)
        latent.project(cut, image)
