"""The files of `Checkpoint`: a folder in which the last good state of a training always stands."""

from __future__ import annotations

import json
import os
import shutil
import time
import warnings
import zipfile
from pathlib import Path
from typing import Any

import keras

from kerasgan.files import replace_file, require_space, sha256, user_path, write_json
from kerasgan.version import __version__

MANIFEST = "manifest.json"
FORMAT = 1
PARTIAL = ".partial.keras"


class CheckpointFiles:
    """Writes and finds checkpoints in a folder.

    A checkpoint is a `.keras` file, written under another name, read back, and then renamed. The
    manifest, replaced in one moment after that, lists the files with their checksums and what
    Keras's files do not hold: where in the training they were written. Whatever is interrupted
    when: the manifest lists only files that are complete.

    Args:
        directory: Folder of the files; made when the first is written.
        keep: Int, checkpoints to keep, the best one not counted.
    """

    def __init__(self, directory: str | os.PathLike, keep: int) -> None:
        self.directory = user_path(directory)
        self.keep = keep

    def write(self, model: keras.Model, position: dict[str, Any], best: float | None) -> Path:
        """Saves a model, drops what is older than `keep`, and returns the file.

        Args:
            model: A compiled kerasgan model.
            position: Where the training stands, with `step` in it; JSON values.
            best: The value by which this is the best checkpoint so far; `None` if it is not.

        Raises:
            OSError: If the disk is full or cannot be written. What stood there still stands.
        """
        self.directory.mkdir(parents=True, exist_ok=True)
        if not (self.directory / MANIFEST).exists():
            # First of all, so that files without one are never ours: see `_refuse_unlisted`.
            write_json(self.directory / MANIFEST, {"format": FORMAT, "checkpoints": []})
        path = self._save(model, self.directory / f"step_{position['step']:09d}.keras")
        entry = {"file": path.name, "sha256": sha256(path), "time": time.time(), **position}
        manifest = self._read()
        others = [e for e in manifest["checkpoints"] if e["file"] != path.name]
        manifest["checkpoints"] = [*others, entry][-self.keep :]
        if best is not None:
            manifest["best"] = {**entry, "file": self._copy_as_best(path).name, "value": best}
        manifest["versions"] = {
            "kerasgan": __version__,
            "keras": keras.__version__,
            "backend": keras.backend.backend(),
        }
        write_json(self.directory / MANIFEST, manifest)
        self._remove_unlisted(manifest)
        return path

    def newest(self) -> dict[str, Any] | None:
        """The manifest's entry of the newest checkpoint that is whole; `None` if there is none.

        A damaged one is passed over with a warning. The best one counts as the oldest.

        Raises:
            ValueError: If there are checkpoints without a manifest, or it cannot be read.
        """
        self._refuse_unlisted()
        manifest = self._read()
        best = [manifest["best"]] if "best" in manifest else []
        entries = [*best, *manifest["checkpoints"]]
        while entries:
            entry = entries.pop()
            path = self.directory / entry["file"]
            if path.is_file() and sha256(path) == entry["sha256"]:
                return entry
            state = "has been changed or damaged" if path.is_file() else "is missing"
            rest = "the one before it is used"
            if not entries:
                rest = "no other is left: training begins anew"
            warnings.warn(f"The checkpoint {str(path)!r} {state}; {rest}.", stacklevel=2)
        return None

    def best_value(self) -> float | None:
        """The monitored value of the best checkpoint so far."""
        return self._read().get("best", {}).get("value")

    def _read(self) -> dict[str, Any]:
        path = self.directory / MANIFEST
        if not path.exists():
            return {"format": FORMAT, "checkpoints": []}
        try:
            manifest = json.loads(path.read_text(encoding="utf-8"))
            version, entries = manifest["format"], manifest["checkpoints"]
            whole = all(_is_entry(entry) for entry in [*entries, manifest.get("best", entries)])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise _unreadable(path, f"it is damaged: {error}") from error
        if version != FORMAT:
            raise _unreadable(path, f"its format is {version!r}, this version reads {FORMAT}")
        if not whole:
            raise _unreadable(path, "an entry lacks its file, checksum or place in the training")
        return manifest

    def _save(self, model: keras.Model, path: Path) -> Path:
        temporary = path.with_name(f".{path.stem}{PARTIAL}")
        try:
            require_space(self.directory, model)
            model.save(temporary)
            _verify(temporary)
            replace_file(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
        return path

    def _copy_as_best(self, path: Path) -> Path:
        best = path.with_name(f"best_{path.name}")
        temporary = path.with_name(f".{best.stem}{PARTIAL}")
        try:
            shutil.copyfile(path, temporary)
            replace_file(temporary, best)
        finally:
            temporary.unlink(missing_ok=True)
        return best

    def _refuse_unlisted(self) -> None:
        """Raises an error where a training would begin anew and remove what stands there."""
        if (self.directory / MANIFEST).exists():
            return
        files = sorted(file.name for file in self.directory.glob("*step_*.keras"))
        files = [name for name in files if not name.startswith(".")]
        if files:
            raise ValueError(
                f"The directory holds checkpoints, but no {MANIFEST}, which says where in the "
                "training they belong. Put it back, or choose another directory to start anew; "
                "each file can be loaded with `keras.saving.load_model`. "
                f"Received: {files} in {str(self.directory)!r}"
            )

    def _remove_unlisted(self, manifest: dict[str, Any]) -> None:
        """Removes older checkpoints, and what an interrupted writing has left."""
        listed = {entry["file"] for entry in manifest["checkpoints"]}
        listed.add(manifest.get("best", {}).get("file"))
        for pattern in ("step_*.keras", "best_step_*.keras", f".*{PARTIAL}"):
            for file in self.directory.glob(pattern):
                if file.name not in listed:
                    file.unlink(missing_ok=True)


def _is_entry(entry: Any) -> bool:
    if isinstance(entry, list):  # No best one: `_read` then asks with the list of checkpoints.
        return True
    counts = all(isinstance(entry.get(key), int) for key in ("step", "epoch", "batch"))
    # A plain name: a manifest must not lead to files outside its folder.
    name = entry.get("file")
    plain = isinstance(name, str) and Path(name).name == name and name.endswith(".keras")
    return counts and plain and isinstance(entry.get("sha256"), str) and "means" in entry


def _unreadable(path: Path, reason: str) -> ValueError:
    return ValueError(
        f"The list of checkpoints cannot be read: {reason}. Load one of the `.keras` files beside "
        "it with `keras.saving.load_model`, or choose another directory to start anew. "
        f"Received: {str(path)!r}"
    )


def _verify(path: Path) -> None:
    """Reads back what was written: full disks and failing ones do not always say so."""
    try:
        with zipfile.ZipFile(path) as archive:
            damaged = archive.testzip()
    except zipfile.BadZipFile as error:
        damaged = str(error)
    if damaged:
        raise OSError(f"The file was not written completely ({damaged}). Received: {str(path)!r}")


def warn_unwritten(step: int, error: OSError) -> None:
    """Says that a checkpoint is missing."""
    warnings.warn(
        f"The checkpoint of step {step} could not be written; training goes on, and the one before "
        f"it still stands. Make space, or check the folder. {error}",
        stacklevel=3,
    )
