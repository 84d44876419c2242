import keras
import numpy as np
import pytest
from scipy.stats import entropy

from kerasgan.metrics import inception_score

pytestmark = [
    pytest.mark.skipif(
        keras.backend.backend() != "tensorflow", reason="NumPy alone: the same on all backends"
    ),
    pytest.mark.filterwarnings("ignore:An inception score of"),
]


def test_extremes():
    sure = np.eye(10)[np.arange(1000) % 10]
    score = inception_score(sure, splits=10, seed=None)
    assert score == pytest.approx((10.0, 0.0, 10, 1000, None), abs=1e-12)
    unsure = np.full((1000, 10), 0.1)
    assert inception_score(unsure).mean == pytest.approx(1.0, abs=1e-12)
    collapsed = np.eye(10)[np.zeros(1000, int)]
    assert inception_score(collapsed).mean == pytest.approx(1.0, abs=1e-12)


def test_shuffling_saves_samples_in_order_of_their_labels():
    rows = np.eye(10)[np.arange(1000) // 100]
    assert inception_score(rows, seed=None).mean == pytest.approx(1.0)  # One class in each part.
    assert 9.0 < inception_score(rows).mean < 10.0


def test_parts_meet_the_entropy():
    rows = np.random.default_rng(0).dirichlet(np.full(4, 0.3), 103)
    parts = [rows[i * 103 // 5 : (i + 1) * 103 // 5] for i in range(5)]
    scores = [np.exp(np.mean([entropy(row, part.mean(axis=0)) for row in part])) for part in parts]
    found = inception_score(rows, splits=5, seed=None)
    np.testing.assert_allclose(found[:2], (np.mean(scores), np.std(scores)), rtol=1e-12)


@pytest.mark.filterwarnings("default:An inception score of")
def test_few_samples_warn():
    with pytest.warns(UserWarning, match="An inception score of 20 samples is biased"):
        inception_score(np.full((20, 2), 0.5))


@pytest.mark.parametrize(
    "rows, splits, message",
    [
        (np.full((20, 2), 2.0), 10, "softmax to logits. Received: values from 2 to 2, sums from 4"),
        ([[1.5, -0.5]] * 20, 10, "0 or more.*Received: values from -0.5"),
        (np.full((5, 2), 0.5), 10, "5 samples cannot be split.*Received: splits=10"),
        (np.full((5, 2), 0.5), 0, "`splits` must be a positive integer. Received: splits=0"),
    ],
)
def test_wrong_arguments(rows, splits, message):
    with pytest.raises(ValueError, match=message):
        inception_score(rows, splits)
