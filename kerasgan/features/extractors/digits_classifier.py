"""The classifier of digits that comes with kerasgan."""

from __future__ import annotations

from pathlib import Path

import keras
from keras import layers

from kerasgan.export import kerasgan_export

SIZE = 32
WEIGHTS = Path(__file__).with_name("digits_classifier.weights.h5")


def digits_classifier() -> keras.Model:
    """The network, untrained: 28 thousand parameters.

    Returns:
        A functional model from images `(batch, 32, 32, 1)` in [-1, 1] to a dict of `"features"`
        `(batch, 64)` and `"probabilities"` `(batch, 10)`.
    """
    # Whatever the global settings are: its numbers are compared with those of other sessions.
    kind = {"dtype": "float32"}
    last = "channels_last"
    kernels = {**kind, "strides": 2, "padding": "same", "activation": "silu"}
    images = keras.Input((SIZE, SIZE, 1), dtype="float32", name="images")
    x = layers.Conv2D(16, 3, **kernels, data_format=last, name="conv1")(images)
    x = layers.Conv2D(20, 3, **kernels, data_format=last, name="conv2")(x)
    x = layers.Conv2D(20, 3, **kernels, data_format=last, name="conv3")(x)
    x = layers.Flatten(**kind, data_format=last, name="flatten")(x)
    features = layers.Dense(64, activation="silu", **kind, name="features")(x)
    # Dropout lies beside the features, not in them.
    dropped = layers.Dropout(0.3, **kind, name="dropout")(features)
    score = layers.Dense(10, activation="softmax", **kind, name="probabilities")
    probabilities = score(dropped)
    outputs = {"features": features, "probabilities": probabilities}
    return keras.Model(images, outputs, name="digits_classifier")


@kerasgan_export
def load_digits_classifier() -> keras.Model:
    """The network with the weights that `benchmarks/train_digits_classifier.py` has trained."""
    model = digits_classifier()
    model.load_weights(WEIGHTS)
    return model
