"""Directions, where linear algebra knows them."""

import keras
import numpy as np
import pytest
from keras import layers

import kerasgan
from kerasgan import latent

pytestmark = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="NumPy only: the same on all"
)
RNG = np.random.default_rng(0)
AXES = np.linalg.qr(RNG.normal(size=(4, 4)))[0]  # Columns: the latent directions,
SIZES = np.array([8.0, 4.0, 2.0, 1.0])  # and how far each moves the first layer.
KERNEL = AXES @ np.diag(SIZES) @ np.linalg.qr(RNG.normal(size=(6, 6)))[0][:4]


def network():
    dense = layers.Dense(6, activation="tanh", name="first")
    model = keras.Sequential([keras.Input((4,)), dense, layers.Dense(2, name="last")])
    dense.set_weights([KERNEL, np.full(6, 0.3)])
    return model


def agreement(vectors, columns):
    return np.abs(np.sum(vectors * columns.T, axis=1))


def test_factorization_finds_the_singular_vectors():
    found = latent.factorized_directions(network())
    np.testing.assert_allclose(agreement(found.vectors, AXES), 1.0, atol=1e-5)
    np.testing.assert_allclose(found.shares, SIZES**2 / np.sum(SIZES**2), atol=1e-6)
    largest = np.take_along_axis(
        found.vectors, np.abs(found.vectors).argmax(axis=1)[:, None], axis=1
    )
    assert (largest > 0).all()
    of_kernel = latent.factorized_directions(lambda z: z, components=2, kernel=KERNEL)
    np.testing.assert_allclose(of_kernel.vectors, found.vectors[:2], atol=1e-5)


def test_principal_directions_of_a_linear_layer_are_the_same():
    found = latent.principal_directions(network(), components=3, samples=5000)
    assert (agreement(found.vectors, AXES[:, :3]) > 0.995).all()
    np.testing.assert_allclose(found.shares, SIZES[:3] ** 2 / np.sum(SIZES**2), atol=0.02)


def test_principal_directions_of_a_layer_by_name():
    model = network()
    found = latent.principal_directions(model, components=2, layer="last", samples=500, seed=3)
    latents = latent.as_generator(model).sample_latents(500, seed=3).astype("float64")
    made = np.tanh(latents @ KERNEL + 0.3) @ model.layers[-1].kernel.numpy()
    made -= made.mean(axis=0)
    left, sizes, _ = np.linalg.svd(made, full_matrices=False)
    expected = np.linalg.lstsq(left, latents - latents.mean(axis=0), rcond=None)[0]
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    np.testing.assert_allclose(agreement(found.vectors, expected.T), 1.0, atol=1e-4)
    np.testing.assert_allclose(found.shares, sizes**2 / np.sum(sizes**2), atol=1e-4)


def test_a_labelled_direction_is_the_difference_of_the_means(rng):
    normal = np.array([0.6, 0.0, 0.8])
    labels = np.arange(20_000) % 2
    latents = rng.normal(size=(20_000, 3)) + 2.0 * np.outer(labels - 0.5, normal)
    found = latent.labelled_direction(latents, labels)
    # Over 20 seeds of samples off by 0.025 at most; the accuracies below by 0.005 and 0.010.
    np.testing.assert_allclose(found.vector, normal, atol=0.05)
    # Means at a distance of 2 are told apart with a probability of Φ(1).
    assert found.accuracy == pytest.approx(0.8413, abs=0.02)
    by_chance = latent.labelled_direction(latents, rng.permutation(labels) > 0)
    assert by_chance.accuracy == pytest.approx(0.5, abs=0.04)


def test_a_traverse_goes_along_the_direction():
    start, direction = np.array([[1.0, 1.0], [0.0, 5.0]]), np.array([0.0, 1.0])
    way = latent.traverse(lambda z: z, start, direction, [-2.0, 0.0, 3.0])
    np.testing.assert_allclose(way[0], [[1, -1], [1, 1], [1, 4]])
    np.testing.assert_allclose(way[1, 1], start[1])


def test_errors_say_what_to_do():
    latents = np.zeros((12, 2))
    for labels in (np.arange(12), np.arange(12) < 2):
        with pytest.raises(ValueError, match=r"values > np.median\(values\).*Received: \d+ kinds"):
            latent.labelled_direction(latents, labels)
    with pytest.raises(ValueError, match=r"Received: shapes \(12, 2\) and \(3,\)"):
        latent.labelled_direction(latents, np.zeros(3))
    with pytest.raises(ValueError, match=r"kernel of shape \(3, units\).*Pass .*`kernel`"):
        latent.factorized_directions(latent.as_generator(lambda z: z, latent_dim=3))
    with pytest.raises(ValueError, match="as many directions. Received: components=5"):
        latent.factorized_directions(network(), components=5)
    with pytest.raises(ValueError, match="4 directions at most. Received: components=5"):
        latent.principal_directions(network(), components=5)
    with pytest.raises(ValueError, match=r"layers \[.*'first'.*Received: layer='none'"):
        latent.principal_directions(network(), components=2, layer="none", samples=9)
    with pytest.raises(ValueError, match="Received: regularization=0"):
        latent.labelled_direction(latents, np.arange(12) < 6, regularization=0)


def test_directions_of_a_model_with_codes():
    gan = kerasgan.models.InfoGAN((8, 8, 1), noise_dim=3, base_filters=2, hidden_units=8)
    found = latent.principal_directions(gan, components=2, samples=50)
    assert found.vectors.shape == (2, gan.latent_dim)
    np.testing.assert_allclose(np.linalg.norm(found.vectors, axis=1), 1.0, rtol=1e-5)
