import keras
import numpy as np
import pytest

from kerasgan.metrics import ms_ssim_diversity

pytestmark = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="NumPy alone: the same on all backends"
)


def images(n, height, width, channels=3):
    rng = np.random.default_rng(0)
    coarse = rng.uniform(-1, 1, (1, -(-height // 8), -(-width // 8), channels))
    blocks = np.repeat(np.repeat(coarse, 8, 1), 8, 2)[:, :height, :width]
    return np.clip(blocks + rng.normal(0, 0.3, (n, height, width, channels)), -1, 1)


@pytest.mark.parametrize(
    "height, width, scales", [(176, 178, 5), (47, 45, 3), (28, 28, 2), (11, 12, 1)]
)
def test_pairs_meet_tensorflow(height, width, scales):
    import tensorflow as tf

    a, b = images(2, height, width)
    weights = np.array([0.0448, 0.2856, 0.3001, 0.2363, 0.1333])[:scales]
    pair = (tf.constant(image[None] + 1, "float32") for image in (a, b))
    expected = tf.image.ssim_multiscale(*pair, 2.0, weights / weights.sum())
    found = ms_ssim_diversity([a, b], pairs=3)  # The only pair there is.
    np.testing.assert_allclose(found.mean, float(expected[0]), rtol=1e-4)
    assert 0.1 < found.mean < 0.95 and found.std < 1e-12
    assert (found.pairs, found.scales, found.by_class) == (3, scales, {})


def test_a_collapsed_class_is_told_from_a_diverse_one():
    rng = np.random.default_rng(0)
    diverse, collapsed = rng.integers(0, 256, (2, 30, 16, 16, 1))
    collapsed[:] = collapsed[0]
    found = ms_ssim_diversity(
        np.concatenate([diverse, collapsed]), [3] * 30 + [7] * 30, value_range=(0, 255)
    )
    assert found.by_class[7] == pytest.approx(1.0, abs=1e-9)
    assert found.by_class[3] < 0.2 and found.pairs == 200
    assert found.mean == pytest.approx((found.by_class[3] + 1.0) / 2)


def test_seeds():
    batch = images(20, 16, 16)
    first, second, other = (ms_ssim_diversity(batch, pairs=5, seed=seed) for seed in (1, 1, 2))
    assert first == second and first.mean != other.mean


@pytest.mark.parametrize(
    "shape, arguments, message",
    [
        ((5, 10, 16, 1), {}, r"11 pixels.*Received: images of shape \(5, 10, 16, 1\)"),
        ((5, 16, 16, 1), {"labels": [0, 1]}, r"5 images was expected.*labels of shape \(2,\)"),
        ((5, 16, 16, 1), {"labels": [0, 0, 0, 0, 1]}, "class 1 out.*Received: 1 image"),
        ((5, 16, 16, 1), {"value_range": (0, 1)}, r"`value_range`.*Received: values from -1"),
        ((5, 16, 16, 1), {"pairs": 0}, "`pairs` must be a positive integer. Received: pairs=0"),
    ],
)
def test_wrong_arguments(shape, arguments, message):
    with pytest.raises(ValueError, match=message):
        ms_ssim_diversity(np.full(shape, -1.0), **arguments)
