import keras
import numpy as np
import pytest
from scipy import linalg

from kerasgan.metrics import FeatureStatistics, frechet_distance

pytestmark = [
    pytest.mark.skipif(
        keras.backend.backend() != "tensorflow", reason="NumPy alone: the same on all backends"
    ),
    pytest.mark.filterwarnings("ignore:A Fréchet distance of"),
]


def gaussian(seed, d=5):
    rng = np.random.default_rng(seed)
    factor = rng.normal(size=(d, d))
    return rng.normal(size=d), factor @ factor.T


def by_square_root(a, b):
    (m, s), (n, t) = a, b
    root = linalg.sqrtm(s @ t).real
    return np.sum((m - n) ** 2) + np.trace(s + t - 2 * root)


def test_gaussians_that_commute_have_a_closed_form():
    # Σ (μ - ν)² + (σ - τ)², in a rotated frame.
    rotation = linalg.qr(np.random.default_rng(0).normal(size=(4, 4)))[0]
    sigma, tau = np.array([1.0, 2.0, 3.0, 0.5]), np.array([2.0, 2.0, 0.1, 4.0])
    sides = [
        FeatureStatistics.from_moments(rotation @ mean, rotation @ np.diag(std**2) @ rotation.T)
        for mean, std in [(np.ones(4), sigma), (np.zeros(4), tau)]
    ]
    expected = 4.0 + np.sum((sigma - tau) ** 2)
    np.testing.assert_allclose(frechet_distance(*sides), expected, rtol=1e-12)
    np.testing.assert_allclose(frechet_distance(*sides[::-1]), expected, rtol=1e-12)
    assert frechet_distance(sides[0], sides[0]) < 1e-12


def test_gaussians_that_do_not_commute_meet_the_square_root():
    a, b = gaussian(1), gaussian(2)
    found = frechet_distance(FeatureStatistics.from_moments(*a), FeatureStatistics.from_moments(*b))
    np.testing.assert_allclose(found, by_square_root(a, b), rtol=1e-9)


def test_samples_converge_to_the_distance_of_their_distributions():
    a, b = gaussian(3, 3), gaussian(4, 3)
    rng = np.random.default_rng(0)
    truth = by_square_root(a, b)
    errors = [
        abs(
            frechet_distance(rng.multivariate_normal(*a, n), rng.multivariate_normal(*b, n)) - truth
        )
        for n in (50, 50_000)
    ]
    assert errors[1] < 0.02 * truth and errors[1] < errors[0] / 5


def test_singular_covariances():
    # Constant features, features twice, and fewer samples than features: the same three ways.
    rng = np.random.default_rng(0)
    real, fake = rng.normal(size=(60, 4)), rng.normal(0.3, 2.0, (50, 4))
    plain = frechet_distance(real, fake)

    def wide(x):
        return np.hstack([x, np.zeros((len(x), 2)), np.repeat(x, 30, axis=1)])

    def statistics(x):
        result = FeatureStatistics()
        result.update(x)
        return result

    expected = 31 * plain  # Each feature is there 31 times.
    pairs = [
        (wide(real), wide(fake)),
        (statistics(wide(real)), statistics(wide(fake))),
        (statistics(wide(real)), wide(fake)),
    ]
    for pair in pairs:
        np.testing.assert_allclose(frechet_distance(*pair), expected, rtol=1e-9)
    np.testing.assert_allclose(frechet_distance(np.zeros((9, 3)), np.ones((9, 3))), 3.0, rtol=1e-12)


def test_float32_features_are_summed_in_float64():
    rng = np.random.default_rng(0)
    real, fake = rng.normal(1e3, 1.0, (2, 3000, 3)).astype("float32")
    np.testing.assert_allclose(
        frechet_distance(real, fake),
        frechet_distance(real.astype("float64"), fake.astype("float64")),
        rtol=1e-12,
    )


@pytest.mark.filterwarnings("default:A Fréchet distance of")
def test_few_samples_warn():
    x = np.random.default_rng(0).normal(size=(2048, 2))
    with pytest.warns(UserWarning, match="of 2047 samples is biased.*2,048 or more") as caught:
        frechet_distance(x, x[:2047])
    assert caught[0].filename == __file__
    assert frechet_distance(x, x) < 1e-12  # Or it would fail: warnings are errors below.


def test_wrong_arguments():
    x = np.random.default_rng(0).normal(size=(9, 3))
    with pytest.raises(ValueError, match=r"`real` must be features.*Received: real of shape \(9,"):
        frechet_distance(x[:, 0], x)
    with pytest.raises(ValueError, match="`fake` must be finite.*1 values"):
        frechet_distance(x, np.vstack([x, [0.0, np.inf, 0.0]]))
    with pytest.raises(ValueError, match="same layer. Received: real of 3 features, fake of 2"):
        frechet_distance(x, x[:, :2])
    with pytest.raises(ValueError, match="no negative eigenvalue.*Received: .* -1"):
        frechet_distance(
            FeatureStatistics.from_moments(np.zeros(2), np.diag([1.0, -1.0])), x[:, :2]
        )
