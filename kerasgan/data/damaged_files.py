"""Image files that cannot be read: named, and left out where that is asked for."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kerasgan.data.decoding import decode_image

ON_ERROR = ("raise", "skip")
NAMED = 5  # Files that a message names.


def check_on_error(on_error: str) -> None:
    """Raises a ValueError if it is neither `"raise"` nor `"skip"`."""
    if on_error not in ON_ERROR:
        raise ValueError(f"`on_error` must be one of {ON_ERROR}. Received: on_error={on_error!r}")


def refuse_empty(files: Sequence[Path]) -> None:
    """Raises a ValueError if there are files of no bytes, as interrupted downloads leave."""
    empty = [file for file in files if file.stat().st_size == 0]
    if empty:
        raise ValueError(
            "Image files are empty, as after an interrupted copy. Remove or replace them, or pass "
            f"`on_error='skip'`. Received: {len(empty)} of {len(files)} files: {_names(empty)}"
        )


def readable(files: Sequence[Path], channels: int, min_side: int) -> list[Path]:
    """Decodes every file once, and leaves out those that cannot be, with one warning.

    Args:
        files: Image files.
        channels: Int, as of `decode_image`.
        min_side: Int, likewise.

    Returns:
        The files that can be read, in their order.

    Raises:
        ValueError: If none can.
    """

    def works(file: Path) -> bool:
        try:
            decode_image(file, channels, min_side)
        except ValueError:
            return False
        return True

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        good = [file for file, ok in zip(files, pool.map(works, files), strict=True) if ok]
    damaged = sorted(set(files) - set(good))
    found = f"{len(damaged)} of {len(files)} image files cannot be read"
    if not good:
        raise ValueError(
            f"No image is left: {found}. Pass `on_error='raise'` to see why. "
            f"Received: {_names(damaged)}"
        )
    if damaged:
        warnings.warn(f"{found} and are left out: {_names(damaged)}", stacklevel=4)
    return good


def _names(files: Sequence[Path]) -> str:
    more = f" and {len(files) - NAMED} more" if len(files) > NAMED else ""
    return ", ".join(repr(str(file)) for file in files[:NAMED]) + more
