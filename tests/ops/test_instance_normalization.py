import keras
import numpy as np
import pytest
from keras import ops

from kerasgan.ops.gradients import input_gradients
from kerasgan.ops.instance_normalization import instance_normalization

IMAGES = np.random.default_rng(0).normal(3.0, 2.0, size=(5, 6, 7, 4)).astype("float32")
SCALE = np.array([1.0, 2.0, -1.0, 0.5], "float32")
OFFSET = np.array([0.0, 1.0, -3.0, 2.0], "float32")


def reference(x, epsilon=1e-5):
    mean = x.mean(axis=(1, 2), keepdims=True)
    return (x - mean) / np.sqrt(x.var(axis=(1, 2), keepdims=True) + epsilon)


def plain(x):
    mean, variance = ops.moments(x, axes=(1, 2), keepdims=True)
    return (x - mean) / ops.sqrt(variance + 1e-5)


def to_numpy(x):
    return ops.convert_to_numpy(ops.cast(x, "float32"))


@pytest.mark.parametrize("batch", [1, 2, 5])
@pytest.mark.parametrize("epsilon", [1e-5, 1e-6, 0.1])
def test_equals_numpy(batch, epsilon):
    x = IMAGES[:batch]
    y = instance_normalization(ops.convert_to_tensor(x), epsilon)
    np.testing.assert_allclose(to_numpy(y), reference(x, epsilon), atol=2e-6)


def test_epsilon_of_any_size_counts():
    x = IMAGES[:1] * 1e-4
    y = instance_normalization(ops.convert_to_tensor(x), 1e-8)
    np.testing.assert_allclose(to_numpy(y), reference(x, 1e-8), atol=1e-4)


@pytest.mark.parametrize("batch", [1, 2, 5])
def test_scale_and_offset(batch):
    x = IMAGES[:batch]
    y = instance_normalization(ops.convert_to_tensor(x), scale=SCALE, offset=OFFSET)
    np.testing.assert_allclose(to_numpy(y), reference(x) * SCALE + OFFSET, atol=5e-6)


@pytest.mark.parametrize("batch", [1, 2, 5])
@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_precision(batch, dtype):
    x = ops.cast(IMAGES[:batch], dtype)
    y = instance_normalization(x)
    assert keras.backend.standardize_dtype(y.dtype) == dtype
    tolerance = 2e-3 if dtype == "float16" else 2e-2
    np.testing.assert_allclose(to_numpy(y), reference(to_numpy(x)), atol=tolerance)


def leaf(x):
    """A tensor that gradients can be taken for, on every backend."""
    x = ops.convert_to_tensor(x)
    return x.clone().requires_grad_(True) if keras.backend.backend() == "torch" else x


@pytest.mark.parametrize("batch", [1, 2, 5])
def test_gradient_equals_that_of_the_formula(batch):
    weights = ops.convert_to_tensor(
        np.random.default_rng(1).random(IMAGES[:batch].shape, "float32")
    )
    ours = input_gradients(
        lambda x: ops.sum(weights * instance_normalization(x)), leaf(IMAGES[:batch])
    )
    expected = input_gradients(lambda x: ops.sum(weights * plain(x)), leaf(IMAGES[:batch]))
    np.testing.assert_allclose(to_numpy(ours), to_numpy(expected), atol=1e-6)
    assert np.abs(to_numpy(expected)).max() > 0.1


@pytest.mark.parametrize("batch", [1, 2, 5])
def test_second_gradient_equals_that_of_the_formula(batch):
    def squared_gradient(normalize):
        def penalty(x):
            gradient = input_gradients(lambda z: ops.sum(ops.sin(normalize(z))), x)
            return ops.sum(ops.square(gradient))

        return to_numpy(input_gradients(penalty, leaf(IMAGES[:batch])))

    expected = squared_gradient(plain)
    np.testing.assert_allclose(squared_gradient(instance_normalization), expected, atol=5e-6)
    assert np.abs(expected).max() > 0.01


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="about tf.function")
@pytest.mark.parametrize("jit_compile", [False, True])
@pytest.mark.parametrize("batch", [1, 2, 5])
def test_in_a_tf_function_with_unknown_sizes(batch, jit_compile):
    import tensorflow as tf

    @tf.function(
        jit_compile=jit_compile, input_signature=[tf.TensorSpec((None, None, None, 4), tf.float32)]
    )
    def run(x):
        y = instance_normalization(x)
        return y, tf.gradients(tf.reduce_sum(tf.sin(y)), x)[0]

    y, gradient = run(IMAGES[:batch])
    expected = input_gradients(lambda x: ops.sum(ops.sin(plain(x))), leaf(IMAGES[:batch]))
    np.testing.assert_allclose(y, reference(IMAGES[:batch]), atol=2e-6)
    np.testing.assert_allclose(gradient, expected, atol=2e-6)
