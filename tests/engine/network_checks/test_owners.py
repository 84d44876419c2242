"""Variables with two owners, and layers that overwrite their own."""

import keras
import numpy as np
import pytest
from keras import layers

from kerasgan import models
from kerasgan.layers import SpectralNormalization
from tests.engine.games import POINTS, fit

BACKEND = keras.backend.backend()


def sequential(features, *parts):
    return keras.Sequential([keras.Input((features,)), *parts])


def test_a_layer_in_two_players_networks_is_refused():
    shared = layers.Dense(2, name="shared")
    gan = models.GAN(sequential(2, shared), sequential(2, shared, layers.Dense(1)), 2)
    with pytest.raises(ValueError, match="'shared' belongs to discriminator and to generator.*2 v"):
        gan.compile()


def test_so_is_a_shared_network_within_both():
    trunk = sequential(2, layers.Dense(2, name="deep", use_bias=False))
    gan = models.GAN(sequential(2, trunk), sequential(2, trunk, layers.Dense(1)), 2)
    with pytest.raises(ValueError, match="layer 'deep'.*share 1 variables"):
        gan.compile()


def test_and_one_network_as_both():
    both = sequential(1, layers.Dense(1))
    with pytest.raises(ValueError, match="share 2 variables"):
        models.GAN(both, both, 1).compile()


def test_what_nobody_moves_may_be_shared():
    shared = layers.Dense(2)
    gan = models.GAN(
        sequential(2, shared, layers.Dense(2)), sequential(2, shared, layers.Dense(1)), 2
    )
    shared.trainable = False
    gan.compile()


def normalized(kind, *more):
    gan = models.GAN(
        sequential(3, layers.Dense(2)),
        sequential(2, kind(layers.Dense(4, "relu")), *more, kind(layers.Dense(1))),
        3,
        seed=0,
    )
    return gan


@pytest.mark.parametrize(
    ("more", "arguments"),
    [
        ((), {"penalties": ["gradient_penalty"]}),
        ((), {"update": "simultaneous"}),
        ((layers.BatchNormalization,), {}),
    ],
)
def test_keras_own_spectral_normalisation(more, arguments):
    gan = normalized(layers.SpectralNormalization, *(make() for make in more))
    words = "overwrites its own weights.*kerasgan.layers.SpectralNormalization"
    if BACKEND == "torch":  # Where the first step would fail.
        with pytest.raises(ValueError, match=f"{words}.*Received: update="):
            gan.compile(**arguments)
    else:
        with pytest.warns(UserWarning, match=words):
            gan.compile(**arguments)


def test_it_trains_in_one_pass_and_is_told():
    gan = normalized(layers.SpectralNormalization)
    with pytest.warns(UserWarning, match="its gradient is not that of the normalised weights"):
        gan.compile(run_eagerly=BACKEND == "tensorflow")
    assert np.isfinite(fit(gan, POINTS)["loss"]).all()


def test_ours_takes_penalties():
    gan = normalized(SpectralNormalization)
    gan.compile(penalties=["r1"], run_eagerly=BACKEND == "tensorflow")
    assert np.isfinite(fit(gan, POINTS)["loss"]).all()
