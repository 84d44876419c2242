import keras
import numpy as np
import pytest
from keras import ops

from kerasgan.layers import ReflectionPadding2D
from kerasgan.ops.gradients import input_gradients

IMAGES = np.random.default_rng(0).normal(size=(2, 5, 6, 3)).astype("float32")


@pytest.mark.parametrize("padding", [0, 1, 3, (2, 0), (1, 4)])
def test_equals_numpy(padding):
    height, width = padding if isinstance(padding, tuple) else (padding, padding)
    expected = np.pad(IMAGES, ((0, 0), (height,) * 2, (width,) * 2, (0, 0)), mode="reflect")
    outputs = ops.convert_to_numpy(ReflectionPadding2D(padding)(IMAGES))
    np.testing.assert_array_equal(outputs, expected)


@pytest.mark.parametrize("dtype", ["float32", "mixed_float16", "mixed_bfloat16"])
def test_gradient_counts_how_often_a_pixel_is_seen(dtype):
    padding = ReflectionPadding2D(2, dtype=dtype)
    x = ops.convert_to_tensor(IMAGES)
    if keras.backend.backend() == "torch":
        x.requires_grad_(True)
    gradient = input_gradients(lambda z: ops.sum(ops.cast(padding(z), "float32")), x)
    # Rows 1 and 2 are mirrored at the top, 2 and 3 at the bottom; likewise columns.
    rows = np.array([1, 2, 3, 2, 1], "float32")
    columns = np.array([1, 2, 2, 2, 2, 1], "float32")
    expected = np.broadcast_to(np.outer(rows, columns)[None, :, :, None], IMAGES.shape)
    np.testing.assert_array_equal(ops.convert_to_numpy(gradient), expected)


@pytest.mark.parametrize("padding", [-1, 1.5, (1, 2, 3), "same", True, (True, 1)])
def test_padding_must_be_one_or_two_integers(padding):
    with pytest.raises(ValueError, match="must be an integer from 0 up, or a pair"):
        ReflectionPadding2D(padding)


def test_image_must_be_larger_than_padding():
    with pytest.raises(ValueError, match="images larger than the padding"):
        ReflectionPadding2D(5)(IMAGES)
