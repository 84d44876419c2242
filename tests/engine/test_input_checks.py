"""Bad data is refused before the first step, by name and with the remedy."""

import keras
import numpy as np
import pytest

import kerasgan
from tests.conformance.catalogue import EAGER
from tests.engine.games import POINTS, assert_equal, fit, state, tiny_gan

IMAGES = np.random.default_rng(0).uniform(-1, 1, (4, 16, 16, 1)).astype("float32")


def image_gan():
    gan = kerasgan.models.DCGAN((16, 16, 1), base_filters=2)
    gan.compile(run_eagerly=EAGER)
    return gan


def with_value(array, index, value):
    array = array.copy()
    array[index] = value
    return array


def refused(gan, error, match, data, **kwargs):
    before = gan.generator.get_weights()
    with pytest.raises(error, match=match):
        gan.fit(data, verbose=0, **kwargs)
    assert all((a == b).all() for a, b in zip(before, gan.generator.get_weights(), strict=True))


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_images_from_0_to_255(dtype):
    images = ((IMAGES + 1.0) * 127.5).astype(dtype)
    match = rf"`x / 127.5 - 1.0`. Received: x of dtype {dtype}, with values from .* to 25"
    refused(image_gan(), ValueError, match, images)


def test_points_may_lie_anywhere():
    assert "loss" in fit(tiny_gan(), POINTS * 255.0)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_values_that_are_not_finite(value):
    match = f"`np.nan_to_num`. Received: {value} in sample 2"
    refused(image_gan(), ValueError, match, with_value(IMAGES, (2, 3, 4, 0), value))
    refused(tiny_gan(), ValueError, match, with_value(POINTS, (2, 1), value))


def test_both_arrays_are_looked_at():
    gan = kerasgan.models.CycleGAN((24, 24, 1), base_filters=2, residual_blocks=1)
    gan.compile(run_eagerly=EAGER)
    good = np.zeros((2, 24, 24, 1), "float32")
    with pytest.raises(ValueError, match="Received: nan in sample 1"):
        gan.fit(good, with_value(good, (1, 0, 0, 0), np.nan), batch_size=1)
    with pytest.raises(ValueError, match="`y / 127.5 - 1.0`"):
        gan.fit(good, good + 255.0, batch_size=1)


def test_no_samples():
    refused(tiny_gan(), ValueError, r"holds no samples.*shape \(0, 2\)", POINTS[:0])


@pytest.mark.parametrize("data", [None, "photographs", __file__])
def test_what_is_no_data(data):
    refused(tiny_gan(), TypeError, r"kerasgan.data.image_folder\(path.*Received: x=", data)


class Batches(keras.utils.PyDataset):
    def __init__(self, length):
        super().__init__()
        self.length = length

    @property
    def num_batches(self):
        return self.length

    def __getitem__(self, index):
        return (POINTS[:4],)


def test_a_data_set_without_batches():
    refused(tiny_gan(), ValueError, "0 batches", Batches(0))


def test_endless_data():
    refused(tiny_gan(), ValueError, "never ends.*`steps_per_epoch`", Batches(None))
    assert "loss" in tiny_gan().fit(Batches(None), steps_per_epoch=2, verbose=0).history


def test_tf_data_sets():
    tf = pytest.importorskip("tensorflow")
    points = tf.data.Dataset.from_tensor_slices(POINTS)
    emptied = points.batch(64, drop_remainder=True)
    refused(tiny_gan(), ValueError, "drop_remainder=True.*0 batches", emptied)
    refused(tiny_gan(), ValueError, "leave out `.repeat", points.batch(4).repeat())
    endless = points.batch(4).repeat()
    assert "loss" in tiny_gan().fit(endless, steps_per_epoch=2, verbose=0).history


def test_data_of_unknown_length_get_no_step_without_data():
    tf = pytest.importorskip("tensorflow")
    known = tf.data.Dataset.from_tensor_slices(POINTS).batch(4)
    unknown = known.filter(lambda points: True)
    assert unknown.cardinality() == tf.data.UNKNOWN_CARDINALITY
    ends = []
    for data in (known, unknown):
        gan = tiny_gan(run_eagerly=False)
        history = fit(gan, data, epochs=3, batch_size=None)
        ends.append((history, state(gan)))
    assert ends[0][0] == ends[1][0]
    assert_equal(ends[0][1], ends[1][1])
