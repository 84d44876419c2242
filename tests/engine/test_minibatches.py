import keras
import numpy as np
import pytest

from kerasgan.engine.game import minibatches


def split(batch, parts):
    tensors = keras.tree.map_structure(keras.ops.convert_to_tensor, batch)
    return keras.tree.map_structure(
        lambda t: keras.ops.convert_to_numpy(t).tolist(), minibatches.split(tensors, parts)
    )


@pytest.mark.parametrize(
    ("count", "parts", "expected"),
    [
        (4, 1, [[0, 1, 2, 3]]),
        (4, 2, [[0, 1], [2, 3]]),
        (6, 3, [[0, 1], [2, 3], [4, 5]]),
        (5, 2, [[0, 1, 2], [3, 4, 0]]),  # Filled up with its own first samples.
        (1, 3, [[0], [0], [0]]),
        (2, 5, [[0], [1], [0], [1], [0]]),
    ],
)
def test_split(count, parts, expected):
    assert split(np.arange(count), parts) == expected


def test_pairs_stay_pairs():
    x = np.arange(12, dtype="float32").reshape(4, 3)
    first, second = split((x, 10 * x[:, :1]), 2)
    assert first == (x[:2].tolist(), (10 * x[:2, :1]).tolist())
    assert second == (x[2:].tolist(), (10 * x[2:, :1]).tolist())
