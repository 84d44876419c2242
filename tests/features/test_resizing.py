import keras
import numpy as np
import pytest
from PIL import Image

from kerasgan.metrics import resize_images

pytestmark = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="NumPy only")
IMAGES = np.random.default_rng(0).uniform(-1, 1, (2, 20, 30, 3)).astype("float32")
SIZES = [(45, 70), (8, 12), (20, 11), (20, 30)]


@pytest.mark.parametrize("size", SIZES)
def test_clean_is_pillows_bicubic_interpolation_of_floats_cut_at_the_range(size):
    found = resize_images(IMAGES, size, "clean")
    for image, resized in zip(IMAGES, found, strict=True):
        for channel in range(3):
            plane = Image.fromarray(image[..., channel])
            expected = np.asarray(plane.resize(size[::-1], Image.Resampling.BICUBIC))
            np.testing.assert_allclose(resized[..., channel], expected.clip(-1, 1), atol=2e-6)


@pytest.mark.parametrize("size", SIZES)
def test_legacy_tensorflow_is_its_bilinear_interpolation(size):
    import tensorflow as tf

    expected = tf.compat.v1.image.resize_bilinear(IMAGES, size).numpy()
    found = resize_images(IMAGES, size, "legacy_tensorflow")
    np.testing.assert_allclose(found, expected, atol=2e-6)


def test_legacy_pytorch_is_bilinear_between_centres():
    row = np.array([0.0, 1.0, -1.0, 0.5], "float32").reshape(1, 1, 4, 1)
    found = resize_images(row, (1, 8), "legacy_pytorch").ravel()
    np.testing.assert_allclose(found, [0, 0.25, 0.75, 0.5, -0.5, -0.625, 0.125, 0.5], atol=1e-6)
    # Made smaller, it skips pixels, and a pattern disappears.
    stripes = np.tile(np.array([1.0, 0.0, 1.0, 0.0, 0.0, 0.0], "float32"), 4).reshape(1, 1, 24, 1)
    found = resize_images(stripes, (1, 8), "legacy_pytorch").ravel()
    np.testing.assert_allclose(found, [0, 0] * 4, atol=1e-6)


def test_an_unknown_mode_is_refused():
    with pytest.raises(ValueError, match="'legacy_pytorch'.*Received: resize='bicubic'"):
        resize_images(IMAGES, (8, 8), "bicubic")
