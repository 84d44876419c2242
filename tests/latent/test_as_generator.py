"""Generators of all kinds, called in one way."""

import keras
import numpy as np
import pytest
from keras import layers

import kerasgan
from kerasgan.latent import as_generator

once = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="the same on all")


@pytest.fixture(scope="module")
def gan():
    return kerasgan.models.VanillaGAN(
        (3,), latent_dim=4, generator_units=5, discriminator_units=5, seed=0
    )


def test_a_model_and_what_was_loaded_of_it_make_the_same(gan, tmp_path):
    path = tmp_path / "gan.keras"
    gan.save(path)
    loaded = kerasgan.load_generator(path)
    latents = np.linspace(-1, 1, 12, dtype="float32").reshape(3, 4)
    expected = gan.generator.predict_on_batch(latents)
    for generator in (gan, loaded, gan.generator, lambda z: gan.generator(z)):
        np.testing.assert_allclose(as_generator(generator)(latents), expected, atol=1e-6)


def test_latents_are_those_of_generate(gan):
    function = as_generator(gan)
    np.testing.assert_allclose(
        function(function.sample_latents(5, seed=3)), gan.generate(5, seed=3), atol=1e-6
    )


@once
def test_a_saved_model_draws_and_runs(gan, tmp_path):
    path = tmp_path / "saved"
    kerasgan.export_generator(gan, path)
    generate = kerasgan.load_generator(path)
    function = as_generator(generate)
    latents = function.sample_latents(4, seed=7)
    np.testing.assert_allclose(function(latents), generate(4, seed=7), atol=1e-6)
    kernel = gan.generator.layers[1].kernel
    found = kerasgan.latent.factorized_directions(function)
    of_keras = kerasgan.latent.factorized_directions(gan, kernel=kernel)
    np.testing.assert_allclose(found.vectors, of_keras.vectors, atol=1e-5)


@once
def test_the_average_is_taken():
    gan = kerasgan.models.VanillaGAN((2,), latent_dim=2, generator_units=4, discriminator_units=4)
    gan.compile(generator_ema=0.9)
    gan.generator.set_weights([w + 1.0 for w in gan.generator.get_weights()])
    latents = np.ones((1, 2), "float32")
    expected = gan.inference_network("generator").predict_on_batch(latents)
    np.testing.assert_allclose(as_generator(gan)(latents), expected, atol=1e-6)
    assert not np.allclose(expected, gan.generator.predict_on_batch(latents))


@once
def test_a_class_is_chosen():
    latents, labels = keras.Input((2,)), keras.Input((), dtype="int32")
    sums = layers.Add()([latents, layers.Embedding(3, 2)(labels)])
    network = keras.Model([latents, labels], sums)
    table = np.arange(6.0).reshape(3, 2)
    network.set_weights([table])
    made = as_generator(network, labels=2)(np.ones((5, 2)))
    np.testing.assert_allclose(made, np.ones((5, 2)) + table[2])
    with pytest.raises(ValueError, match=r"as_generator\(generator, labels=0\).*labels=None"):
        as_generator(network)


@once
def test_batches_are_joined():
    sizes = []

    def generator(z):
        sizes.append(len(z))
        return z * 2.0

    z = np.arange(10.0).reshape(5, 2)
    np.testing.assert_allclose(as_generator(generator, batch_size=2)(z), 2.0 * z)
    assert sizes == [2, 2, 1]


@once
def test_what_is_no_generator(gan):
    with pytest.raises(TypeError, match="a callable. Received: int"):
        as_generator(3)
    with pytest.raises(TypeError, match="Received: DensityRatioEstimator"):
        as_generator(kerasgan.models.DensityRatioEstimator(gan.discriminator))


@once
def test_errors_say_what_to_do(gan):
    with pytest.raises(ValueError, match=r"leave `labels` out. Received: labels=1"):
        as_generator(gan, labels=1)
    with pytest.raises(ValueError, match=r"shape \(n, 4\).*Received: shape \(2, 3\)"):
        as_generator(gan)(np.zeros((2, 3)))
    with pytest.raises(ValueError, match=r"latent_dim=\.\.\.\)`. Received: latent_dim=None"):
        as_generator(lambda z: z).sample_latents(2, seed=0)
    with pytest.raises(TypeError, match="KERAS_BACKEND='tensorflow'. Received: a SavedModel on"):
        kerasgan.latent.LatentFunction(np.sin, None, latent_dim=2).tensors(np.zeros((1, 2)))
