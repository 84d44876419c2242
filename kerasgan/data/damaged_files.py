"""Image files that cannot be read: named, and left out where that is asked for."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kerasgan.data.decoding import read_image
from kerasgan.data.image_files import names
from kerasgan.data.pixel_values import PixelValues
from kerasgan.data.unreadable import Unreadable

ON_ERROR = ("raise", "skip")


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
            f"`on_error='skip'`. Received: {len(empty)} of {len(files)} files: {names(empty)}"
        )


def readable(
    files: Sequence[Path], channels: int, min_side: int, values: PixelValues
) -> list[Path]:
    """Decodes every file once, and leaves out those that cannot be used, with one warning.

    Args:
        files: Image files.
        channels: Int, as of `decode_image`.
        min_side: Int, likewise.
        values: `PixelValues`, likewise.

    Returns:
        The files that can be used, in their order.

    Raises:
        ValueError: If none can.
    """

    def reason(file: Path) -> str | None:
        try:
            read_image(file, channels, min_side, values)
        except Unreadable as error:
            return error.reason
        return None

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        reasons = list(pool.map(reason, files))
    good = [file for file, why in zip(files, reasons, strict=True) if why is None]
    if len(good) == len(files):
        return good
    found = f"{len(files) - len(good)} of {len(files)} image files cannot be read"
    told = _told([(why, file) for file, why in zip(files, reasons, strict=True) if why])
    if not good:
        raise ValueError(
            f"No image is left: {found}. Pass `on_error='raise'` to see what to do about it. "
            f"Received: {told}"
        )
    warnings.warn(f"{found} and are left out: {told}", stacklevel=4)
    return good


def _told(reasons: Sequence[tuple[str, Path]]) -> str:
    """The reasons, each with its files."""
    by_reason: dict[str, list[Path]] = {}
    for why, file in reasons:
        by_reason.setdefault(why, []).append(file)
    return "; ".join(
        f"{len(files)} {why}: {names(sorted(files))}" for why, files in by_reason.items()
    )
