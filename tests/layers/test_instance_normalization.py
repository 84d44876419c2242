import keras
import numpy as np
import pytest
from keras import ops

from kerasgan.layers import InstanceNormalization

IMAGES = np.random.default_rng(0).normal(2.0, 3.0, size=(3, 6, 8, 4)).astype("float32")


def test_moments_are_zero_and_one():
    layer = InstanceNormalization()
    y = ops.convert_to_numpy(layer(IMAGES))
    np.testing.assert_allclose(y.mean(axis=(1, 2)), 0.0, atol=1e-5)
    np.testing.assert_allclose(y.var(axis=(1, 2)), 1.0, atol=1e-4)
    assert layer.weights == []


def test_gain_and_offset():
    layer = InstanceNormalization(center=True, scale=True)
    layer.build(IMAGES.shape)
    layer.set_weights([np.full(4, 2.0), np.full(4, -1.0)])
    plain = ops.convert_to_numpy(InstanceNormalization()(IMAGES))
    np.testing.assert_allclose(ops.convert_to_numpy(layer(IMAGES)), 2.0 * plain - 1.0, atol=1e-5)


def test_samples_are_independent():
    layer = InstanceNormalization()
    together = ops.convert_to_numpy(layer(IMAGES))
    alone = ops.convert_to_numpy(layer(IMAGES[1:2]))
    np.testing.assert_allclose(together[1:2], alone, atol=1e-6)


def test_trains_within_a_model():
    data = keras.Input((None, None, 4))
    model = keras.Model(data, InstanceNormalization(center=True, scale=True)(data))
    model.compile("sgd", "mse")
    before = model.get_weights()
    model.fit(IMAGES, np.zeros_like(IMAGES) + 0.5, batch_size=2, verbose=0)
    for old, new in zip(before, model.get_weights(), strict=True):
        assert np.all(old != new)


def test_epsilon_must_be_positive():
    with pytest.raises(ValueError, match=r"`epsilon` must be above zero.*Received: epsilon=0"):
        InstanceNormalization(epsilon=0)


def test_channels_must_be_known():
    with pytest.raises(ValueError, match="number of channels must be known"):
        InstanceNormalization().build((None, 8, 8, None))
