import numpy as np
import pytest
from PIL import Image

from kerasgan.ops.images import from_uint8, image_grid, save_image, save_image_grid, to_uint8


def test_to_uint8_maps_the_range_clips_and_survives_what_is_not_a_number():
    values = np.array([-1.0, -0.5, 0.0, 1.0, 3.0, -2.0, np.nan, np.inf])
    assert to_uint8(values).tolist() == [0, 64, 128, 255, 255, 0, 0, 255]


def test_bytes_survive_the_way_there_and_back():
    every = np.arange(256, dtype="uint8")
    np.testing.assert_array_equal(to_uint8(from_uint8(every)), every)
    assert from_uint8(every).min() == -1.0 and from_uint8(every).max() == 1.0
    assert from_uint8(every).dtype == np.float32


def test_to_uint8_refuses_other_integers():
    with pytest.raises(ValueError, match="floating point in .* Received: an array of dtype int64"):
        to_uint8(np.zeros(3, "int64"))


def test_image_grid_places_each_image_in_its_cell():
    images = np.stack([np.full((2, 3, 3), value, "uint8") for value in (10, 20, 30, 40)])
    grid = image_grid(images, rows=2, columns=3, padding=1, background=200)
    assert grid.shape == (2 * 3 + 1, 3 * 4 + 1, 3) and grid.dtype == np.uint8
    assert (grid[1:3, 1:4] == 10).all() and (grid[1:3, 5:8] == 20).all()
    assert (grid[1:3, 9:12] == 30).all() and (grid[4:6, 1:4] == 40).all()
    assert (grid[4:6, 5:12] == 200).all(), "cells without an image stay empty"
    assert (grid[0] == 200).all() and (grid[:, 0] == 200).all() and (grid[3] == 200).all()


def test_image_grid_finds_its_own_size_and_leaves_out_what_does_not_fit():
    images = np.zeros((7, 4, 4, 1))
    assert image_grid(images, padding=0).shape == (12, 12, 1)
    assert image_grid(images, rows=2, padding=0).shape == (8, 16, 1)
    assert image_grid(images, rows=1, columns=2, padding=0).shape == (4, 8, 1)


def test_image_grid_enlarges_pixels():
    grid = image_grid(np.array([[[-1.0, 1.0]]]), padding=0, scale=2)
    assert grid[..., 0].tolist() == [[0, 0, 255, 255], [0, 0, 255, 255]]


@pytest.mark.parametrize("shape", [(3, 4), (2, 4, 4, 2), (0, 4, 4, 3)])
def test_image_grid_refuses_other_shapes(shape):
    with pytest.raises(ValueError, match="shape .n, height, width, channels.*Received"):
        image_grid(np.zeros(shape))


def test_image_grid_refuses_an_empty_grid():
    with pytest.raises(ValueError, match="at least one row.*Received: rows=1, columns=0"):
        image_grid(np.zeros((2, 4, 4, 1)), rows=1, columns=0)


@pytest.mark.parametrize("channels, mode", [(1, "L"), (3, "RGB"), (4, "RGBA")])
def test_save_image_grid_writes_what_was_drawn(tmp_path, channels, mode):
    images = np.random.default_rng(0).uniform(-1, 1, (6, 5, 4, channels))
    path = save_image_grid(tmp_path / "new" / "grid.png", images, rows=2, columns=3)
    with Image.open(path) as picture:
        assert picture.mode == mode
        pixels = np.asarray(picture)
    np.testing.assert_array_equal(
        pixels.reshape(*pixels.shape[:2], channels), image_grid(images, rows=2, columns=3)
    )
    assert [file.name for file in path.parent.iterdir()] == ["grid.png"]


def test_a_failed_write_leaves_the_picture_that_was_there(tmp_path):
    path = save_image(tmp_path / "picture.jpg", np.zeros((4, 4, 3)))
    before = path.read_bytes()
    with pytest.raises(OSError, match="RGBA"):
        save_image(path, np.zeros((4, 4, 4)))  # JPEG has no transparency
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["picture.jpg"]
