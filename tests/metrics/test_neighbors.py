"""Precision and recall, density and coverage, neighbours: against brute force."""

import keras
import numpy as np
import pytest
from scipy.spatial.distance import cdist
from scipy.stats import mannwhitneyu

from kerasgan.metrics import (
    density_coverage,
    distance_bounds,
    memorization,
    nearest_neighbors,
    precision_recall,
)

pytestmark = [
    pytest.mark.skipif(
        keras.backend.backend() != "tensorflow", reason="NumPy alone: the same on all backends"
    ),
    pytest.mark.filterwarnings("ignore:(Precision|Density) and"),
]


@pytest.fixture(params=[7, 4096], ids=["many blocks", "one block"])
def blocks(request, monkeypatch):
    monkeypatch.setattr(distance_bounds, "BLOCK", request.param)


def samples(n=60, m=45, d=3, shift=1.5):
    rng = np.random.default_rng(0)
    # Far from the origin, where a difference of squares would lose digits.
    return 1e4 + rng.normal(size=(n, d)), 1e4 + shift + 0.8 * rng.normal(size=(m, d))


def radii(x, k):
    return np.sort(cdist(x, x), axis=1)[:, k]  # The first is the sample itself.


@pytest.mark.parametrize("k", [1, 3, 8])
def test_precision_recall_by_brute_force(blocks, k):
    real, fake = samples()
    between = cdist(fake, real)
    found = precision_recall(real, fake, k)
    assert found.precision == (between <= radii(real, k)).any(axis=1).mean()
    assert found.recall == (between <= radii(fake, k)[:, None]).any(axis=0).mean()
    assert 0.1 < found.recall < 0.9 and found[2:] == (k, 60, 45)


@pytest.mark.parametrize("k", [1, 5])
def test_density_coverage_by_brute_force(blocks, k):
    real, fake = samples()
    inside = cdist(fake, real) < radii(real, k)
    found = density_coverage(real, fake, k)
    assert found.density == pytest.approx(inside.sum() / (k * len(fake)), rel=1e-12)
    assert found.coverage == inside.any(axis=0).mean()
    assert 0.1 < found.coverage < 0.9 and found[2:] == (k, 60, 45)


def _binary(rng):
    return rng.integers(0, 2, (150, 8)).astype("float64")


HARD = {
    "ties": lambda rng: (_binary(rng), _binary(rng)),
    "many copies": lambda rng: (rng.normal(size=(150, 8)), np.ones((150, 8))),
    "nearly collapsed, far off": lambda rng: (
        rng.normal(size=(150, 8)),
        1e4 + 1e-4 * rng.normal(size=(150, 8)),
    ),
    "an outlier": lambda rng: (
        np.vstack([rng.normal(size=(149, 8)), np.full((1, 8), 1e9)]),
        rng.normal(size=(150, 8)),
    ),
    "huge": lambda rng: tuple(1e30 * rng.normal(size=(2, 150, 8))),
    "tiny": lambda rng: tuple(1e-30 * rng.normal(size=(2, 150, 8))),
    "float32": lambda rng: tuple(rng.normal(size=(2, 150, 8)).astype("float32")),
}


@pytest.mark.parametrize("case", HARD)
def test_float32_decides_nothing_that_it_cannot_know(case, monkeypatch):
    monkeypatch.setattr(distance_bounds, "BLOCK", 64)
    real, fake = HARD[case](np.random.default_rng(0))
    squares = np.sum((fake[:, None].astype("float64") - real) ** 2, axis=-1)
    own = [np.sum((x[:, None].astype("float64") - x) ** 2, axis=-1) for x in (real, fake)]
    of_real, of_fake = (np.sort(x, axis=1)[:, 3] for x in own)
    found = precision_recall(real, fake, 3)
    assert found.precision == (squares <= of_real).any(axis=1).mean()
    assert found.recall == (squares <= of_fake[:, None]).any(axis=0).mean()
    dense = density_coverage(real, fake, 3)
    assert dense.density == (squares < of_real).sum() / 450
    assert dense.coverage == (squares < of_real).any(axis=0).mean()
    nearest = nearest_neighbors(real, fake, 2)
    expected = np.sqrt(np.sort(squares, axis=1)[:, :2])
    np.testing.assert_allclose(nearest.distances, expected, rtol=1e-12)


