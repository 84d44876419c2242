"""The auxiliary classifier GAN: what both players are told of classes."""

import numpy as np
import pytest
from keras import ops

from kerasgan.models import AuxiliaryClassifierGAN
from kerasgan.networks import acgan_discriminator, acgan_generator


def array(tensor):
    return ops.convert_to_numpy(tensor)


def test_parameter_counts():
    generator = 110 * 6144 + 6144 + 25 * (384 * 192 + 192 * 96 + 96 * 3) + 3 + 4 * (192 + 96)
    assert acgan_generator().count_params() == generator
    widths = [3, 16, 32, 64, 128, 256, 512]
    convolutions = 9 * sum(a * b for a, b in zip(widths, widths[1:], strict=False)) + 16
    heads = 4 * 4 * 512 * 11 + 11
    assert acgan_discriminator().count_params() == convolutions + 4 * sum(widths[2:]) + heads


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
