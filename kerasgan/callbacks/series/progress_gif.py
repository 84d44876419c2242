"""An animated GIF made of the pictures of a training."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kerasgan.files import new_file, user_path

MAX_FRAMES = 200


def save_progress_gif(
    path: str | os.PathLike, frames: Sequence[Path], milliseconds: int = 120
) -> Path | None:
    """Writes an animated GIF from picture files, in the order given.

    Of more than 200 pictures every second, third, ... is taken, so that a long training does not
    make a GIF that no viewer opens. Pictures of another size than the last, from an earlier
    training into the same folder, are left out. The last picture stays longer.

    Args:
        path: Where to write the GIF.
        frames: Paths of the pictures; only one of them is held in memory at a time.
        milliseconds: Int, how long each picture is shown. Defaults to `120`.

    Returns:
        The path, or `None` when there is no picture to show.
    """
    from PIL import Image

    frames = _same_size_as_last(frames)
    if not frames:
        return None
    stride = -(-len(frames) // MAX_FRAMES)
    # Counted from the end, so that the last picture is always among them.
    frames = frames[::-1][::stride][::-1]
    durations = [milliseconds] * (len(frames) - 1) + [10 * milliseconds]

    path = user_path(path)
    with new_file(path) as temporary, Image.open(frames[0]) as first:
        first.convert("RGB").save(
            temporary,
            "GIF",
            save_all=True,
            append_images=(_read(frame) for frame in frames[1:]),
            duration=durations,
            loop=0,
        )
    return path


def _read(path: Path) -> Any:
    from PIL import Image

    with Image.open(path) as image:
        return image.convert("RGB")


def _same_size_as_last(frames: Sequence[Path]) -> list[Path]:
    from PIL import Image

    sizes = []
    for frame in frames:
        with Image.open(frame) as image:  # reads the header only
            sizes.append(image.size)
    return [frame for frame, size in zip(frames, sizes, strict=True) if size == sizes[-1]]
