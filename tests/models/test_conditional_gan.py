"""The conditional GAN: its networks' sizes, and samples by class."""

import keras
import numpy as np
import pytest

from kerasgan.models import ConditionalGAN

once = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="the same on all")


def test_parameter_counts():
    gan = ConditionalGAN()
    hidden = 100 * 200 + 200 + 10 * 1000 + 1000 + 1200 * 1200 + 1200
    assert gan.generator.count_params() == hidden + 1200 * 784 + 784
    pieces = 5 * (784 * 240 + 240) + 5 * (10 * 50 + 50) + 4 * (290 * 240 + 240)
    assert gan.discriminator.count_params() == pieces + 240 + 1


@once
def test_arguments_that_cannot_be():
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
