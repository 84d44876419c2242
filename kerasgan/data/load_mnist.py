"""MNIST, and data sets in its format, from files on the disk."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from kerasgan.data.read_idx import read_idx
from kerasgan.data.resizing import resize
from kerasgan.files import user_path

FILES = {"train": "train", "test": "t10k"}  # What the names of the files begin with.


def load_mnist(
    path: str | os.PathLike,
    split: str = "train",
    image_size: int = 28,
    return_labels: bool = False,
) -> np.ndarray | tuple[np.ndarray, np.ndarray]:
    """Reads the images of MNIST, or of Fashion-MNIST and others in its format, from a folder.

    Nothing is downloaded. The files bear the names under which they are distributed, such as
    `train-images-idx3-ubyte.gz` and `train-labels-idx1-ubyte.gz`, with `t10k` for `train` in the
    test set, compressed or not, and with a dot or a hyphen before `idx`.

    Args:
        path: The folder.
        split: `"train"` or `"test"`. Defaults to `"train"`.
        image_size: Int, height and width of the images. Other sizes than 28 are interpolated
            bilinearly. Defaults to `28`.
        return_labels: Bool, whether to return the classes as well. Defaults to `False`.

    Returns:
        Images, float32 of shape `(n, image_size, image_size, 1)` in [-1, 1], background -1; or
        `(images, labels)` with labels int64 of shape `(n,)` from 0 to 9.

    Raises:
        FileNotFoundError: If the folder does not hold the files.
        ValueError: If a file is damaged or holds something else, or an argument is wrong.

    Example:

    ```python
    images, labels = kerasgan.data.load_mnist("data/mnist", image_size=32, return_labels=True)
    images.shape  # (60000, 32, 32, 1)
    ```
    """
    if split not in FILES:
        raise ValueError(f"`split` must be 'train' or 'test'. Received: split={split!r}")
    folder = user_path(path)
    file = _find(folder, FILES[split], "images", 3)
    pixels = read_idx(file)
    if pixels.ndim != 3 or pixels.dtype != np.uint8 or not pixels.size:
        raise ValueError(
            "The file of images must hold bytes of shape (n, height, width). "
            f"Received: {str(file)!r} with {pixels.dtype} of shape {pixels.shape}"
        )
    images = resize(pixels, image_size)[..., np.newaxis] / np.float32(127.5) - np.float32(1.0)
    if not return_labels:
        return images
    return images, _read_labels(_find(folder, FILES[split], "labels", 1), len(images))


def _read_labels(file: Path, count: int) -> np.ndarray:
    labels = read_idx(file)
    if labels.shape != (count,) or labels.dtype != np.uint8:
        raise ValueError(
            f"The file of labels must hold {count} bytes, one for each image. "
            f"Received: {str(file)!r} with {labels.dtype} of shape {labels.shape}"
        )
    return labels.astype("int64")


def _find(folder: Path, split: str, kind: str, dimensions: int) -> Path:
    names = [f"{split}-{kind}{mark}idx{dimensions}-ubyte" for mark in "-."]
    names = [name + suffix for name in names for suffix in ("", ".gz")]
    for name in names:
        if (folder / name).is_file():
            return folder / name
    there = sorted(file.name for file in folder.iterdir())[:8] if folder.is_dir() else "no folder"
    raise FileNotFoundError(
        f"The folder must hold one of {', '.join(names)}. Download it from one of the places that "
        "distribute MNIST, or pass the other `split`. "
        f"Received: {str(folder)!r} with {there}"
    )
