"""What `fit` looks at before it begins; what it refuses stands in `tests/test_bad_inputs.py`."""

import tracemalloc

import keras
import numpy as np
import pytest

import kerasgan
from kerasgan.data import unpaired_arrays
from kerasgan.samples.array_checks import check_array
from tests.conformance.catalogue import EAGER
from tests.containers import IMAGES, Batches, as_tf_data, image_gan
from tests.data.files import values
from tests.engine.games import POINTS, assert_equal, fit, state, tiny_gan


def test_points_may_lie_anywhere():
    assert "loss" in fit(tiny_gan(), POINTS * 255.0)


def cycle_gan():
    gan = kerasgan.models.CycleGAN((24, 24, 1), base_filters=2, residual_blocks=1, seed=0)
    gan.compile(run_eagerly=EAGER)
    return gan


def test_both_arrays_are_looked_at():
    good = np.zeros((2, 24, 24, 1), "float32")
    bad = good.copy()
    bad[1, 0, 0, 0] = np.nan
    with pytest.raises(ValueError, match="Received: nan in sample 1"):
        cycle_gan().fit(good, bad, batch_size=1)
    with pytest.raises(ValueError, match="`y / 127.5 - 1.0`"):
        cycle_gan().fit(good, good + 255.0, batch_size=1)


def test_the_shapes_of_pairs_are_known_without_loading_them():
    x = np.zeros((3, 12, 12, 1), "float32")
    looked_at, fresh = (unpaired_arrays(x, x, seed=0, batch_size=1) for _ in range(2))
    with pytest.raises(ValueError, match=r"x: a batch of shape \(.*, 12, 12, 1\); y: a batch"):
        cycle_gan().fit(looked_at, verbose=0)
    assert looked_at.plan.next_epoch == fresh.plan.next_epoch == 0
    assert values(looked_at) == values(fresh)


def test_of_a_data_set_the_first_batch_is_looked_at_once():
    class Counted(Batches):
        asked = 0

        def __getitem__(self, index):
            self.asked += 1
            return super().__getitem__(index)

    data = Counted([(IMAGES[:, :2],)])
    with pytest.raises(ValueError, match="samples of shape"):
        image_gan().fit(data, verbose=0)
    assert data.asked == 1


def test_an_array_is_not_copied_to_be_looked_at():
    images = np.zeros((2, 512, 512, 1), "float32")
    tracemalloc.start()
    check_array("x", images)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < images.nbytes / 10


def test_any_shape_that_a_network_leaves_open():
    generator = keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(4), keras.layers.Reshape((-1, 1))]
    )
    discriminator = keras.Sequential([keras.Input((4, 1)), keras.layers.GlobalAveragePooling1D()])
    discriminator.add(keras.layers.Dense(1))
    gan = kerasgan.models.GAN(generator, discriminator, latent_dim=3)
    gan.compile(run_eagerly=EAGER)
    assert "loss" in fit(gan, np.zeros((4, 4, 1), "float32"))


def test_data_of_unknown_length_get_no_step_without_data():
    tf = pytest.importorskip("tensorflow")
    known = as_tf_data(POINTS, 4)
    unknown = known.filter(lambda points: True)
    assert unknown.cardinality() == tf.data.UNKNOWN_CARDINALITY
    ends = []
    for data in (known, unknown):
        gan = tiny_gan(run_eagerly=False)
        history = fit(gan, data, epochs=3, batch_size=None)
        ends.append((history, state(gan)))
    assert ends[0][0] == ends[1][0]
    assert_equal(ends[0][1], ends[1][1])
