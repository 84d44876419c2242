import keras
import numpy as np
import pytest

from kerasgan.data.toy import Mixture
from kerasgan.metrics import ModeCoverage

CENTERS = [[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]]


def results(metric):
    return {key: float(value) for key, value in metric.result().items()}


def test_hand_made_samples_in_two_batches():
    metric = ModeCoverage(CENTERS, scale=1.0, weights=[1, 1, 2])
    metric.update_state(np.array([[0.0, 2.9], [2.9, 0.0], [0.0, 3.1], [2.5, 2.5]]))
    metric.update_state(np.array([[10.0, 0.0], [10.0, 2.0], [14.0, 0.0], [0.0, 15.0]]))
    found = results(metric)
    # Nearest: 4, 3 and 1 of 8. Of quality: 2, 2 and 0.
    assert found["modes"] == 2 and found["quality"] == 0.5
    q, p = np.array([4, 3, 1]) / 8, np.array([1, 1, 2]) / 4
    np.testing.assert_allclose(found["reverse_kl"], np.sum(q * np.log(q / p)), rtol=1e-5)
    metric.reset_state()
    assert results(metric) == {"modes": 0, "quality": 0, "reverse_kl": 0}


def test_a_collapsed_generator_has_the_logarithm_of_the_number_of_modes():
    metric = ModeCoverage(CENTERS, scale=1.0)
    metric.update_state(np.full((5, 2), [10.0, 0.5]))
    found = results(metric)
    assert (found["modes"], found["quality"]) == (1, 1)
    np.testing.assert_allclose(found["reverse_kl"], np.log(3), rtol=1e-5)


def test_real_samples_meet_their_own_mixture():
    grid = Mixture.grid()
    metric = ModeCoverage(grid.centers, grid.scale)
    metric.update_state(grid.sample(20_000, seed=1))
    found = results(metric)
    # Within three standard deviations in the plane: 1 - exp(-9/2). 20,000 samples give ±0.0007.
    np.testing.assert_allclose(found["quality"], 1 - np.exp(-4.5), atol=3e-3)
    # The expected divergence of a histogram of n samples over K bins is (K - 1) / 2n.
    assert found["modes"] == 25 and 0 < found["reverse_kl"] < 3 * 24 / 40_000


def test_few_samples_may_be_asked_for_more():
    metric = ModeCoverage(CENTERS, scale=1.0, min_samples=2)
    metric.update_state(np.array(CENTERS + CENTERS[:2]))
    assert results(metric)["modes"] == 2


def test_config_round_trip():
    metric = ModeCoverage(CENTERS, 0.5, weights=[1, 1, 2], min_samples=3)
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(metric))
    assert again.get_config() == metric.get_config()


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"centers": [1.0]}, r"\(modes, dimensions\).*Received: centers of shape \(1,\)"),
        ({"scale": 0.0}, "`scale` must be a positive.*Received: scale=0.0"),
        ({"weights": [1.0, 0.0, 1.0]}, "3 positive numbers.*Received: weights="),
        ({"min_samples": 0}, "`min_samples` must be a positive int.*Received: min_samples=0"),
    ],
)
def test_wrong_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        ModeCoverage(**{"centers": CENTERS, "scale": 1.0, **arguments})


def test_samples_of_other_dimensions_are_refused():
    with pytest.raises(ValueError, match=r"\(batch, 2\). Received: \(4, 3\)"):
        ModeCoverage(CENTERS, 1.0).update_state(np.zeros((4, 3)))
