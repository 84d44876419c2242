"""Images in the size that a network takes, by the conventions of the published metrics."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

MODES = ("clean", "legacy_pytorch", "legacy_tensorflow")


def resize_images(images: np.ndarray, size: tuple[int, int], mode: str = "clean") -> np.ndarray:
    """Resizes images as one of the published implementations of the Fréchet distance does.

    Interpolation is linear in the pixels, so that each mode is a pair of matrices, equal on every
    backend and device. Of images that are made smaller, `"clean"` takes weighted means over all
    pixels; the others skip pixels, and differ by some grey levels.

    Args:
        images: Float array `(n, height, width, channels)`.
        size: The height and width to make.
        mode: `"clean"`, the bicubic interpolation of Pillow on floats, as clean-fid; its
            overshoots beyond the range [-1, 1] are cut. `"legacy_pytorch"`, bilinear without
            antialiasing between pixels' centres, as pytorch-fid. `"legacy_tensorflow"`, bilinear
            between pixels' corners, as TensorFlow 1 and torch-fidelity. Defaults to `"clean"`.

    Returns:
        A float32 array `(n, *size, channels)`. Images that have the size already are returned as
        they are.

    Raises:
        ValueError: If there is no such mode.

    Reference: [Parmar et al., 2022](https://arxiv.org/abs/2104.11222).
    """
    check_mode(mode)
    images = np.asarray(images, "float32")
    count, height, width, channels = images.shape
    if (height, width) == tuple(size):
        return images
    # Along the width first, as Pillow: (n·height, width, channels), then (n, height, the rest).
    x = np.matmul(_matrix(width, size[1], mode), images.reshape(-1, width, channels))
    x = np.matmul(_matrix(height, size[0], mode), x.reshape(count, height, -1))
    resized = x.reshape(count, *size, channels)
    return np.clip(resized, -1.0, 1.0) if mode == "clean" else resized


def check_mode(mode: str) -> None:
    """Raises a ValueError for what is not the name of a mode."""
    if mode not in MODES:
        raise ValueError(
            f"`resize` must be one of {', '.join(map(repr, MODES))}. Received: resize={mode!r}"
        )


@lru_cache(maxsize=32)
def _matrix(length: int, new: int, mode: str) -> np.ndarray:
    """The weights `(new, length)` of the old pixels of a row in the new ones."""
    matrix = _bicubic(length, new) if mode == "clean" else _bilinear(length, new, mode)
    return matrix.astype("float32")


def _bicubic(length: int, new: int) -> np.ndarray:
    scale = length / new
    stretch = max(scale, 1.0)  # Of the kernel, over all the pixels that become one.
    centers = (np.arange(new)[:, None] + 0.5) * scale
    x = np.abs((np.arange(length) + 0.5 - centers) / stretch)
    near = 1.5 * x**3 - 2.5 * x**2 + 1.0
    far = -0.5 * (x**3 - 5.0 * x**2 + 8.0 * x - 4.0)
    weights = np.where(x < 1.0, near, np.where(x < 2.0, far, 0.0))
    return weights / weights.sum(axis=1, keepdims=True)


def _bilinear(length: int, new: int, mode: str) -> np.ndarray:
    # In float32, as the others compute it: of large images the rounding is seen.
    shift = np.float32(0.5 if mode == "legacy_pytorch" else 0.0)
    scale = np.float32(length) / np.float32(new)
    rows = np.arange(new)
    positions = np.maximum((rows.astype("float32") + shift) * scale - shift, 0.0)
    left = np.minimum(positions.astype(int), length - 1)
    right = np.minimum(left + 1, length - 1)
    weights = np.zeros((new, length))
    weights[rows, left] = 1.0 - (positions - left)
    weights[rows, right] += positions - left
    return weights
