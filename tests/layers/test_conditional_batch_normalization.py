"""Batch normalisation by class."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasgan.layers import ConditionalBatchNormalization

RNG = np.random.default_rng(0)
X = RNG.normal(2.0, 3.0, (6, 4, 4, 2)).astype("float32")
LABELS = np.array([0, 2, 1, 2, 0, 2], "int32")
GAINS = np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 0.0]], "float32")
OFFSETS = np.array([[0.0, 1.0], [-2.0, 0.0], [4.0, 5.0]], "float32")


def with_tables(**arguments):
    layer = ConditionalBatchNormalization(3, **arguments)
    layer.build([X.shape, LABELS.shape])
    layer.gains.assign(GAINS)
    layer.offsets.assign(OFFSETS)
    return layer


def numpy(tensor):
    return ops.convert_to_numpy(ops.cast(tensor, "float32"))


def test_values_and_moving_averages():
    layer = with_tables(momentum=0.75, epsilon=1e-3)
    mean, variance = X.mean((0, 1, 2)), X.var((0, 1, 2))
    gains, offsets = GAINS[LABELS][:, None, None], OFFSETS[LABELS][:, None, None]
    expected = (X - mean) / np.sqrt(variance + 1e-3) * gains + offsets
    np.testing.assert_allclose(numpy(layer([X, LABELS], training=True)), expected, atol=1e-5)
    mean, variance = 0.25 * mean, 0.75 + 0.25 * variance
    expected = (X - mean) / np.sqrt(variance + 1e-3) * gains + offsets
    np.testing.assert_allclose(numpy(layer([X, LABELS])), expected, atol=1e-5)


def test_vectors_have_no_places_to_share_the_gains():
    x = X[:, 0, 0]
    layer = ConditionalBatchNormalization(3)
    layer.build([x.shape, LABELS.shape])
    layer.gains.assign(GAINS)
    layer.offsets.assign(OFFSETS)
    expected = (x - x.mean(0)) / np.sqrt(x.var(0) + 1e-5) * GAINS[LABELS] + OFFSETS[LABELS]
    np.testing.assert_allclose(numpy(layer([x, LABELS], training=True)), expected, atol=1e-5)


def test_it_starts_as_plain_batch_normalization():
    plain = keras.layers.BatchNormalization(momentum=0.9, epsilon=1e-5)
    ours = ConditionalBatchNormalization(3)([X, LABELS], training=True)
    np.testing.assert_allclose(numpy(ours), numpy(plain(X, training=True)), atol=1e-6)


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_mixed_precision(policy):
    layer = with_tables(dtype=policy)
    outputs = layer([X, LABELS], training=True)
    assert keras.backend.standardize_dtype(outputs.dtype) == policy.removeprefix("mixed_")
    assert all(weight.dtype == "float32" for weight in layer.weights)
    exact = with_tables()([X, LABELS], training=True)
    np.testing.assert_allclose(
        numpy(outputs), numpy(exact), atol=0.01 if policy == "mixed_float16" else 0.1
    )


def test_saves_and_loads_in_a_model(tmp_path):
    inputs = [keras.Input(X.shape[1:]), keras.Input((), dtype="int32")]
    outputs = ConditionalBatchNormalization(3, momentum=0.5, epsilon=1e-2, name="it")(inputs)
    assert outputs.shape == (None, *X.shape[1:])
    model = keras.Model(inputs, outputs)
    model.get_layer("it").gains.assign(GAINS)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    config = loaded.get_layer("it").get_config()
    assert (config["num_classes"], config["momentum"], config["epsilon"]) == (3, 0.5, 1e-2)
    np.testing.assert_array_equal(numpy(loaded([X, LABELS])), numpy(model([X, LABELS])))


@pytest.mark.parametrize("num_classes", [0, 2.0, True, None])
def test_the_number_of_classes_is_checked(num_classes):
    with pytest.raises(ValueError, match=rf"positive integer. Received: num_classes={num_classes}"):
        ConditionalBatchNormalization(num_classes)


def test_labels_are_needed():
    with pytest.raises(ValueError, match=r"\[features, labels\]. Received: input_shape=\(6, 4, 4"):
        ConditionalBatchNormalization(3)(X)
