"""Folders from strangers: links in them may point to anything."""

from __future__ import annotations

import os
from pathlib import Path

from kerasgan.model_files.error import ModelFileError

MOST_ENTRIES = 10_000


def check_links(directory: Path) -> None:
    """Refuses a folder with links out of it, or with anything but files and folders in it."""
    root, count = directory.resolve(), 0
    for folder, names, files in os.walk(root):
        for name in [*names, *files]:
            member, count = Path(folder) / name, count + 1
            leads_out = member.is_symlink() and not member.resolve().is_relative_to(root)
            if leads_out or not (member.is_file() or member.is_dir()) or count > MOST_ENTRIES:
                raise ModelFileError(
                    "The folder of a saved model holds files and folders, at most "
                    f"{MOST_ENTRIES} of them, and no links that lead out of it. If you trust "
                    "where a link leads, copy the folder with `cp -rL`. "
                    f"Received: {str(member.relative_to(root))!r} in {str(directory)!r}"
                )
