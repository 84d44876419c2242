"""The history of generated images."""

import keras
import numpy as np
from keras import ops

from kerasgan.layers import ImagePool


def numbered(*numbers):
    return np.array(numbers, "float32").reshape(-1, 1, 1, 1) * np.ones((1, 2, 2, 1), "float32")


def show(pool, *numbers):
    return ops.convert_to_numpy(pool(numbered(*numbers)))[:, 0, 0, 0].tolist()


def test_images_pass_until_the_pool_is_full():
    pool = ImagePool(4, (2, 2, 1), seed=0)
    assert show(pool, 1, 2) == [1, 2]
    assert show(pool, 3, 4) == [3, 4]
    assert sorted(ops.convert_to_numpy(pool.images)[:, 0, 0, 0]) == [1, 2, 3, 4]


def test_then_half_of_them_are_exchanged_and_none_is_lost():
    pool = ImagePool(4, (2, 2, 1), seed=0)
    show(pool, 1, 2, 3, 4)
    seen, given, earlier = [], [], 0
    for start in range(5, 405, 2):
        given += [start, start + 1]
        shown = show(pool, start, start + 1)
        earlier += sum(number < start for number in shown)
        seen += shown
    assert 150 < earlier < 250  # 200 expected of 400, standard deviation 10
    kept = ops.convert_to_numpy(pool.images)[:, 0, 0, 0].tolist()
    assert sorted(seen + kept) == [1, 2, 3, 4, *given]


def test_state_is_saved(tmp_path):
    inputs = keras.Input(batch_shape=(2, 2, 2, 1))
    model = keras.Model(inputs, ImagePool(2, (2, 2, 1), seed=0)(inputs))
    model.layers[1].images.assign(numbered(7, 8))
    model.save(tmp_path / "pool.keras")
    loaded = keras.saving.load_model(tmp_path / "pool.keras")
    np.testing.assert_array_equal(loaded.layers[1].images, numbered(7, 8))
