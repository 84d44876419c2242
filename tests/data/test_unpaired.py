"""Pairs of batches from two domains."""

import numpy as np
import pytest

import kerasgan
from kerasgan.data import unpaired_arrays, unpaired_folders
from tests.conformance.catalogue import EAGER
from tests.data.files import epoch, folder_of, values


def arrays(x: int, y: int):
    """One-coloured images, numbered by their grey value."""
    return tuple(
        (np.arange(start, start + count) / 127.5 - 1.0).astype("float32").reshape(-1, 1, 1, 1)
        * np.ones((1, 4, 4, 1), "float32")
        for start, count in ((0, x), (100, y))
    )


def test_an_epoch_shows_the_larger_domain_once_and_repeats_the_smaller():
    dataset = unpaired_arrays(*arrays(3, 7), seed=0)
    assert len(dataset) == 7
    assert sorted(values(dataset, 1)) == list(range(100, 107))
    counts = np.bincount(values(dataset, 0))
    assert counts.sum() == 7 and set(counts) <= {2, 3}


def test_pairs_change_from_epoch_to_epoch_and_repeat_with_the_seed():
    first, second = (unpaired_arrays(*arrays(8, 8), seed=5) for _ in range(2))

    def pairs(dataset):
        return [(x.tobytes(), y.tobytes()) for x, y in epoch(dataset)]

    one, two = pairs(first), pairs(first)
    assert one == pairs(second) and two == pairs(second)
    assert set(one) != set(two)


def test_unshuffled():
    dataset = unpaired_arrays(*arrays(2, 3), shuffle=False, batch_size=2)
    assert values(dataset, 0) == [0, 1, 0] and values(dataset, 1) == [100, 101, 102]


def test_flips_mirror_about_half_of_the_images():
    ramp = np.linspace(-1, 1, 4, dtype="float32").reshape(1, 1, 4, 1) * np.ones((40, 4, 1, 1))
    ramp = ramp.astype("float32")
    batches = epoch(unpaired_arrays(ramp, ramp, flip=True, seed=0))
    mirrored = sum(x[0, 0, 0, 0] > 0 for x, _ in batches)
    assert 8 < mirrored < 32


def test_folders(tmp_path):
    a = folder_of(tmp_path / "a", [10, 20])
    b = folder_of(tmp_path / "b", [110, 120, 130])
    dataset = unpaired_folders(a, b, 8, crop="center", seed=0)
    assert len(dataset) == 3
    x, y = epoch(dataset)[0]
    assert x.shape == y.shape == (1, 8, 8, 3)
    assert sorted(values(dataset, 1)) == [110, 120, 130]
    assert set(values(dataset, 0)) == {10, 20}


def test_augmentation_of_each_domain():
    def negative(images):
        return -images

    x, y = arrays(4, 4)
    plain = unpaired_arrays(x, y, shuffle=False)
    for augment, signs in ((negative, (-1, -1)), ((negative, None), (-1, 1))):
        dataset = unpaired_arrays(x, y, shuffle=False, augment=augment)
        for before, after in zip(epoch(plain), epoch(dataset), strict=True):
            for sign, one, other in zip(signs, before, after, strict=True):
                np.testing.assert_allclose(other, sign * one)
    with pytest.raises(ValueError, match="for each of the 2 domains"):
        unpaired_arrays(x, y, augment=(negative, None, None))


@pytest.mark.parametrize(
    "x, message",
    [
        (np.zeros((2, 4, 4), "float32"), r"`x` must hold images of shape \(count, height"),
        (np.zeros((0, 4, 4, 1), "float32"), "at least one"),
        (np.zeros((2, 4, 4, 1), "uint8"), r"`x` must be float with values in \[-1, 1\]"),
        (np.full((2, 4, 4, 1), 255.0), r"pass `x / 127.5 - 1.0`. Received: .*255"),
        (np.full((2, 4, 4, 1), np.nan), r"values in \[-1, 1\]"),
    ],
)
def test_wrong_arrays(x, message):
    with pytest.raises(ValueError, match=message):
        unpaired_arrays(x, np.zeros((2, 4, 4, 1), "float32"))


def test_a_cyclegan_trains_from_folders(tmp_path):
    a = folder_of(tmp_path / "a", [10, 20], (30, 30))
    b = folder_of(tmp_path / "b", [110, 120, 130], (30, 30))
    gan = kerasgan.models.CycleGAN(
        (24, 24, 3), base_filters=2, residual_blocks=1, pool_size=2, seed=0
    )
    gan.compile(run_eagerly=EAGER)
    history = gan.fit(unpaired_folders(a, b, 24, seed=0), verbose=0).history
    assert int(gan.optimizer.iterations) == 3 and np.isfinite(history["loss"]).all()
