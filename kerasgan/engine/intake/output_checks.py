"""Folders that callbacks will write to, tried before the first step instead of after the first."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

# Where kerasgan's and Keras's callbacks keep the path of a folder.
FOLDERS = ("directory", "files.directory", "log_dir", "backup_dir")


def check_output_folders(callbacks: Any) -> None:
    """Makes the folders of callbacks, and refuses those that cannot be written to.

    Args:
        callbacks: What `fit` is given: a callback, several, or `None`.

    Raises:
        OSError: If a folder cannot be made or written to. The message names callback and path.
    """
    for callback in _each(callbacks):
        for name in FOLDERS:
            path = _attribute(callback, name)
            if isinstance(path, str | os.PathLike):
                _try(type(callback).__name__, Path(path))


def _try(owner: str, path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError as error:
        raise type(error)(
            f"`{owner}` could not write to its folder: a file stands in the way, it is read-only, "
            "or the disk is gone. Choose another folder, or make this one writable. "
            f"Received: {str(path)!r} ({error.strerror or error})"
        ) from error


def _each(callbacks: Any) -> Iterable[Any]:
    if callbacks is None:
        return []
    callbacks = getattr(callbacks, "callbacks", callbacks)  # A `CallbackList` holds several.
    return callbacks if isinstance(callbacks, list | tuple) else [callbacks]


def _attribute(owner: Any, name: str) -> Any:
    for part in name.split("."):
        owner = getattr(owner, part, None)
    return owner
