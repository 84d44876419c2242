import numpy as np
import pytest
from keras import ops

from kerasgan.ops import kernels


@pytest.mark.parametrize("features", [1, 32, 33, 200])
def test_squared_distances(features, rng):
    x, y = rng.normal(50.0, 1.0, (6, features)), rng.normal(51.0, 1.0, (4, features))
    expected = ((x[:, None] - y) ** 2).sum(-1)
    distances = kernels.squared_distances(x.astype("float32"), y.astype("float32"))
    np.testing.assert_allclose(ops.convert_to_numpy(distances), expected, rtol=1e-4)


@pytest.mark.parametrize("features", [3, 100])
def test_a_vectors_distance_to_itself(features, rng):
    x = rng.normal(0.0, 1.0, (6, features)).astype("float32")
    distances = ops.convert_to_numpy(kernels.squared_distances(x, x))
    assert np.all(distances >= 0.0)
    np.testing.assert_allclose(np.diagonal(distances), 0.0, atol=1e-4)


@pytest.mark.parametrize("distance", [0.0, 1e-3, 2.0, 1e8])
def test_kernels(distance):
    tensor = np.array([distance], "float32")
    expected = np.exp(-distance / (2 * 0.5**2)) + np.exp(-distance / (2 * 3.0**2))
    value = ops.convert_to_numpy(kernels.gaussian(tensor, (0.5, 3.0)))
    np.testing.assert_allclose(value, expected, rtol=1e-5)
    expected = (1 + distance / 0.4) ** -0.2 + (1 + distance / 10.0) ** -5.0
    value = ops.convert_to_numpy(kernels.rational_quadratic(tensor, (0.2, 5.0)))
    np.testing.assert_allclose(value, expected, rtol=1e-5)
