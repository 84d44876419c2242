"""A way through folders, and what is passed by on it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

KINDS = 5  # As many kinds of what was left out are named.
LITTER = {"thumbs.db", "desktop.ini"}  # What systems leave behind, beside names with a dot.
# What commonly lies beside images: no reason for a warning.
TEXTS = set(
    ".txt .csv .tsv .json .jsonl .xml .md .rst .html .htm .yaml .yml .toml .ini .log .url .py "
    ".ipynb .sh .md5 .sha256".split()
)
FOLDERS, NO_TARGET, KNOWN = (
    "folders with images",
    "links to nothing",
    "links to what is read already",
)
CLOSED = "folders that may not be opened"
HEIC = (
    "For .heic, install pillow-heif and call `pillow_heif.register_heif_opener()` before, "
    "or convert them."
)


class FolderSearch:
    """A way through folders that enters none twice, and counts what it passes by."""

    def __init__(self, types: Iterable[str], recursive: bool) -> None:
        self.types = frozenset(types)
        self.recursive = recursive
        self.left_out: Counter[str] = Counter()
        self.doubtful = False  # Whether anything was left out that is not known to be no image.

    def files_of(self, folder: Path) -> list[Path]:
        """Returns the image files, in the order of their names."""
        seen: set[str] = set()
        files: dict[str, Path] = {}  # By their real paths.
        linked_files: list[Path] = []
        folders: list[Path] = [folder]
        linked_folders: list[Path] = []
        while folders or linked_folders:
            # What can be reached without a link goes by its own name.
            here = folders.pop() if folders else linked_folders.pop(0)
            real = os.path.realpath(here)
            if real in seen:
                self._leave_out(KNOWN)
                continue
            seen.add(real)
            for entry in self._entries(here):
                path = here / entry.name
                if _is(entry.is_dir):
                    self._meet_folder(entry, path, folders, linked_folders)
                elif not self._is_image(entry):
                    continue
                elif entry.is_symlink():
                    linked_files.append(path)
                else:
                    files[os.path.join(real, entry.name)] = path
        for path in linked_files:
            real = os.path.realpath(path)
            if files.setdefault(real, path) is not path:
                self._leave_out(KNOWN)
        return sorted(files.values())

    def others(self) -> str:
        """What was left out, counted by kind."""
        kinds = self.left_out.most_common()
        more = sum(count for _, count in kinds[KINDS:])
        named = [f"{count} {kind}" for kind, count in kinds[:KINDS]]
        return ", ".join([*named, f"{more} of other kinds"] if more else named)

    def remedies(self) -> str:
        """What can be done about it."""
        remedies = [
            (FOLDERS, "Folders are read with `recursive=True`."),
            (KNOWN, "To show an image more than once in an epoch, pass a list of files."),
            (".heic files", HEIC),
            (".heif files", HEIC),
        ]
        said = dict.fromkeys(text for kind, text in remedies if kind in self.left_out)
        if any(kind.endswith(" files") for kind in self.left_out):
            said = {"Files are known by the endings of their names.": None, **said}
        return " ".join(said)

    def _entries(self, folder: Path) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as entries:
                shown = [entry for entry in entries if not entry.name.startswith(".")]
        except PermissionError:
            self._leave_out(CLOSED)
            return []
        return sorted(shown, key=lambda entry: entry.name)

    def _meet_folder(
        self,
        entry: os.DirEntry[str],
        path: Path,
        folders: list[Path],
        linked_folders: list[Path],
    ) -> None:
        if self.recursive:
            (linked_folders if entry.is_symlink() else folders).append(path)
        elif any(self._has_type(Path(inner.name)) for inner in self._entries(path)):
            self._leave_out(FOLDERS)
        else:
            self._leave_out("folders", doubtful=False)

    def _is_image(self, entry: os.DirEntry[str]) -> bool:
        """Whether it is a file of an accepted type. Counts it, if it is not."""
        path = Path(entry.name)
        if _is(entry.is_file) and self._has_type(path):
            return True
        if path.name.lower() in LITTER:
            return False
        if _is(entry.is_file):
            kind = path.suffix.lower()
            # README and LICENSE, which have no ending, are texts too.
            text = kind in TEXTS or (not kind and path.name.isupper())
            self._leave_out(f"{kind or 'unnamed-type'} files", doubtful=not text)
        else:
            self._leave_out(NO_TARGET if entry.is_symlink() else "neither files nor folders")
        return False

    def _has_type(self, path: Path) -> bool:
        return path.suffix.lower() in self.types

    def _leave_out(self, kind: str, doubtful: bool = True) -> None:
        self.left_out[kind] += 1
        self.doubtful = self.doubtful or doubtful


def _is(question: Callable[[], bool]) -> bool:
    try:
        return question()
    except OSError:  # Of links that lead to each other.
        return False
