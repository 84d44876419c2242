"""Keras's random image layers where a gradient must come through them."""

import warnings

import keras
import numpy as np
import pytest
from keras import layers, ops

from kerasgan import penalties
from kerasgan.layers import DiffAugment
from tests.engine.network_checks.networks import compiled, convolution, critic, generator, silent

BACKEND = keras.backend.backend()
ALL = {"value_range": (-1, 1), "seed": 1}
# By backend what is found; no entry where the gradient is right.
IN_PLACE = "it changes its input in place"
NONE = "no gradient comes through it"
FOUND = {
    "brightness": (lambda: layers.RandomBrightness(0.3, **ALL), {"torch": IN_PLACE}),
    "jitter": (
        lambda: layers.RandomColorJitter((-1, 1), 0.3, 0.3, 0.3, 0.1, seed=1),
        {"torch": IN_PLACE, "tensorflow": NONE},
    ),
    "saturation": (lambda: layers.RandomSaturation(0.4, **ALL), {"tensorflow": NONE}),
    "hue": (lambda: layers.RandomHue(0.2, **ALL), {"tensorflow": NONE}),
    "posterization": (
        lambda: layers.RandomPosterization(4, **ALL),
        {"tensorflow": NONE, "torch": NONE, "jax": NONE},
    ),
}
WRONG_ON_TENSORFLOW = {
    "rotation": lambda: layers.RandomRotation(0.1, seed=1),
    "translation": lambda: layers.RandomTranslation(0.2, 0.2, seed=1),
    "zoom": lambda: layers.RandomZoom(0.3, 0.3, seed=1),
}
RIGHT = {
    "flip": lambda: layers.RandomFlip(seed=1),
    "contrast": lambda: layers.RandomContrast(0.3, **ALL),
    "crop": lambda: layers.RandomCrop(6, 6, seed=1),
    "ours": lambda: DiffAugment(seed=1),
}


@pytest.mark.parametrize("name", FOUND)
def test_layers_without_a_gradient_are_refused_in_a_discriminator(name):
    make, found = FOUND[name]
    network = critic(make(), convolution())
    if BACKEND not in found:
        silent(network)
        return
    with pytest.raises(ValueError, match=f"{found[BACKEND]}.*DiffAugment.*'discriminator'"):
        compiled(network)


@pytest.mark.parametrize("name", WRONG_ON_TENSORFLOW)
def test_wrong_gradients_are_told(name):
    network = critic(WRONG_ON_TENSORFLOW[name](), convolution())
    if BACKEND != "tensorflow":
        silent(network)
        return
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        try:  # By how wrong it is with these numbers, it is a warning or a refusal.
            compiled(network)
        except ValueError as error:
            told.append(warnings.WarningMessage(error, UserWarning, "", 0))
    assert any("% off" in str(one.message) for one in told)


@pytest.mark.parametrize("name", RIGHT)
def test_right_gradients_pass_without_a_word(name):
    silent(critic(RIGHT[name](), convolution()))


def test_layers_of_the_data_are_no_matter():
    silent(critic(layers.Rescaling(0.5), convolution()))


def test_outside_a_discriminator_a_missing_gradient_is_a_warning():
    if BACKEND != "tensorflow":
        pytest.skip("only TensorFlow has no gradient here")
    made = generator()
    changed = layers.RandomSaturation(0.4, **ALL)(made.outputs[0])
    with pytest.warns(UserWarning, match="of the generator is made for data"):
        compiled(critic(convolution()), made_by=keras.Model(made.inputs, changed))


def test_a_consistency_penalty_keeps_the_samples_that_it_changes():
    augment = layers.RandomBrightness(0.5, value_range=(-1, 1), seed=1)
    penalty = penalties.Consistency(augment=lambda samples, seed: augment(samples, training=True))
    samples = ops.convert_to_tensor(np.full((2, 4, 4, 1), 0.25, "float32"))
    before, after = penalty.pair(samples, keras.random.SeedGenerator(1))
    assert float(ops.max(ops.abs(samples - 0.25))) == 0.0
    assert float(ops.max(ops.abs(ops.convert_to_tensor(before) - 0.25))) == 0.0
    assert float(ops.max(ops.abs(after - before))) > 0.0
