"""SNGAN: sizes, recipe, and images by class."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasgan import losses
from kerasgan.models import SNGAN
from tests.conformance.catalogue import EAGER
from tests.models.test_parameter_counts import trainable

IMAGES = np.random.default_rng(0).uniform(-1, 1, (10, 16, 16, 1)).astype("float32")
once = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="the same on all")


def tiny(**arguments):
    return SNGAN((16, 16, 1), **{"latent_dim": 2, "base_filters": 1, "seed": 0, **arguments})


@once
@pytest.mark.parametrize(
    ("arguments", "generator", "discriminator"),
    [
        # github.com/kwotsin/mimicry counts these: sngan_32, cgan_pd_32.
        ({}, 4_276_739, 1_053_825),
        ({"num_classes": 10}, 4_304_387, 1_055_105),
    ],
)
def test_parameters(arguments, generator, discriminator):
    gan = SNGAN(**arguments)
    assert (trainable(gan.generator), trainable(gan.discriminator)) == (generator, discriminator)


@once
@pytest.mark.parametrize(("size", "start"), [(32, 4), (48, 6)])
def test_parameters_of_the_convolutional_networks(size, start):
    gan = SNGAN((size, size, 3), network="cnn")
    # Table 3 of the paper, with biases, and two values a channel for batch normalisation.
    grid = start * start * 512
    generator = (
        129 * grid + 2 * 512 + 16 * (512 * 256 + 256 * 128 + 128 * 64) + 3 * (256 + 128 + 64)
    )
    generator += 9 * 64 * 3 + 3
    discriminator = sum(
        kernel**2 * before * after + after
        for kernel, before, after in [
            (3, 3, 64),
            (4, 64, 64),
            (3, 64, 128),
            (4, 128, 128),
            (3, 128, 256),
            (4, 256, 256),
            (3, 256, 512),
        ]
    )
    assert trainable(gan.generator) == generator
    assert trainable(gan.discriminator) == discriminator + grid + 1


def test_the_recipe_is_the_authors():
    recipe = tiny().recipe()
    rules = recipe.rules
    assert (type(rules.loss), rules.parts, rules.penalties) == (losses.Hinge, 5, [])
    for optimizer in recipe.optimizers.values():
        assert float(optimizer.learning_rate) == pytest.approx(2e-4)
        assert (optimizer.beta_1, optimizer.beta_2) == (0.0, 0.9)


@once
@pytest.mark.parametrize("num_classes", [None, 3])
def test_the_power_iteration_goes_on_in_training_and_rests_in_use(num_classes):
    gan = tiny(num_classes=num_classes)
    gan.compile(discriminator_steps=1, run_eagerly=EAGER)
    layers = [x for x in gan.discriminator.layers if hasattr(x, "power_iterations")]
    assert len(layers) == 8 + (num_classes is not None)
    wide = [layer for layer in layers if layer.vector.shape[0] > 1]
    before = [ops.convert_to_numpy(layer.vector) for layer in wide]
    labels = [] if num_classes is None else [np.arange(10) % num_classes]
    gan.evaluate(IMAGES, *labels, verbose=0)
    for layer, vector in zip(wide, before, strict=True):
        np.testing.assert_array_equal(ops.convert_to_numpy(layer.vector), vector)
    gan.fit(IMAGES, *labels, batch_size=10, verbose=0)
    for layer, vector in zip(wide, before, strict=True):
        assert np.any(ops.convert_to_numpy(layer.vector) != vector), layer.name


def test_classes_differ_in_gains_and_in_scores():
    gan = tiny(num_classes=3)
    latents = np.ones((3, 2), "float32")
    labels = np.arange(3, dtype="int32")
    alike = gan.generator.predict_on_batch([latents, labels])
    np.testing.assert_allclose(alike[0], alike[1], atol=1e-6)  # Gains start equal.
    norm = gan.generator.get_layer("up1_norm1")
    norm.offsets.assign([[0.0, 0.0], [1.0, -1.0], [2.0, 3.0]])
    images = gan.generator.predict_on_batch([latents, labels])
    assert np.abs(images[0] - images[1]).max() > 1e-4 < np.abs(images[1] - images[2]).max()
    scores = gan.discriminator.predict_on_batch([np.repeat(IMAGES[:1], 3, axis=0), labels])
    assert len(np.unique(scores.round(7))) == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"network": "vgg"}, r"`network` must be 'resnet' or 'cnn'. Received: network='vgg'"),
        ({"network": "cnn", "num_classes": 3}, r"residual networks.*network='cnn', num_classes=3"),
        ({"num_classes": 0}, r"`num_classes` must be a positive integer. Received: num_classes=0"),
        ({"base_filters": 0}, r"`base_filters` must be a positive integer"),
    ],
)
def test_errors(arguments, message):
    with pytest.raises(ValueError, match=message):
        tiny(**arguments)
