import numpy as np
import pytest
from keras import ops

from kerasgan.layers import Maxout

VECTORS = np.random.default_rng(0).normal(size=(4, 3)).astype("float32")


def test_equals_the_largest_piece():
    layer = Maxout(2, pieces=3, kernel_initializer="normal", bias_initializer="normal")
    outputs = ops.convert_to_numpy(layer(VECTORS))
    kernel, bias = layer.get_weights()
    pieces = (VECTORS @ kernel + bias).reshape(4, 2, 3)
    np.testing.assert_allclose(outputs, pieces.max(axis=-1), atol=1e-6)


def test_learns_the_absolute_value_by_hand():
    layer = Maxout(1, pieces=2, use_bias=False)
    layer.build((None, 1))
    layer.set_weights([np.array([[1.0, -1.0]])])
    x = np.array([[-3.0], [0.5]], "float32")
    np.testing.assert_array_equal(ops.convert_to_numpy(layer(x)), np.abs(x))


def test_leading_axes_are_kept():
    assert tuple(Maxout(5, 2)(np.zeros((2, 7, 3), "float32")).shape) == (2, 7, 5)


@pytest.mark.parametrize("argument", ["units", "pieces"])
@pytest.mark.parametrize("value", [0, -1, 2.0, True])
def test_units_and_pieces_must_be_positive_integers(argument, value):
    with pytest.raises(ValueError, match=f"`{argument}` must be a positive integer. Received"):
        Maxout(**{"units": 2, argument: value})
