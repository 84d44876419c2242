"""`train_on_batch` and `test_on_batch` refuse what `fit` refuses."""

import keras
import numpy as np
import pytest

import kerasgan
from kerasgan.engine.health.nonfinite_error import NonFiniteError
from tests.conformance.catalogue import EAGER
from tests.engine.games import POINTS, assert_equal, state, tiny_gan

BAD = POINTS.copy()
BAD[3, 1] = np.nan
IMAGES = np.zeros((4, 16, 16, 1), "float32")


@pytest.fixture(scope="module")
def gan():
    return tiny_gan(generator_ema=0.9)


@pytest.fixture(scope="module")
def of_images():
    model = kerasgan.models.DCGAN((16, 16, 1), latent_dim=2, base_filters=2)
    model.compile(run_eagerly=EAGER)
    return model


def methods(model):
    return model.train_on_batch, model.test_on_batch


def test_values_that_are_not_finite(gan):
    before = state(gan)
    for method in methods(gan):
        for bad in (BAD, keras.ops.convert_to_tensor(BAD), np.full_like(POINTS, np.inf)):
            with pytest.raises(ValueError, match="not finite"):
                method(bad)
    assert_equal(before, state(gan))


def test_bytes_and_other_ranges(of_images):
    before = state(of_images)
    bytes_ = np.full((4, 16, 16, 1), 255, "uint8")
    for method in methods(of_images):
        for bad in (bytes_, IMAGES + 128, IMAGES - 2):
            with pytest.raises(ValueError, match=r"values in \[-1, 1\]"):
                method(bad)
    assert_equal(before, state(of_images))


@pytest.mark.parametrize(
    ("x", "error", "message"),
    [
        (None, TypeError, "trains on an array.*Received: x=None"),
        (POINTS[:0], ValueError, "holds no samples"),
        (POINTS[:, :1], ValueError, r"samples of shape \(2,\)"),
        ((batch for batch in [POINTS]), TypeError, "A single batch is an array.*generator"),
        (np.array(["a", "b"]), TypeError, "Networks compute with numbers"),
    ],
    ids=["none", "empty", "shape", "generator", "strings"],
)
def test_what_is_no_batch(gan, x, error, message):
    for method in methods(gan):
        with pytest.raises(error, match=message):
            method(x)


def test_arguments_that_no_player_looks_at(gan):
    for method in methods(gan):
        with pytest.raises(ValueError, match="do not use `sample_weight`"):
            method(POINTS, sample_weight=np.ones(8))
    with pytest.raises(ValueError, match="do not use `class_weight`"):
        gan.train_on_batch(POINTS, class_weight={0: 2.0})


def test_values_that_training_makes():
    gan = tiny_gan(generator_optimizer=keras.optimizers.SGD(0.1))
    gan.train_on_batch(POINTS)
    weights = gan.get_weights()
    gan.generator.layers[0].kernel.assign(np.nan * gan.generator.layers[0].kernel)
    for _ in range(2):
        with pytest.raises(NonFiniteError):
            gan.train_on_batch(POINTS)
    gan.set_weights(weights)
    gan.compile(run_eagerly=EAGER)
    gan.train_on_batch(POINTS)


def test_not_compiled():
    gan = kerasgan.models.VanillaGAN((2,), latent_dim=2)
    for method in methods(gan):
        with pytest.raises(ValueError, match="must be compiled"):
            method(POINTS)
