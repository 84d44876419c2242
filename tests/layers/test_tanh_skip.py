import keras
import numpy as np
import pytest
from keras import ops

from kerasgan.layers import TanhSkip

IMAGES = np.random.default_rng(0).uniform(-1, 1, (2, 4, 5, 3)).astype("float32")


def test_without_a_change_it_is_the_image():
    found = ops.convert_to_numpy(TanhSkip()([np.zeros_like(IMAGES), IMAGES]))
    np.testing.assert_allclose(found, 0.95 * IMAGES, atol=1e-6)


def test_a_change_moves_within_the_range():
    change = np.random.default_rng(1).normal(0, 3, IMAGES.shape).astype("float32")
    found = ops.convert_to_numpy(TanhSkip()([change, IMAGES]))
    np.testing.assert_allclose(found, np.tanh(change + np.arctanh(0.95 * IMAGES)), atol=1e-6)
    ends = ops.convert_to_numpy(TanhSkip()([change, np.sign(IMAGES) * 5]))
    assert np.isfinite(ends).all() and np.abs(ends).max() <= 1.0


@pytest.mark.parametrize("blur", [3, 5])
def test_a_blurred_skip_is_the_mean_of_means(blur):
    images = np.random.default_rng(2).uniform(-1, 1, (2, 8, 9, 3)).astype("float32")
    expected = images
    for _ in range(2):
        side = blur // 2
        padded = np.pad(expected, ((0, 0), (side, side), (side, side), (0, 0)), mode="reflect")
        windows = np.lib.stride_tricks.sliding_window_view(padded, (blur, blur), axis=(1, 2))
        expected = windows.mean((-1, -2))
    found = ops.convert_to_numpy(TanhSkip(blur)([np.zeros_like(images), images]))
    np.testing.assert_allclose(found, 0.95 * expected, atol=1e-5)


@pytest.mark.parametrize("blur", [0, 2, -1, 3.0, True])
def test_other_blurs_are_refused(blur):
    with pytest.raises(ValueError, match="`blur` must be an odd int from 1 up. Received: blur="):
        TanhSkip(blur)


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_it_is_exact_under_mixed_precision(policy):
    keras.config.set_dtype_policy(policy)
    found = TanhSkip()([np.zeros_like(IMAGES), IMAGES])
    assert keras.backend.standardize_dtype(found.dtype) == "float32"
    np.testing.assert_allclose(ops.convert_to_numpy(found), 0.95 * IMAGES, atol=1e-6)


@pytest.mark.parametrize("channels", [(1, 3), (3, 1), (3, 3, 3)])
def test_other_inputs_are_refused(channels):
    inputs = [keras.Input((4, 4, count)) for count in channels]
    with pytest.raises(ValueError, match=r"takes `\[change, images\]`.*Received: inputs of shape"):
        TanhSkip()(inputs)


def test_save_and_load(tmp_path):
    images = keras.Input((None, None, 3))
    change = keras.layers.Conv2D(3, 3, padding="same")(images)
    model = keras.Model(images, TanhSkip(3)([change, images]))
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded.predict(IMAGES), model.predict(IMAGES))
