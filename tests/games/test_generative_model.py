"""Latents and samples of the models that make samples from latents."""

import keras
import numpy as np
import pytest

from kerasgan import models
from kerasgan.games import LatentModel
from tests.conformance.catalogue import CATALOGUE
from tests.conformance.marks import of
from tests.engine.games import assert_equal, linear_gan, mlp_gan, tiny_gan

SAMPLERS = [row for row in CATALOGUE if issubclass(row.model, LatentModel)]


def latents(distribution, n=4000, seed=0):
    gan = mlp_gan(latent_distribution=distribution)
    return keras.ops.convert_to_numpy(gan.sample_latents(n, seed=seed))


def test_normal_latents():
    z = latents("normal")
    assert z.shape == (4000, 3) and z.dtype == "float32"
    # 12,000 draws: six standard errors.
    assert abs(z.mean()) < 0.055 and abs(z.std() - 1) < 0.04
    assert abs((np.abs(z) < 1).mean() - 0.6827) < 0.026


def test_uniform_latents():
    z = latents("uniform")
    assert -1.0 <= z.min() < -0.995 and 0.995 < z.max() <= 1.0
    assert abs(z.mean()) < 0.032 and abs(z.std() - 3**-0.5) < 0.015
    assert abs((np.abs(z) < 0.5).mean() - 0.5) < 0.028


def test_training_draws_from_the_same_distribution():
    gan = linear_gan(generator=1.0, loss="wasserstein")
    gan.latent_distribution = "uniform"
    real = keras.ops.zeros((1000, 1))
    fake = keras.ops.convert_to_numpy(gan.passes(real, gan.turn(True)).fake)
    assert -1 <= fake.min() < -0.9 and 0.9 < fake.max() <= 1


def test_defaults():
    assert mlp_gan().latent_distribution == "normal"
    assert models.DCGAN((16, 16, 1), base_filters=2).latent_distribution == "uniform"


@of(SAMPLERS)
def test_equal_seeds_equal_samples_however_many_at_a_time(row):
    gan = row.make()
    samples = gan.generate(5, seed=3)
    assert samples.shape == (5, *row.shapes[0]) and samples.dtype == "float32"
    np.testing.assert_array_equal(gan.generate(5, seed=3), samples)
    np.testing.assert_allclose(gan.generate(5, seed=3, batch_size=2), samples, atol=1e-6)
    assert np.abs(gan.generate(5, seed=4) - samples).max() > 0
    assert np.abs(gan.generate(5) - gan.generate(5)).max() > 0


def test_samples_are_the_generators():
    gan = tiny_gan()
    z = keras.ops.convert_to_numpy(gan.sample_latents(5, seed=2))
    expected = keras.ops.convert_to_numpy(gan.generator(z))
    for samples in (gan.generate(5, seed=2), gan(z), gan.predict(z, verbose=0)):
        np.testing.assert_allclose(keras.ops.convert_to_numpy(samples), expected, atol=1e-6)


def test_generating_leaves_the_model_alone():
    gan = tiny_gan()
    before = [keras.ops.convert_to_numpy(v).copy() for v in gan.variables]
    gan.generate(3)
    gan.generate(3, seed=1)
    assert_equal(before, [keras.ops.convert_to_numpy(v) for v in gan.variables])


@pytest.mark.parametrize("n", [0, -1, 2.0])
def test_wrong_counts(n):
    with pytest.raises(ValueError, match=f"`n` must be a positive integer. Received: n={n}"):
        mlp_gan().generate(n)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"latent_dim": 0}, "`latent_dim` must be a positive integer. Received: latent_dim=0"),
        ({"latent_dim": "8"}, "positive integer. Received: latent_dim='8'"),
        ({"latent_distribution": "gauss"}, "'normal' or 'uniform', or a.*Received: latent_dist"),
    ],
)
def test_wrong_latents(arguments, message):
    with pytest.raises(ValueError, match=message):
        models.VanillaGAN((2,), generator_units=2, discriminator_units=2, **arguments)
