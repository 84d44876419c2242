"""Samples as pictures: grids and animations."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from kerasgan.ops.images import image_grid, save_image

_TILE = 64  # Pixels; smaller images are drawn larger, to be seen.


def save_grid(
    path: str | os.PathLike, images: Any, columns: int | None = None, scale: int | None = None
) -> Path:
    """Writes images side by side as one picture.

    Args:
        path: Where to write, such as `runs/walk.png`; missing folders are made.
        images: Array `(rows, columns, height, width, channels)`, or `(n, height, width, channels)`,
            floating point in [-1, 1] or uint8.
        columns: Int, for images without rows. Defaults to `None`: a grid that is about square, but
            one row up to 12 images.
        scale: Int, each pixel is drawn this many times. Defaults to `None`: 64 pixels a side at
            least.

    Returns:
        The path, as a `pathlib.Path`.
    """
    images = np.asarray(images)
    if images.ndim == 5:
        columns, images = images.shape[1], images.reshape(-1, *images.shape[2:])
    elif columns is None and len(images) <= 12:
        columns = len(images)
    return save_image(path, image_grid(images, columns=columns, scale=_scale(images, scale)))


def save_gif(
    path: str | os.PathLike, frames: Any, milliseconds: int = 60, scale: int | None = None
) -> Path:
    """Writes frames as an animated GIF that goes on without an end.

    Args:
        path: Where to write, such as `runs/walk.gif`; missing folders are made. The file appears
            complete or not at all.
        frames: Array `(frames, height, width, channels)`, or `(walks, frames, height, width,
            channels)`, which are shown side by side; floating point in [-1, 1] or uint8.
        milliseconds: Int, how long each frame is shown; viewers know hundredths of a second.
            Defaults to `60`.
        scale: See `save_grid`. Defaults to `None`.

    Returns:
        The path, as a `pathlib.Path`.

    Raises:
        ValueError: If the array has another number of axes.
    """
    from PIL import Image

    frames = np.asarray(frames)
    if frames.ndim not in (4, 5) or not frames.size:
        raise ValueError(
            "An animation needs frames of shape (frames, height, width, channels), or (walks, "
            f"frames, height, width, channels). Received: shape {frames.shape}"
        )
    frames = frames[None] if frames.ndim == 4 else frames
    scale = _scale(frames[0], scale)
    grids = [image_grid(frames[:, i], scale=scale) for i in range(frames.shape[1])]
    first, *others = [Image.fromarray(x[..., 0] if x.shape[-1] == 1 else x) for x in grids]
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.gif")
    try:
        first.save(temporary, save_all=True, append_images=others, duration=milliseconds, loop=0)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return path


def _scale(images: np.ndarray, scale: int | None) -> int:
    return max(1, _TILE // images.shape[1]) if scale is None else scale
