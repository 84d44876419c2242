"""Files that are complete or not there: nothing good is lost when the disk or the power fails."""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def user_path(path: str | os.PathLike) -> Path:
    """Returns a path that a user gave, with `~` for the home folder, as a shell would have it."""
    return Path(os.path.expanduser(os.fsdecode(path)))


@contextlib.contextmanager
def new_directory(path: str | os.PathLike, replaces: tuple[str, ...]) -> Iterator[Path]:
    """Makes a folder that appears under its name complete, or not at all.

    What is written goes to a folder beside it, which is renamed at the end; if anything fails, what
    stood under the name still stands there.

    Args:
        path: The folder to make.
        replaces: Names of files by which a folder is known that may be replaced. A folder with
            anything else in it is left alone, with an error.
    """
    path = user_path(path)
    if path.exists() and not _may_replace(path, replaces):
        raise FileExistsError(
            "Something stands there that this function did not write, and it is not overwritten. "
            f"Choose another path, or remove it first. Received: {str(path)!r}"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    mark = uuid.uuid4().hex[:8]
    temporary, previous = (path.with_name(f".{path.name}.{mark}.{kind}") for kind in ("new", "old"))
    temporary.mkdir()
    try:
        yield temporary
        if path.exists():
            path.rename(previous)
        temporary.rename(path)
    except BaseException:
        if previous.exists() and not path.exists():
            previous.rename(path)
        raise
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
        shutil.rmtree(previous, ignore_errors=True)


def _may_replace(path: Path, marks: tuple[str, ...]) -> bool:
    if not path.is_dir():
        return False
    return not any(path.iterdir()) or all((path / mark).exists() for mark in marks)


@contextlib.contextmanager
def new_file(path: str | os.PathLike) -> Iterator[Path]:
    """Makes a file that appears under its name complete, or not at all.

    What is written goes to a file beside it, whose name ends as its own does, and which is renamed
    at the end; if anything fails, what stood under the name still stands there.

    Args:
        path: The file to make; missing folders are made.
    """
    path = user_path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{uuid.uuid4().hex[:8]}.{path.name}")
    try:
        yield temporary
        replace_file(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def replace_file(temporary: Path, path: Path) -> None:
    """Gives a finished file its name, and returns when that would survive a loss of power."""
    synchronise(temporary)
    os.replace(temporary, path)
    if os.name == "posix":  # Elsewhere a folder cannot be opened.
        synchronise(path.parent)


def synchronise(path: Path) -> None:
    """Returns when a file or folder stands on the disk and not only in memory."""
    descriptor = os.open(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Writes a JSON file that replaces the one before in one moment."""
    temporary = path.with_name(f".{path.name}.partial")
    temporary.write_text(json.dumps(content, indent=2), encoding="utf-8")
    replace_file(temporary, path)


def sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def require_space(directory: Path, model: Any) -> None:
    """Raises `OSError` before a disk runs full, which HDF5 does not survive.

    Args:
        directory: Folder on the disk in question.
        model: A Keras model, to be written with its optimizer.
    """
    optimizer = model.optimizer.variables if model.compiled else []
    variables = [*model.variables, *optimizer]
    needed = 8 * sum(math.prod(variable.shape) for variable in variables)
    free = shutil.disk_usage(directory).free
    if free < needed:
        raise OSError(
            f"Not enough space on the disk: {needed / 1e6:.1f} MB are needed to write the weights "
            f"safely. Received: {free / 1e6:.1f} MB free at {str(directory)!r}"
        )
