import keras
import numpy as np
import pytest

from kerasgan.data.toy import Mixture
from kerasgan.metrics import birthday_support

pytestmark = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="NumPy alone: the same on all backends"
)


def test_pairs_by_hand():
    # Four equal ones are six pairs, two others one more; 21 pairs in all.
    estimate = birthday_support(np.array([[0.0]] * 4 + [[1.0]] * 2 + [[5.0]]), within=0.0)
    assert (estimate.duplicates, estimate.pairs, estimate.support) == (7, 21, 3.0)
    assert birthday_support(np.zeros((5, 2, 2, 1)), 0.0).support == 1.0


def test_birthdays_of_a_year():
    days = np.random.default_rng(0).integers(0, 365, 2000)
    estimate = birthday_support(days[:, None], within=0.0)
    # About 5,500 duplicates.
    np.testing.assert_allclose(estimate.support, 365, rtol=0.05)
    np.testing.assert_allclose(estimate.batch_size, 22.5, rtol=0.03)


def test_closed_form_for_a_gaussian_in_the_plane():
    # The difference of two points has variance 2σ², so it is longer than r with exp(-r²/4σ²).
    points = np.random.default_rng(0).normal(0.0, 2.0, (3000, 2))
    estimate = birthday_support(points, within=0.4)
    np.testing.assert_allclose(estimate.support, 1 / (1 - np.exp(-0.01)), rtol=0.03)


def test_six_standard_deviations_count_modes():
    ring = Mixture.ring()
    estimate = birthday_support(ring.sample(2000, seed=3), within=6 * ring.scale)
    np.testing.assert_allclose(estimate.support, 8, rtol=0.02)


def test_no_duplicate_is_an_infinite_support():
    assert birthday_support(np.arange(6.0).reshape(3, 2), within=1.0).support == np.inf


@pytest.mark.parametrize(
    "samples, within, message",
    [
        (np.zeros((1, 2)), 0.1, r"at least two samples.*Received: an array of shape \(1, 2\)"),
        (np.full((2, 2), np.nan), 0.1, r"finite numbers. Received: an array of shape \(2, 2\)"),
        (np.zeros((2, 2)), -0.1, "0 or more. Received: within=-0.1"),
    ],
)
def test_wrong_arguments(samples, within, message):
    with pytest.raises(ValueError, match=message):
        birthday_support(samples, within)
