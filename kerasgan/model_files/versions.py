"""Files of newer versions: refused where they cannot be read, and named where reading fails."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import keras

from kerasgan.model_files.error import ModelFileError
from kerasgan.version import __version__

INSTALLED = {"keras": keras.__version__, "kerasgan": __version__}


def check_versions(written: Any, path: Path) -> None:
    """Refuses what a newer major version wrote.

    A newer minor version is tried: most of its files can be read, and if not, `newer` says why.

    Args:
        written: Dict with `keras_version` and `kerasgan_version`; what is missing is not checked.
        path: The file or folder, for the message.
    """
    for package, theirs, ours in _pairs(written):
        if theirs[0] > ours[0]:
            raise ModelFileError(
                f"The file was written by {package} {_text(theirs)}, and {package} "
                f"{INSTALLED[package]} cannot read the files of a newer major version. "
                f"`pip install --upgrade {package}`. Received: {str(path)!r}"
            )


def newer(written: Any) -> str:
    """A sentence that names the newer versions that wrote a file, or nothing."""
    found = [
        f" It was written by {package} {_text(theirs)}, which is newer than the installed "
        f"{INSTALLED[package]}: `pip install --upgrade {package}` may help."
        for package, theirs, ours in _pairs(written)
        if theirs > ours
    ]
    return "".join(found)


def _pairs(written: Any) -> list[tuple[str, tuple[int, ...], tuple[int, ...]]]:
    written = written if isinstance(written, dict) else {}
    pairs = []
    for package, installed in INSTALLED.items():
        theirs, ours = _parse(written.get(f"{package}_version")), _parse(installed)
        if theirs and ours:
            pairs.append((package, theirs, ours))
    return pairs


def _parse(version: Any) -> tuple[int, ...] | None:
    match = re.match(r"(\d{1,6})\.(\d{1,6})", version) if isinstance(version, str) else None
    return tuple(int(part) for part in match.groups()) if match else None


def _text(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
