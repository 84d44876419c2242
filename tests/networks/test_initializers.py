import numpy as np
import pytest
from keras import ops

from kerasgan.networks import normal_initialization, scaled_uniform_initialization


def draw(initialization, shape):
    return ops.convert_to_numpy(initialization(shape)(shape))


def test_normal():
    kernel = draw(normal_initialization, (5, 5, 64, 64))
    assert abs(kernel.mean()) < 5e-4
    assert kernel.std() == pytest.approx(0.02, rel=0.02)
    gains = draw(normal_initialization, (4096,))
    assert gains.mean() == pytest.approx(1.0, abs=0.002)
    assert gains.std() == pytest.approx(0.02, rel=0.1)


def test_scaled_uniform():
    # A convolution (stride 2): fans 32 * 25 and 64 * 25 / 4.
    kernel = draw(scaled_uniform_initialization, (5, 5, 32, 64))
    variance = 4.0 / (32 * 25 + 64 * 25 / 4)
    assert kernel.std() == pytest.approx(variance**0.5, rel=0.02)
    assert np.abs(kernel).max() <= (3 * variance) ** 0.5
    dense = draw(scaled_uniform_initialization, (128, 512))
    assert dense.std() == pytest.approx((2.0 / (128 + 512)) ** 0.5, rel=0.02)
    np.testing.assert_array_equal(draw(scaled_uniform_initialization, (8,)), 1.0)


def test_each_call_draws_anew():
    for initialization in (normal_initialization, scaled_uniform_initialization):
        first, second = (draw(initialization, (4, 4)) for _ in range(2))
        assert np.abs(first - second).max() > 1e-3
