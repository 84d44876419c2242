import keras
import numpy as np
import pytest

from kerasgan.metrics import conditional_accuracy

pytestmark = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="NumPy alone: the same on all backends"
)
ROWS = np.eye(3)[[0, 0, 1, 2, 1]]


def test_by_hand():
    found = conditional_accuracy(ROWS, [0, 1, 1, 1, 0])
    assert found == (0.4, {0: 0.5, 1: pytest.approx(1 / 3)}, 5)
    assert conditional_accuracy(np.log(ROWS + 1e-9), [[0], [0], [1], [2], [1]]).accuracy == 1.0
    assert conditional_accuracy(ROWS[:1], [2]) == (0.0, {2: 0.0}, 1)


@pytest.mark.parametrize(
    "rows, labels, message",
    [
        (ROWS, [0, 1], r"each of 5 samples.*Received: labels of int64 and shape \(2,\)"),
        (ROWS, np.eye(3)[[0] * 5], r"Received: labels of float64 and shape \(5, 3\)"),
        (ROWS, [0, 1, 2, 3, 0], "must be from 0 to 2.*Received: labels from 0 to 3"),
        (ROWS[0], [0, 1, 2], r"`probabilities` must be .*Received: probabilities of shape \(3,\)"),
    ],
)
def test_wrong_arguments(rows, labels, message):
    with pytest.raises(ValueError, match=message):
        conditional_accuracy(rows, labels)
