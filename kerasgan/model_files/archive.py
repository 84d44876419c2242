"""`.keras` files from strangers: zip archives."""

from __future__ import annotations

import zipfile
from pathlib import Path

from kerasgan.model_files.error import ModelFileError
from kerasgan.model_files.reporting import clip

CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
MEMBERS = {CONFIG, METADATA, WEIGHTS}
# Keras does not compress; weights that someone else compressed shrink by a tenth, zeros by more.
LARGEST_EXPANSION, EXPANSION_FREE = 100, 2**24


def open_archive(path: Path) -> zipfile.ZipFile:
    """Opens a `.keras` file and checks its table of contents; nothing is unpacked.

    Raises:
        ModelFileError: If it is no zip archive or cut off, if it lacks a member, holds others than
            Keras writes, the same twice, encrypted ones or some that expand absurdly.
    """
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise ModelFileError(
            "A `.keras` file is a zip archive, and this is none, or not the whole of one. Ask for "
            f"the file again. The reason: {clip(error)}. Received: {str(path)!r}"
        ) from error
    try:
        _check_names([info.filename for info in archive.infolist()], path)
        _check_sizes(archive.infolist(), path)
    except BaseException:
        archive.close()
        raise
    return archive


def _check_names(names: list[str], path: Path) -> None:
    missing = [name for name in (CONFIG, WEIGHTS) if name not in names]
    unknown = [clip(name) for name in names if name not in MEMBERS]
    if missing or unknown or len(names) > len(set(names)):
        raise ModelFileError(
            f"A `.keras` file holds {CONFIG}, {METADATA} and {WEIGHTS}, each once and nothing "
            "else; files of layers that bring others, such as vocabularies, are not loaded. "
            f"Received: without {missing}, with {unknown[:5]}, {len(names)} members in "
            f"{str(path)!r}"
        )


def _check_sizes(members: list[zipfile.ZipInfo], path: Path) -> None:
    stored = path.stat().st_size
    for member in members:
        plain = member.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        if member.flag_bits & 1 or not plain:
            raise ModelFileError(
                "Members of a `.keras` file must not be encrypted, nor compressed by another "
                f"method than deflation. Received: {member.filename!r} in {str(path)!r}"
            )
    size = sum(member.file_size for member in members)
    if size > EXPANSION_FREE + LARGEST_EXPANSION * stored:
        raise ModelFileError(
            "The archive would expand to far more than it stores, as no saved model does. It is "
            f"not unpacked. Received: {size} bytes in {stored} bytes of {str(path)!r}"
        )
