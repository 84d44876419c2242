"""Keras's layer is the measure: results, statistics, gradients and training are its own."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasgan.layers import BatchNormalization

SHAPES = [(8, 5), (4, 6, 5, 3), (1, 4, 4, 2), (1, 1, 1, 3), (1, 3), (2, 3, 4, 2, 2)]


def both(shape, **arguments):
    """Keras's layer and ours with equal weights, none of them zero or one."""
    pair = keras.layers.BatchNormalization(**arguments), BatchNormalization(**arguments)
    for layer in pair:
        layer.build(shape)
        values = np.random.default_rng(1)
        layer.set_weights([values.uniform(0.5, 1.5, w.shape) for w in layer.weights])
    return pair


def as_array(x):
    return ops.convert_to_numpy(ops.cast(x, "float32"))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("arguments", [{}, {"center": False}, {"scale": False, "epsilon": 1e-5}])
@pytest.mark.parametrize("dtype", ["float32", "mixed_bfloat16", "mixed_float16"])
def test_as_keras(shape, arguments, dtype, rng):
    theirs, ours = both(shape, dtype=dtype, **arguments)
    x = rng.normal(3.0, 2.0, shape).astype("float32")
    for training in (True, False):
        expected, found = theirs(x, training=training), ours(x, training=training)
        assert keras.backend.standardize_dtype(found.dtype) == theirs.compute_dtype
        tolerance = 1e-5 if dtype == "float32" else 2e-2
        np.testing.assert_allclose(as_array(found), as_array(expected), atol=tolerance)
    for found, expected in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-5)


@pytest.mark.parametrize("arguments", [{"axis": 1}, {"axis": -1}, {"trainable": False}])
def test_what_the_kernels_cannot_do_is_kerass(arguments, rng):
    theirs, ours = both((4, 3, 2), **arguments)
    x = rng.normal(size=(4, 3, 2)).astype("float32")
    mask = np.array([[True, True, False]] * 4)
    for given in (None, mask if arguments.get("axis", -1) == -1 else None):
        expected = theirs(x, training=True, mask=given)
        np.testing.assert_allclose(
            as_array(ours(x, training=True, mask=given)), as_array(expected), atol=1e-5
        )


@pytest.mark.parametrize("shape", [(16, 4), (8, 5, 4, 3)])
def test_trains_as_keras(shape, rng):
    x = rng.normal(2.0, 3.0, shape).astype("float32")
    trained = []
    for layer in both(shape):
        inputs = keras.Input(shape[1:])
        model = keras.Model(inputs, layer(keras.layers.Dense(shape[-1], "tanh")(inputs)))
        model.set_weights([np.full(w.shape, 0.3) + 0.1 * i for i, w in enumerate(model.weights)])
        model.compile(keras.optimizers.SGD(0.1), "mse")
        model.fit(x, np.ones_like(x), batch_size=4, epochs=3, shuffle=False, verbose=0)
        trained.append(model.get_weights())
    for expected, found in zip(*trained, strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-4)


@pytest.mark.parametrize("mean", [100.0, 1_000.0, 10_000.0])
def test_the_variance_survives_a_large_mean(mean, rng):
    x = rng.normal(mean, 3.0, (512, 4)).astype("float32")
    layer = BatchNormalization(momentum=0.0)
    y = as_array(layer(x, training=True))
    found = as_array(layer.moving_variance)
    np.testing.assert_allclose(found, x.astype("float64").var(0), rtol=1e-3)
    np.testing.assert_allclose(y.std(0), 1.0, atol=1e-2)


def test_weights_and_files_are_exchanged_with_kerass(tmp_path):
    for first, second in (both((4, 3)), both((4, 3))[::-1]):
        models = []
        for layer in (first, second):
            inputs = keras.Input((3,))
            models.append(keras.Model(inputs, layer(inputs)))
        models[0].set_weights([w + 0.5 for w in models[0].get_weights()])
        models[0].save_weights(tmp_path / "it.weights.h5")
        models[1].load_weights(tmp_path / "it.weights.h5")
        for expected, found in zip(*(m.get_weights() for m in models), strict=True):
            np.testing.assert_array_equal(found, expected)