def test_what_they_tell_apart():
    rng = np.random.default_rng(0)
    modes = np.array([[0.0, 0.0], [50.0, 0.0]])[np.arange(400) % 2]
    real, same = modes + rng.normal(size=(2, 400, 2))
    dropped, blurred = same[::2], modes + 8 * rng.normal(size=(400, 2))
    good, poor = precision_recall(real, dropped), precision_recall(real, blurred)
    assert good.precision > 0.9 and good.recall < 0.55 and poor.precision < 0.3
    good, poor = density_coverage(real, dropped), density_coverage(real, blurred)
    assert good.density > 0.9 and good.coverage < 0.55 and poor.density < 0.3


def test_equal_distributions():
    real, fake = np.random.default_rng(0).normal(size=(2, 1000, 4))
    found = density_coverage(real, fake, k=3)
    # Of n = m samples, one real sample's k nearest others are all real with 2^-k.
    assert found.density == pytest.approx(1.0, abs=0.1)
    assert found.coverage == pytest.approx(1 - 2**-3, abs=0.03)


def test_an_outlier_deceives_recall_but_not_coverage():
    real = np.random.default_rng(0).normal(size=(200, 2))
    fake = np.vstack([np.full((5, 2), 30.0), [[-60.0, -60.0]]])
    assert precision_recall(real, fake, k=5).recall == 1.0
    assert density_coverage(real, fake).coverage == 0.0


def test_copies_have_no_distance_at_all(blocks):
    real, _ = samples(d=50)
    assert precision_recall(real, real) == (1.0, 1.0, 3, 60, 60)
    # All in one place: balls without radius hold what is there.
    assert precision_recall(np.repeat(real[:1], 9, 0), real[:5], k=3).precision == 0.2


def test_nearest_neighbors_by_brute_force(blocks):
    real, fake = samples()
    between = cdist(fake, real)
    found = nearest_neighbors(real, fake, k=9)
    np.testing.assert_array_equal(found.indices, np.argsort(between, axis=1)[:, :9])
    np.testing.assert_allclose(found.distances, np.sort(between, axis=1)[:, :9], rtol=1e-12)


def test_nearest_images_of_bytes():
    images = np.random.default_rng(0).integers(0, 256, (20, 4, 4, 3)).astype("uint8")
    found = nearest_neighbors(images, images[5:6])
    assert found.indices.tolist() == [[5]] and found.distances.tolist() == [[0.0]]


def test_memorization_is_the_test_of_mann_and_whitney():
    rng = np.random.default_rng(0)
    train, held_out, fake = (rng.integers(0, 9, (n, 3)) for n in (80, 70, 60))  # With ties.
    new, made = cdist(held_out, train).min(axis=1), cdist(fake, train).min(axis=1)
    found = memorization(train, held_out, fake)
    expected = mannwhitneyu(
        made, new, alternative="less", method="asymptotic", use_continuity=False
    )
    assert found.p_value == pytest.approx(expected.pvalue, rel=1e-9)
    assert found.closer == pytest.approx(1 - expected.statistic / (60 * 70), rel=1e-12)
    assert found.ratio == pytest.approx(np.median(made) / np.median(new))
    assert found[4:] == (80, 70, 60)


def test_copies_are_found_and_new_samples_are_not():
    rng = np.random.default_rng(0)
    train, held_out, fresh = rng.normal(size=(3, 300, 6))
    assert not memorization(train, held_out, fresh).copies
    copied = memorization(train, held_out, train + rng.normal(0.0, 0.05, train.shape))
    assert copied.copies and copied.ratio < 0.2 and copied.closer > 0.95
    far = memorization(train, held_out, 3 * fresh)
    assert not far.copies and far.z > 3 and far.p_value > 0.99
    assert memorization(train, train, train).z == 0.0


@pytest.mark.filterwarnings("default:(Precision|Density) and")
def test_few_samples_warn():
    real, fake = samples()
    with pytest.warns(UserWarning, match="Precision and recall of 45 samples"):
        precision_recall(real, fake)
    with pytest.warns(UserWarning, match="Density and coverage of 45 samples"):
        density_coverage(real, fake)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda x, y: precision_recall(x, y, 45), "from 1 to 44.*Received: k=45"),
        (lambda x, y: density_coverage(x, y, 0), "from 1 to 59.*Received: k=0"),
        (lambda x, y: nearest_neighbors(x, y, 61), "from 1 to 60.*Received: k=61"),
        (lambda x, y: nearest_neighbors(x, y[:, :2]), r"one shape.*fake of shape \(45, 2\)"),
        (lambda x, y: precision_recall(x, y[:, :2]), r"same layer.*fake of shape \(45, 2\)"),
        (lambda x, y: memorization(x, y, y * np.nan), "`fake` must be finite.*135 values"),
    ],
)
def test_wrong_arguments(call, message):
    with pytest.raises(ValueError, match=message):
        call(*samples())
