"""BiGAN's networks, beside the authors' code layer by layer."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasgan import networks

PIXELS, LATENTS, UNITS = 784, 50, 1024
WIDE = UNITS * UNITS


@pytest.mark.parametrize(
    ("build", "parameters"),
    [
        (networks.bigan_generator, 2 * LATENTS * UNITS + WIDE + UNITS * PIXELS),
        (networks.bigan_encoder, PIXELS * UNITS + WIDE + UNITS * LATENTS),
        (networks.bigan_discriminator, PIXELS * UNITS + WIDE + LATENTS * UNITS + UNITS),
    ],
)
def test_defaults_are_the_authors(build, parameters):
    network = build()
    shapes = [weight.shape for weight in network.trainable_weights]
    assert sum(int(np.prod(shape)) for shape in shapes) == parameters
    assert all(len(shape) == 2 for shape in shapes)  # No biases, no gains.
    for weight in network.trainable_weights:
        deviation = 0.0 if "judge" in weight.path else 0.02
        assert np.std(ops.convert_to_numpy(weight)) == pytest.approx(deviation, rel=0.02)


def test_codes_lie_where_latents_do():
    points = np.random.default_rng(0).normal(size=(64, 2)).astype("float32") * 50
    uniform = networks.bigan_encoder((2,), 3, 8, None)
    normal = networks.bigan_encoder((2,), 3, 8, None, latent_distribution="normal")
    normal.set_weights(uniform.get_weights())
    codes, logits = (ops.convert_to_numpy(network(points)) for network in (uniform, normal))
    assert np.abs(codes).max() <= 1.0 < np.abs(logits).max()
    np.testing.assert_allclose(codes, 2 / (1 + np.exp(-logits)) - 1, atol=1e-5)


def test_points_have_biases_and_images_without_normalisation_as_well():
    for shape in ((2,), (8, 8, 1)):
        network = networks.bigan_discriminator(shape, 3, 8, normalization=None)
        assert not any(isinstance(x, keras.layers.BatchNormalization) for x in network.layers)
        assert sum("bias" in weight.path for weight in network.weights) == 3


@pytest.mark.parametrize("build", [networks.bigan_generator, networks.bigan_encoder])
def test_what_cannot_be_built_is_refused(build):
    with pytest.raises(ValueError, match=r'must be "batch" or None. Received: .*"?instance'):
        build((2,), 3, 8, normalization="instance")
    with pytest.raises(ValueError, match="`hidden_units` must be a positive.*hidden_units=0"):
        build((2,), 3, 0)
