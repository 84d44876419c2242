"""Networks that keep their weights in half precision are refused; mixed precision is not."""

import keras
import pytest
from keras import layers

import kerasgan
from tests.conformance.catalogue import EAGER
from tests.engine.games import fit

HALF = pytest.mark.parametrize("dtype", ["float16", "bfloat16"])


def vanilla(**arguments):
    sizes = {"generator_units": 4, "discriminator_units": 4}
    return kerasgan.models.VanillaGAN((2,), latent_dim=2, **sizes, **arguments)


def networks(*discriminator, dtype=None):
    generator = keras.Sequential([keras.Input((2,)), layers.Dense(2)])
    hidden = discriminator or (layers.Dense(1, dtype=dtype),)
    return generator, keras.Sequential([keras.Input((2,)), *hidden])


def refuses(model, dtype, of):
    with pytest.raises(ValueError, match=rf"dtype='mixed_{dtype}'.*Received: .*{of}'s weights"):
        model.compile(run_eagerly=EAGER)


@HALF
def test_of_a_ready_model(dtype):
    refuses(vanilla(dtype=dtype), dtype, "discriminator")
    refuses(vanilla(dtype=keras.dtype_policies.DTypePolicy(dtype)), dtype, "discriminator")


@HALF
def test_of_the_global_policy(dtype):
    keras.config.set_dtype_policy(dtype)
    try:
        model = vanilla()
        given = kerasgan.models.GAN(*networks(), latent_dim=2)
    finally:
        keras.config.set_dtype_policy("float32")
    refuses(model, dtype, "discriminator")
    refuses(given, dtype, "discriminator")


@HALF
def test_of_one_layer_of_ones_own(dtype):
    refuses(kerasgan.models.GAN(*networks(dtype=dtype), latent_dim=2), dtype, "discriminator")
    other, generator = networks(layers.Dense(4), layers.Dense(2, dtype=dtype))
    game = kerasgan.models.GAN(generator, networks()[1], latent_dim=2)
    refuses(game, dtype, "generator")


@HALF
def test_of_statistics_alone(dtype):
    statistics = layers.BatchNormalization(center=False, scale=False, dtype=dtype)
    game = kerasgan.models.GAN(*networks(statistics, layers.Dense(1)), latent_dim=2)
    refuses(game, dtype, "discriminator")


@HALF
def test_what_is_frozen_may_be_of_any_type(dtype):
    features = keras.Sequential([keras.Input((2,)), layers.Dense(3, dtype=dtype)])
    features.trainable = False
    game = kerasgan.models.GAN(*networks(features, layers.Dense(1)), latent_dim=2)
    game.compile(run_eagerly=EAGER)
    fit(game)


@HALF
def test_mixed_precision_is_the_remedy(dtype):
    model = vanilla(dtype=f"mixed_{dtype}")
    model.compile(generator_ema=0.9, run_eagerly=EAGER)
    assert {v.dtype for v in model.average.networks["generator"].weights} == {"float32"}


def test_it_may_be_used_without_training():
    assert vanilla(dtype="bfloat16").generate(2, seed=0).shape == (2, 2)
