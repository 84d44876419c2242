"""Samples as pictures: grids and animations."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kerasgan.files import new_file, user_path
from kerasgan.ops.images import image_grid, save_image, to_uint8

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

    grids = frame_grids(frames, scale)
    first, *others = [Image.fromarray(x[..., 0] if x.shape[-1] == 1 else x) for x in grids]
    path = user_path(path)
    shown = {"save_all": True, "append_images": others, "duration": milliseconds, "loop": 0}
    with new_file(path) as temporary:
        first.save(temporary, "GIF", **shown)
    return path


def save_sum(
    path: str | os.PathLike,
    signs: Sequence[int],
    members: Sequence[np.ndarray],
    means: np.ndarray,
    results: np.ndarray,
) -> Path:
    """Writes a sum of images: a column for each operand, and the results.

    Args:
        path: Where to write.
        signs: 1 or -1 for each operand.
        members: Up to three images of each operand, `(k, height, width, channels)`, drawn above it.
        means: Array `(operands, height, width, channels)`.
        results: Array `(3, 3, height, width, channels)`, of which the middle one is the sum.

    Returns:
        The path, as a `pathlib.Path`.
    """
    scale = _scale(means, None)  # Before signs are drawn, which need the room.
    means, results, *members = (_enlarged(each, scale) for each in (means, results, *members))
    blank = np.full_like(means[0], 255)
    rows: list[list[np.ndarray]] = [[], [], [], []]
    for index, (sign, group, mean) in enumerate(zip(signs, members, means, strict=True)):
        above = [blank] * 3 if len(group) == 1 else [*group, blank, blank][:3]
        if index or sign < 0:
            _append(rows, [blank] * 3 + [_sign(blank, "+" if sign > 0 else "-")])
        _append(rows, [*above, mean])
    _append(rows, [blank] * 3 + [_sign(blank, "=")])
    for column in range(3):
        _append(rows, [*results[:, column], results[1, 1] if column == 1 else blank])
    return save_grid(path, np.array(rows))


def _enlarged(images: np.ndarray, scale: int) -> np.ndarray:
    return to_uint8(images).repeat(scale, axis=-3).repeat(scale, axis=-2)


def _append(rows: list[list[np.ndarray]], column: Sequence[np.ndarray]) -> None:
    for row, cell in zip(rows, column, strict=True):
        row.append(cell)


def _sign(blank: np.ndarray, sign: str) -> np.ndarray:
    """The sign in black bars on a white cell."""
    cell = blank.copy()
    height, width = cell.shape[:2]
    thick = max(1, height // 16)
    across = slice(width // 3, width - width // 3)
    for middle in {"=": (2 * height // 5, 3 * height // 5)}.get(sign, (height // 2,)):
        cell[middle - thick : middle + thick, across, :3] = 0
    if sign == "+":
        half = width // 2 - width // 3
        down = slice(height // 2 - half, height // 2 + half)
        cell[down, width // 2 - thick : width // 2 + thick, :3] = 0
    return cell


def frame_grids(frames: Any, scale: int | None) -> list[np.ndarray]:
    """Each frame as bytes `(height, width, channels)`, walks side by side; see `save_gif`."""
    frames = np.asarray(frames)
    if frames.ndim not in (4, 5) or not frames.size:
        raise ValueError(
            "An animation needs frames of shape (frames, height, width, channels), or (walks, "
            f"frames, height, width, channels). Received: shape {frames.shape}"
        )
    frames = frames[None] if frames.ndim == 4 else frames
    scale = _scale(frames[0], scale)
    return [image_grid(frames[:, i], scale=scale) for i in range(frames.shape[1])]


def _scale(images: np.ndarray, scale: int | None) -> int:
    return max(1, _TILE // images.shape[1]) if scale is None else scale
