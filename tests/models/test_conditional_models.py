"""Conditional GAN, ACGAN and InfoGAN: what is peculiar to each."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasgan.models import AuxiliaryClassifierGAN, ConditionalGAN, InfoGAN
from kerasgan.networks import acgan_discriminator, acgan_generator

once = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="the same on all")


def array(tensor):
    return ops.convert_to_numpy(tensor)


def test_parameter_counts():
    gan = ConditionalGAN()
    hidden = 100 * 200 + 200 + 10 * 1000 + 1000 + 1200 * 1200 + 1200
    assert gan.generator.count_params() == hidden + 1200 * 784 + 784
    pieces = 5 * (784 * 240 + 240) + 5 * (10 * 50 + 50) + 4 * (290 * 240 + 240)
    assert gan.discriminator.count_params() == pieces + 240 + 1

    generator = 110 * 6144 + 6144 + 25 * (384 * 192 + 192 * 96 + 96 * 3) + 3 + 4 * (192 + 96)
    assert acgan_generator().count_params() == generator
    widths = [3, 16, 32, 64, 128, 256, 512]
    convolutions = 9 * sum(a * b for a, b in zip(widths, widths[1:], strict=False)) + 16
    heads = 4 * 4 * 512 * 11 + 11
    assert acgan_discriminator().count_params() == convolutions + 4 * sum(widths[2:]) + heads

    gan = InfoGAN()
    dense = 74 * 1024 + 1024 * 6272 + 4 * (1024 + 6272)
    assert gan.generator.count_params() == dense + 16 * (128 * 64 + 64) + 4 * 64 + 1
    shared = 16 * (64 + 64 * 128) + 64 + 4 * 128 + 6272 * 1024 + 4 * 1024
    heads = 1025 + 1024 * 128 + 4 * 128 + 128 * 12 + 12
    assert gan.discriminator.count_params() == shared + heads


def test_both_players_of_an_acgan_want_the_classes_told():
    gan = AuxiliaryClassifierGAN(3, (16, 16, 1), 3, 2, 2, classification_weight=0.5, seed=1)
    gan.compile()
    images = np.random.default_rng(0).uniform(-1, 1, (4, 16, 16, 1)).astype("float32")
    labels = np.array([0, 2, 1, 1])
    passes = gan.passes(gan.unpack((ops.array(images), ops.array(labels))), gan.turn(False))
    probabilities = [gan.classify(images), gan.classify(array(passes.fake))]
    surprise = [-np.log(p[np.arange(4), labels]).mean() for p in probabilities]
    terms = {player.name: player.loss(passes) for player in gan.players()}
    told = {name: float(array(term["classification"])) for name, term in terms.items()}
    assert told["generator"] == pytest.approx(0.5 * surprise[1], rel=1e-4)
    assert told["discriminator"] == pytest.approx(0.5 * sum(surprise), rel=1e-4)


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
    with pytest.raises(ValueError, match="`num_classes` must be a positive integer.*num_classes=0"):
        ConditionalGAN(0)


@once
def test_a_conditional_gan_learns_where_each_class_lies(rng):
    labels = np.arange(960) % 3
    centres = np.array([[1.0, 0.0], [-1.0, 0.5], [0.0, -1.0]])
    points = (centres[labels] + rng.normal(0, 0.1, (960, 2))).astype("float32")
    gan = ConditionalGAN(3, (2,), 2, 48, 24, seed=0)
    gan.compile(
        generator_optimizer=keras.optimizers.Adam(2e-3, beta_1=0.5),
        discriminator_optimizer=keras.optimizers.Adam(4e-3, beta_1=0.5),
        generator_ema=0.95,
    )
    gan.fit(points, labels, batch_size=64, epochs=25, verbose=0)
    for label, centre in enumerate(centres):  # At most 0.05 to 0.21 off, over 20 seeds.
        samples = gan.generate(200, seed=0, labels=label)
        assert np.linalg.norm(samples.mean(axis=0) - centre) < 0.4
