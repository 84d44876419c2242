"""Frames as a video that browsers play."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from kerasgan.files import new_file, user_path
from kerasgan.latent.figures import require_video
from kerasgan.latent.pictures import frame_grids
from kerasgan.samples.shapes import check_positive_ints

# Of the constant quality's scale, from 0 to 51, at which no difference is seen.
_QUALITY = "18"


def save_video(
    path: str | os.PathLike, frames: Any, frames_per_second: int = 16, scale: int | None = None
) -> Path:
    """Writes frames as an MP4 video, H.264 in the form that all browsers play.

    It is many times smaller than a GIF, and has all colours. Whether it starts again at its end is
    the player's choice: `<video loop>` in a page. PyAV encodes it: `pip install "kerasgan[video]"`.

    Args:
        path: Where to write, such as `runs/walk.mp4`; missing folders are made. The file appears
            complete or not at all.
        frames: As for `save_gif`.
        frames_per_second: Int, how many frames are shown each second. Defaults to `16`.
        scale: See `save_grid`. Defaults to `None`.

    Returns:
        The path, as a `pathlib.Path`.

    Raises:
        ImportError: If PyAV is not installed.
        ValueError: If the path does not end in `.mp4`, the array has another number of axes, or
            `frames_per_second` is no positive integer.

    Example:

    ```python
    frames = kerasgan.latent.walk(gan, n_keys=8, steps=15, walks=16)
    kerasgan.latent.save_video("runs/walk.mp4", frames, frames_per_second=15)
    ```
    """
    path = user_path(path)
    if path.suffix.lower() != ".mp4":
        raise ValueError(f"The path of a video must end in .mp4. Received: path={str(path)!r}")
    check_positive_ints(frames_per_second=frames_per_second)
    require_video()
    grids = frame_grids(frames, scale)
    with new_file(path) as temporary:
        _encode(temporary, [_even(grid) for grid in grids], frames_per_second)
    return path


def _even(grid: np.ndarray) -> np.ndarray:
    """Three colours, and sizes that halve: colours have half of the resolution of brightness."""
    grid = np.repeat(grid, 3, axis=-1) if grid.shape[-1] == 1 else grid[..., :3]
    margins = ((0, grid.shape[0] % 2), (0, grid.shape[1] % 2), (0, 0))
    return np.pad(grid, margins, constant_values=255)


def _encode(path: Path, grids: list[np.ndarray], frames_per_second: int) -> None:
    import av

    # The index of the file goes to its start, so that a browser plays while it loads.
    with av.open(str(path), "w", options={"movflags": "faststart"}) as container:
        stream = container.add_stream("h264", rate=frames_per_second, options={"crf": _QUALITY})
        stream.height, stream.width = grids[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        for grid in grids:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(grid, format="rgb24")))
        container.mux(stream.encode(None))
