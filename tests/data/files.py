"""Image files that the tests make."""

from pathlib import Path

import keras
import numpy as np
from PIL import Image

TENSORFLOW = keras.backend.backend() == "tensorflow"


def plain(value: int, size: tuple[int, int] = (20, 16)) -> Image.Image:
    """A grey RGB image of one value, (width, height)."""
    return Image.new("RGB", size, (value, value, value))


def folder_of(path: Path, values: list[int], size: tuple[int, int] = (20, 16)) -> Path:
    """A folder of one-coloured PNG files, named in the order of their values."""
    path.mkdir(parents=True, exist_ok=True)
    for number, value in enumerate(values):
        plain(value, size).save(path / f"{number:03d}.png")
    return path


def epoch(dataset) -> list:
    """The batches of the next epoch as tuples of NumPy arrays."""
    batches = [batch if isinstance(batch, tuple) else (batch,) for batch in dataset]
    return [tuple(np.asarray(keras.ops.convert_to_numpy(t)) for t in batch) for batch in batches]


def values(dataset, column: int = 0) -> list[int]:
    """The grey values of one-coloured images in the order in which an epoch brings them."""
    pixels = np.concatenate([batch[column] for batch in epoch(dataset)])[:, 0, 0, 0]
    return [int(round(float(v))) for v in (pixels + 1.0) * 127.5]
