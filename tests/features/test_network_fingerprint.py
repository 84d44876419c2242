"""The word that tells extractors apart: what it changes with, and what it does not."""

import keras
import numpy as np
import pytest
from keras import layers

import kerasgan
from kerasgan.features.extractors.network_fingerprint import foreign_code
from kerasgan.metrics import FeatureExtractor, get_extractor


def convolution(**arguments):
    return layers.Conv2D(2, 3, kernel_initializer="ones", **arguments)


def model(*steps, size=8, dtype=None, name="network"):
    inputs = x = keras.Input((size, size, 1), dtype=dtype)
    for step in steps:
        x = step(x)
    return keras.Model(inputs, x, name=name)


def word(*steps, resize=None, **arguments):
    return get_extractor(model(*steps, **arguments), resize=resize).fingerprint()


def branches(first, second):
    inputs = keras.Input((8, 8, 1))
    left, right = layers.ReLU()(inputs), layers.Softmax(axis=1)(inputs)
    tensors = {"left": left, "right": right}
    return get_extractor(
        keras.Model(inputs, tensors[first] - tensors[second], name="network")
    ).fingerprint()


class Subclassed(keras.Model):
    def __init__(self, pool, **arguments):
        super().__init__(**arguments)
        self.pool = pool

    def call(self, inputs):
        return self.pool(inputs)


def subclassed(pool):
    return get_extractor(Subclassed(pool, name="network")).fingerprint()


class Scaled(layers.Layer):
    def __init__(self, scale=1.0):
        super().__init__()
        self.scale = scale

    def call(self, inputs):
        return self.scale * inputs


class Halved(layers.Layer):
    def call(self, inputs):
        return inputs / 2


def swish(x):
    return x * keras.ops.sigmoid(x)


def relu(x):  # Keras's has the same name.
    return keras.ops.maximum(x, -1.0)


OTHERS = {
    "as it is": lambda: word(convolution()),
    "scale": lambda: word(layers.Rescaling(2.0), convolution()),
    "another scale": lambda: word(layers.Rescaling(3.0), convolution()),
    "offset": lambda: word(layers.Rescaling(2.0, 1.0), convolution()),
    "activation": lambda: word(convolution(activation="relu")),
    "own activation": lambda: word(convolution(activation=relu)),
    "another own activation": lambda: word(convolution(activation=swish)),
    "activation after": lambda: word(convolution(), layers.ReLU()),
    "padding": lambda: word(convolution(padding="same")),
    "strides": lambda: word(convolution(strides=2)),
    "mean": lambda: word(convolution(), layers.GlobalAveragePooling2D()),
    "maximum": lambda: word(convolution(), layers.GlobalMaxPooling2D()),
    "operation": lambda: word(convolution(), lambda x: x * 2.0),
    "another operation": lambda: word(convolution(), lambda x: x * 3.0),
    "order": lambda: word(convolution(), layers.Rescaling(2.0)),
    "size": lambda: word(convolution(), size=9),
    "mode": lambda: word(convolution(), resize="legacy_pytorch"),
    "name": lambda: word(convolution(), name="other"),
    "policy": lambda: word(convolution(dtype="mixed_bfloat16")),
    "epsilon": lambda: word(layers.BatchNormalization(epsilon=0.1)),
    "another epsilon": lambda: word(layers.BatchNormalization(epsilon=0.2)),
    "depth of a nested network": lambda: word(keras.Sequential([convolution(), layers.ReLU()])),
    "rate of a nested network": lambda: word(keras.Sequential([convolution(), layers.LeakyReLU()])),
    "left minus right": lambda: branches("left", "right"),
    "right minus left": lambda: branches("right", "left"),
    "own layer": lambda: word(Scaled(2.0)),
    "its argument": lambda: word(Scaled(3.0)),
    "another own layer": lambda: word(Halved()),
    "lambda": lambda: word(layers.Lambda(lambda x: 2.0 * x)),
    "another lambda": lambda: word(layers.Lambda(lambda x: 3.0 * x)),
    "own model": lambda: subclassed(layers.AveragePooling2D(2)),
    "its layer": lambda: subclassed(layers.MaxPooling2D(2)),
    "its layer's size": lambda: subclassed(layers.MaxPooling2D(3)),
}


def test_it_changes_with_all_that_features_depend_on():
    words = {name: make() for name, make in OTHERS.items()}
    assert not [(a, b) for a in words for b in words if a < b and words[a] == words[b]]


@pytest.mark.parametrize("name", OTHERS)
def test_it_is_the_same_of_a_network_that_is_built_again(name):
    first = OTHERS[name]()
    keras.Sequential([keras.Input((1,)), layers.Dense(1)])  # Moves on the names that Keras gives.
    assert len({first, *(OTHERS[name]() for _ in range(3))}) == 1 and len(first) == 16


def test_it_changes_with_the_layer_that_is_taken():
    whole = model(convolution(), layers.ReLU(), layers.ReLU())
    parts = [keras.Model(whole.input, layer.output, name="network") for layer in whole.layers[1:]]
    assert len({get_extractor(part).fingerprint() for part in parts}) == 3


@pytest.mark.parametrize("change", ["kernel", "bias", "moving_mean", "rescaling"])
def test_it_changes_with_what_is_changed_in_place(change):
    rescaling, convolve, norm = layers.Rescaling(1.0), convolution(), layers.BatchNormalization()
    extractor = get_extractor(model(rescaling, convolve, norm))
    before = extractor.fingerprint()
    extractor.model.compile("adam", "mse")  # This changes no feature.
    assert extractor.fingerprint() == before
    if change == "rescaling":
        rescaling.scale = 2.0
    else:
        variable = getattr(norm if change == "moving_mean" else convolve, change)
        variable.assign(variable + 1e-3)
    assert extractor.fingerprint() != before


def test_it_changes_with_what_is_done_around_the_network():
    network = model(convolution())
    size = {"prepare": lambda images: images[:, :4]}
    others = [
        FeatureExtractor("network", network, model=network),
        FeatureExtractor("network", network, model=network, **size),
        FeatureExtractor("network", network, lambda images: -images, model=network),
        FeatureExtractor("network", lambda images: 2.0 * network(images), model=network),
        get_extractor(network),
        get_extractor(network, resize="legacy_tensorflow"),
    ]
    assert len({extractor.fingerprint() for extractor in others}) == len(others)


def test_a_function_has_none():
    assert get_extractor(np.tanh).fingerprint() is None


def test_code_without_a_source_is_known_by_its_bytes():
    def of(times):
        scope = {"layers": layers, "word": word}
        exec(f"made = word(layers.Lambda(lambda x: {times} * x))", scope)
        return scope["made"]

    assert len({of(2.0), of(2.0), of(2.0)}) == 1
    assert len({of(2.0), of(3.0), of(-1.0)}) == 3


def test_networks_of_keras_and_kerasgan_alone_hold_no_foreign_code():
    clipped = layers.Dense(1, kernel_constraint=kerasgan.constraints.WeightClipping(0.1))
    for steps in ((convolution(), lambda x: x * 2.0), (kerasgan.layers.Maxout(2, 3), clipped)):
        extractor = get_extractor(model(*steps))
        assert not foreign_code(extractor.model, [extractor.prepare, extractor.function])
    assert Halved in foreign_code(model(Halved()), [])
