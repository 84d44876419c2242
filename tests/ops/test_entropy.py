"""The nearest-neighbour estimate of entropy, against closed forms."""

import math

import keras
import numpy as np
import pytest
from keras import ops
from scipy import stats

from kerasgan.ops.entropy import nearest_neighbour_entropy
from kerasgan.ops.gradients import input_gradients


def estimate(samples, **arguments):
    value = nearest_neighbour_entropy(ops.convert_to_tensor(samples, "float32"), **arguments)
    return float(ops.convert_to_numpy(value))


def test_two_samples_by_hand():
    # d = 1, ρ = 3 for both, n - 1 = 1, V = 2.
    expected = math.log(3.0) + math.log(2.0) + np.euler_gamma
    assert estimate([[0.0], [3.0]]) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("features", [1, 2, 5])
def test_entropy_of_a_gaussian(features, rng):
    scales = np.linspace(0.5, 3.0, features)
    samples = rng.normal(size=(2000, features)) * scales
    truth = stats.multivariate_normal(cov=np.diag(scales**2)).entropy()
    assert estimate(samples) == pytest.approx(truth, abs=0.12)


def test_entropy_on_a_line_in_a_space(rng):
    line = rng.uniform(0.0, 4.0, (1000, 1)) * [[0.6, 0.0, 0.8]]  # A segment of length 4.
    assert estimate(line, dimensions=1) == pytest.approx(math.log(4.0), abs=0.1)


def test_many_features_give_what_few_do(rng):
    # Beyond 32 features distances are found by products.
    samples = rng.normal(size=(300, 20)) + 100.0
    wide = np.concatenate([samples, np.zeros((300, 30))], axis=1)
    assert estimate(wide, dimensions=20) == pytest.approx(estimate(samples), rel=1e-4)


def test_the_gradient_drives_neighbours_apart():
    samples = ops.convert_to_tensor([[0.0, 0.0], [0.5, 0.0], [4.0, 0.0]], "float32")
    slope = ops.convert_to_numpy(input_gradients(nearest_neighbour_entropy, samples))
    # 2 / 3 · Σ log ρ, where ρ = 0.5, 0.5 and 3.5.
    expected = [[-4.0, 0.0], [4.0 - 1 / 3.5, 0.0], [1 / 3.5, 0.0]]
    np.testing.assert_allclose(slope, np.array(expected) * 2 / 3, rtol=1e-4)


@pytest.mark.parametrize("samples", [[[1.0, 2.0]], [[1.0, 2.0]] * 3])
def test_single_and_equal_samples_are_finite_without_a_slope(samples):
    samples = ops.convert_to_tensor(samples, "float32")
    assert np.isfinite(estimate(samples))
    slope = ops.convert_to_numpy(input_gradients(nearest_neighbour_entropy, samples))
    np.testing.assert_array_equal(slope, np.zeros_like(slope))


def test_batches_of_unknown_size():
    if keras.backend.backend() != "tensorflow":
        pytest.skip("the other backends know all sizes")
    import tensorflow as tf

    entropy = tf.function(
        nearest_neighbour_entropy, input_signature=[tf.TensorSpec((None, 1), "float32")]
    )
    assert float(entropy([[0.0], [3.0]])) == pytest.approx(estimate([[0.0], [3.0]]))
