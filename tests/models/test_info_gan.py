"""InfoGAN: the information of its codes."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasgan.models import InfoGAN

once = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="the same on all")


def array(tensor):
    return ops.convert_to_numpy(tensor)


def test_parameter_counts():
    gan = InfoGAN()
    dense = 74 * 1024 + 1024 * 6272 + 4 * (1024 + 6272)
    assert gan.generator.count_params() == dense + 16 * (128 * 64 + 64) + 4 * 64 + 1
    shared = 16 * (64 + 64 * 128) + 64 + 4 * 128 + 6272 * 1024 + 4 * 1024
    heads = 1025 + 1024 * 128 + 4 * 128 + 128 * 12 + 12
    assert gan.discriminator.count_params() == shared + heads


def make_info_gan(**arguments):
    defaults = {"noise_dim": 2, "base_filters": 2, "hidden_units": 4, "seed": 1}
    return InfoGAN((8, 8, 1), **{**defaults, **arguments})


def test_the_information_is_a_bound_of_that_of_the_codes():
    gan = make_info_gan(categorical_codes=(3, 2), continuous_codes=2, information_weight=0.7)
    gan.compile()
    images = np.zeros((5, 8, 8, 1), "float32")
    passes = gan.passes(gan.unpack(ops.array(images)), gan.turn(False))
    (first, second), means = gan.recognize(array(passes.fake))
    latents = array(passes.latents)
    assert latents.shape == (5, 2 + 3 + 2 + 2)
    bound = np.log(3) + np.log(first[np.arange(5), latents[:, 2:5].argmax(axis=1)]).mean()
    bound += np.log(2) + np.log(second[np.arange(5), latents[:, 5:7].argmax(axis=1)]).mean()
    normal = -0.5 * (latents[:, 7:] - means) ** 2 - 0.5 * np.log(2 * np.pi)
    bound += 2 * np.log(2) + normal.sum(axis=1).mean()
    for player in gan.players():
        term = float(array(player.loss(passes)["information"]))
        assert term == pytest.approx(-0.7 * bound, rel=1e-4, abs=1e-5)


def test_codes_that_are_chosen():
    gan = make_info_gan(categorical_codes=(3, 2), continuous_codes=1)
    free = gan.latents_with(4, seed=0)
    chosen = gan.latents_with(4, seed=0, categories=[np.array([0, 1, 2, 0]), 1], continuous=0.5)
    np.testing.assert_array_equal(free[:, :2], chosen[:, :2])
    np.testing.assert_array_equal(chosen[:, 2:5], np.eye(3)[[0, 1, 2, 0]])
    np.testing.assert_array_equal(chosen[:, 5:], np.tile([0.0, 1.0, 0.5], (4, 1)))
    only = gan.latents_with(4, seed=0, categories=2)
    np.testing.assert_array_equal(only[:, 5:], free[:, 5:])


@once
def test_arguments_that_cannot_be():
    with pytest.raises(ValueError, match="needs a code.*continuous_codes=0"):
        InfoGAN(categorical_codes=(), continuous_codes=0)
    with pytest.raises(ValueError, match=r"divisible by 4.*image_shape=\(10, 8, 1\)"):
        InfoGAN((10, 8, 1))
    with pytest.raises(ValueError, match="Pass an array for the classes of one code.*3 entries"):
        make_info_gan().latents_with(3, categories=[0, 1, 2])
