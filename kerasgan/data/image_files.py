"""The image files of a folder, and of the folders in it; or those of a list."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from kerasgan.data.folder_search import FolderSearch
from kerasgan.data.image_types import COMMON, image_types
from kerasgan.files import user_path

# A folder, or files that are named one by one.
ImagePaths = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]

NAMED = 5  # As many files are named.


def list_images(paths: ImagePaths, recursive: bool = False) -> list[Path]:
    """Returns the image files of a folder in the order of their names, or those of a list.

    Links are followed. However many ways lead to an image, it is listed once. One warning counts
    what was left out and might have been wanted.

    Args:
        paths: Str or path, the folder; or a list of files, which is taken as it is.
        recursive: Bool, whether to list the folders within the folder too. Defaults to `False`.

    Raises:
        FileNotFoundError: If there is no such folder or file.
        TypeError: If it is neither a path nor a list of paths.
        ValueError: If there is no image.
    """
    if not isinstance(paths, str | bytes | os.PathLike):
        return _listed(paths)
    folder = user_path(paths).absolute()  # What the current folder is may change later.
    if not folder.is_dir():
        found = "a file: pass a list of files" if folder.exists() else "nothing of that name"
        raise FileNotFoundError(
            "Expected a folder of images. Give the path of an existing folder. "
            f"Received: {str(folder)!r}, which is {found}"
        )
    search = FolderSearch(image_types(), recursive)
    files = search.files_of(folder)
    if not files:
        deeper = "" if recursive else "Folders within it are read with `recursive=True`. "
        raise ValueError(
            f"The folder holds no image. Accepted types: {', '.join(COMMON)}, and others that "
            f"Pillow reads. {deeper}"
            f"Received: {str(folder)!r}, which holds {search.others() or 'nothing'}"
        )
    if search.doubtful:
        warnings.warn(
            f"Left out of {str(folder)!r}, beside {len(files)} images: {search.others()}. "
            f"{search.remedies()}",
            stacklevel=4,
        )
    return files


def _listed(paths: Any) -> list[Path]:
    try:
        files = [user_path(path).absolute() for path in paths]
    except TypeError as error:
        raise TypeError(
            "Expected the path of a folder of images, or a list of the paths of files. "
            f"Received: {paths!r}"
        ) from error
    if not files:
        raise ValueError("The list of image files is empty. Received: []")
    folders = [file for file in files if file.is_dir()]
    if folders:
        raise ValueError(
            "A list holds files. For a folder pass its path alone, or the files in it: "
            f"`sorted(pathlib.Path(folder).glob('*.png'))`. Received: {names(folders)}"
        )
    missing = [file for file in files if not file.is_file()]
    if missing:
        raise FileNotFoundError(
            "Image files of the list do not exist. Correct their paths, or leave them out. "
            f"Received: {len(missing)} of {len(files)}: {names(missing)}"
        )
    return files


def names(files: Sequence[Path]) -> str:
    """The first of some files, and how many more there are."""
    more = f" and {len(files) - NAMED} more" if len(files) > NAMED else ""
    return ", ".join(repr(str(file)) for file in files[:NAMED]) + more
