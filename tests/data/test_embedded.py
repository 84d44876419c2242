"""The data that comes with scikit-learn."""

import numpy as np
import pytest
from sklearn import datasets

from kerasgan.data import load_digits, paint, painted_photographs, sample_photographs


def test_digits_as_they_are():
    images, labels = load_digits(return_labels=True)
    assert images.shape == (1797, 8, 8, 1) and images.dtype == np.float32
    original = datasets.load_digits()
    np.testing.assert_allclose((images[..., 0] + 1.0) * 8.0, original.images, atol=1e-5)
    np.testing.assert_array_equal(labels, original.target)


def test_digits_enlarged():
    images = load_digits(image_size=32)
    assert images.shape == (1797, 32, 32, 1)
    assert images.min() == -1.0 and images.max() == 1.0
    coarse = images.reshape(1797, 8, 4, 8, 4).mean(axis=(2, 4))
    original = load_digits()[..., 0]
    assert np.corrcoef(coarse.ravel(), original.ravel())[0, 1] > 0.97
    with pytest.raises(ValueError, match="positive int. Received: image_size=0"):
        load_digits(0)


def test_painted_photographs():
    paintings, photographs = painted_photographs(image_size=32, count=6, seed=1)
    for images in (paintings, photographs):
        assert images.shape == (6, 32, 32, 3) and images.dtype == np.float32
        assert images.min() >= -1.0 and images.max() <= 1.0 and images.std() > 0.1
    again = painted_photographs(image_size=32, count=6, seed=1)
    np.testing.assert_array_equal(again[0], paintings)
    np.testing.assert_array_equal(again[1], photographs)
    assert not np.array_equal(painted_photographs(32, 6, seed=2)[1], photographs)


def test_strokes_make_a_painting_rougher_than_its_photograph():
    """Neighbouring pixels differ more where strokes of broken colour lie side by side."""
    paintings, photographs = painted_photographs(image_size=64, count=12, seed=0)

    def roughness(images):
        return np.median(np.abs(np.diff(images, axis=2)).mean(axis=(1, 2, 3)))

    assert roughness(paintings) > 1.3 * roughness(photographs)


def test_wrong_count():
    with pytest.raises(ValueError, match="at least 1. Received: image_size=64, count=0"):
        painted_photographs(count=0)


def test_whole_photographs():
    scenes = sample_photographs(48)
    assert len(scenes) == 6
    for scene in scenes:
        assert min(scene.shape[:2]) == 48 and scene.shape[2] == 3 and scene.dtype == np.float32
        assert scene.min() >= -1.0 and scene.max() <= 1.0 and scene.std() > 0.1
    with pytest.raises(ValueError, match="at least 1. Received: size=0"):
        sample_photographs(0)


def edges(image):
    grey = image.mean(-1)
    dy, dx = np.gradient(grey)
    return np.hypot(dy, dx)


def test_strokes_follow_the_scene():
    """What a photograph shows is in its painting, at the places where it was."""
    for seed, scene in enumerate(sample_photographs(96)):
        painting = paint(scene, seed=seed)
        coarse = [x[:96, :96].reshape(12, 8, 12, 8, 3).mean((1, 3)) for x in (scene, painting)]
        assert np.corrcoef(coarse[0].ravel(), coarse[1].ravel())[0, 1] > 0.9


def test_a_part_is_painted_with_the_brushes_of_its_scene():
    scene = sample_photographs(96)[0]
    part = scene[:48, :48]
    np.testing.assert_array_equal(paint(part, 1, scene=part), paint(part, 1))
    fine, wide = paint(part, 1), paint(part, 1, scene=scene)
    assert edges(fine).mean() != edges(wide).mean()
    with pytest.raises(ValueError, match="shape .height, width, 3."):
        paint(part[..., 0])
