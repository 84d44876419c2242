"""A last batch so small that it spoils moving statistics is left out, where images are shuffled."""

import keras
import numpy as np
import pytest

import kerasgan
from kerasgan.callbacks.run_directory.run_record import describe_data
from kerasgan.data import image_folder, unpaired_arrays, unpaired_folders
from tests.conformance.catalogue import EAGER
from tests.data.files import epoch, folder_of, values


def sizes(dataset):
    return [len(batch[-1]) for batch in epoch(dataset)]


@pytest.mark.parametrize(
    "count, batch_size, expected",
    [
        (9, 4, [4, 4]),  # One left over.
        (3, 2, [2]),
        (35, 32, [32]),  # Less than an eighth.
        (36, 32, [32, 4]),  # An eighth.
        (11, 4, [4, 4, 3]),
        (8, 4, [4, 4]),
        (1, 32, [1]),  # There is no other.
        (3, 1, [1, 1, 1]),
    ],
)
def test_small_last_batches(count, batch_size, expected, tmp_path):
    folder = folder_of(tmp_path, list(range(count)), (2, 2))
    dataset = image_folder(folder, 2, batch_size, seed=0)
    assert sizes(dataset) == expected and len(dataset) == len(expected)
    assert dataset.plan.last_batch == expected[-1] and dataset.plan.shown == sum(expected)
    rest = [count % batch_size] if count % batch_size else []
    for kwargs in ({"shuffle": False}, {"drop_remainder": False}):
        whole = image_folder(folder, 2, batch_size, **kwargs)
        assert sum(sizes(whole)) == count and whole.plan.last_batch == [batch_size, *rest][-1]
    if count >= batch_size:
        full = image_folder(folder, 2, batch_size, drop_remainder=True)
        assert sizes(full) == [batch_size] * (count // batch_size)


def test_each_epoch_leaves_out_another(tmp_path):
    dataset = image_folder(folder_of(tmp_path, list(range(9)), (2, 2)), 2, 4, seed=0)
    epochs = [values(dataset) for _ in range(8)]
    assert all(len(set(shown)) == 8 for shown in epochs)
    assert len({(set(range(9)) - set(shown)).pop() for shown in epochs}) > 2


def test_two_domains(tmp_path):
    x = np.zeros((5, 4, 4, 1), "float32")
    assert sizes(unpaired_arrays(x, x[:2], 2)) == [2, 2]
    a, b = folder_of(tmp_path / "a", [1, 2, 3, 4, 5]), folder_of(tmp_path / "b", [6, 7])
    assert sizes(unpaired_folders(a, b, 2, 2)) == [2, 2]
    assert sizes(unpaired_folders(a, b, 2, 2, drop_remainder=False)) == [2, 2, 1]
    with pytest.raises(ValueError, match="True, False or None. Received: drop_remainder='yes'"):
        unpaired_arrays(x, x, drop_remainder="yes")


def test_moving_statistics_are_those_of_whole_batches(tmp_path):
    """One image takes a tenth off them, each time that the generator is run."""
    folder = folder_of(tmp_path, list(range(0, 170, 10)), (4, 4))
    norm = keras.layers.BatchNormalization(momentum=0.9)
    layers = [keras.layers.Dense(48), norm, keras.layers.Reshape((4, 4, 3))]
    generator = keras.Sequential([keras.Input((3,)), *layers])
    discriminator = keras.Sequential(
        [keras.Input((4, 4, 3)), keras.layers.Flatten(), keras.layers.Dense(1)]
    )
    gan = kerasgan.models.GAN(generator, discriminator, latent_dim=3, seed=0)
    gan.compile(run_eagerly=EAGER)

    def variance(**kwargs):
        norm.moving_variance.assign(np.full(48, 1.0))
        gan.fit(image_folder(folder, 4, 16, seed=0, **kwargs), verbose=0)
        return float(keras.ops.mean(norm.moving_variance))

    with pytest.warns(UserWarning, match="last batch"):
        one_left = variance(drop_remainder=False)
    assert variance() / one_left > 1.15


def test_the_record_of_a_run_tells_what_was_asked_for(tmp_path):
    """And nothing else, so that runs of version 0.1 go on."""
    folder = folder_of(tmp_path, [1, 2, 3])
    told = [
        describe_data(image_folder(folder, 4, 2, **kwargs).plan, 2)
        for kwargs in ({}, {"drop_remainder": False}, {"value_range": (0, 9)})
    ]
    assert ["drop_remainder" in data for data in told] == [False, True, False]
    assert [data["sources"][0].get("value_range") for data in told] == [None, None, (0.0, 9.0)]
