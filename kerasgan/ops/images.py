"""Images as NumPy arrays: between [-1, 1] and bytes, and several in one picture."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from kerasgan.files import new_file, user_path


def to_uint8(images: Any) -> np.ndarray:
    """Converts images in [-1, 1] to bytes in 0..255.

    Values outside the range are clipped, and what is not a number becomes black, so that a picture
    can be drawn of a training that went wrong. Bytes are returned as they are.

    Args:
        images: Array of any shape, floating point in [-1, 1], or uint8.

    Returns:
        A uint8 array of the same shape.

    Example:

    ```python
    to_uint8(np.array([-1.0, 0.0, 1.0]))  # [0, 128, 255]
    ```
    """
    images = np.asarray(images)
    if images.dtype == np.uint8:
        return images
    if images.dtype.kind in "iub":
        raise ValueError(
            "Images must be floating point in [-1, 1] or uint8 in 0..255. "
            f"Received: an array of dtype {images.dtype}"
        )
    images = np.clip(np.nan_to_num(images.astype("float32"), nan=-1.0), -1.0, 1.0)
    return np.rint((images + 1.0) * 127.5).astype("uint8")


def from_uint8(images: Any) -> np.ndarray:
    """Converts bytes in 0..255 to float32 in [-1, 1]: the inverse of `to_uint8`."""
    return np.asarray(images).astype("float32") / 127.5 - 1.0


def image_grid(
    images: Any,
    rows: int | None = None,
    columns: int | None = None,
    padding: int = 2,
    scale: int = 1,
    background: int = 255,
) -> np.ndarray:
    """Draws images side by side, row by row, as one picture.

    Args:
        images: Array of shape `(n, height, width, channels)` with 1, 3 or 4 channels, or `(n,
            height, width)`; floating point in [-1, 1], or uint8.
        rows: Int, number of rows. Defaults to as many as the images fill.
        columns: Int, number of columns. Defaults to what makes the grid about square.
        padding: Int, pixels between the images and around the grid. Defaults to `2`.
        scale: Int, each pixel is drawn this many times in both directions, so that small images can
            be seen. Defaults to `1`.
        background: Int in 0..255, the colour of the padding and of empty cells. Defaults to `255`.

    Returns:
        A uint8 array of shape `(grid_height, grid_width, channels)`. Images that do not fit are
        left out; cells without an image stay empty.

    Example:

    ```python
    image_grid(np.zeros((6, 8, 8, 3)), rows=2, columns=3).shape  # (22, 32, 3)
    ```
    """
    images = _as_image_batch(images)
    count = len(images)
    if columns is None:
        columns = -(-count // rows) if rows else int(np.ceil(np.sqrt(count)))
    if rows is None:
        rows = -(-count // columns)
    if rows < 1 or columns < 1:
        raise ValueError(
            "A grid needs at least one row and one column. "
            f"Received: rows={rows}, columns={columns}"
        )
    images = images.repeat(scale, axis=1).repeat(scale, axis=2)
    height, width, channels = images.shape[1:]
    shape = (rows * (height + padding) + padding, columns * (width + padding) + padding, channels)
    grid = np.full(shape, background, dtype="uint8")
    for index, image in enumerate(images[: rows * columns]):
        top = padding + (index // columns) * (height + padding)
        left = padding + (index % columns) * (width + padding)
        grid[top : top + height, left : left + width] = image
    return grid


def save_image_grid(path: str | os.PathLike, images: Any, **grid_arguments: Any) -> Path:
    """Writes images as one PNG, JPEG or other picture that Pillow knows by its suffix.

    The file appears complete or not at all: a viewer that watches it never sees half of a picture.

    Args:
        path: Where to write; missing folders are made.
        images: As for `image_grid`.
        **grid_arguments: `rows`, `columns`, `padding`, `scale`, `background`, passed to
            `image_grid`.

    Returns:
        The path, as a `pathlib.Path`.
    """
    return save_image(path, image_grid(images, **grid_arguments))


def save_image(path: str | os.PathLike, image: Any) -> Path:
    """Writes one image `(height, width, channels)`, in [-1, 1] or uint8, through Pillow."""
    from PIL import Image

    path = user_path(path)
    image = _as_image_batch(np.asarray(image)[None])[0]
    with new_file(path) as temporary:
        Image.fromarray(image[..., 0] if image.shape[-1] == 1 else image).save(temporary)
    return path


def _as_image_batch(images: Any) -> np.ndarray:
    """Bytes of shape `(n, height, width, channels)`."""
    images = np.asarray(images)
    batch = images[..., None] if images.ndim == 3 else images
    if batch.ndim != 4 or batch.shape[-1] not in (1, 3, 4) or len(batch) == 0:
        raise ValueError(
            "A grid is drawn of images of shape (n, height, width, channels) with 1, 3 or 4 "
            "channels. "
            f"Received: an array of shape {images.shape}"
        )
    return to_uint8(batch)
