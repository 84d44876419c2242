"""The logs of a run, one line for each epoch."""

from __future__ import annotations

import json
import math
import os
import warnings
from pathlib import Path
from typing import Any

from kerasgan.files import replace_file, user_path


class RunHistory:
    """A file of JSON lines, one for each epoch in order, that survives whatever ends a training.

    Args:
        path: The file. Lines that a resumed training replaces are kept beside it, in
            `<stem>.dropped.jsonl`.
    """

    def __init__(self, path: str | os.PathLike) -> None:
        self.path = user_path(path)

    def read(self) -> list[dict[str, Any]]:
        """The epochs' logs. A line that was not written completely is passed over."""
        return [entry for entry in map(_parse, self._lines()) if entry is not None]

    def append(self, entry: dict[str, Any]) -> None:
        """Adds a line, which stands on the disk when this returns.

        Numbers that are not finite become `null`, since JSON knows none. If the line cannot be
        written, there is a warning and the file stays as it was.
        """
        line = json.dumps({name: _plain(value) for name, value in entry.items()}) + "\n"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            _append(self.path, line)
        except OSError as error:
            warnings.warn(
                f"The logs of epoch {entry.get('epoch')} could not be written; training goes on. "
                f"Make space, or check the folder. {error}",
                stacklevel=2,
            )

    def keep(self, epochs: int) -> list[dict[str, Any]]:
        """Drops what follows the first so many epochs, and returns it."""
        lines = self._lines()
        entries = [_parse(line) for line in lines]
        kept = [e is not None and e["epoch"] <= epochs for e in entries]
        if all(kept):
            return []
        dropped = [line for line, keeps in zip(lines, kept, strict=True) if not keeps]
        _append(self.path.with_suffix(f".dropped{self.path.suffix}"), "".join(dropped))
        temporary = self.path.with_name(f".{self.path.name}.partial")
        whole = "".join(line for line, keeps in zip(lines, kept, strict=True) if keeps)
        temporary.write_text(whole, encoding="utf-8")
        replace_file(temporary, self.path)
        return [e for e in entries if e is not None and e["epoch"] > epochs]

    def _lines(self) -> list[str]:
        if not self.path.exists():
            return []
        text = self.path.read_text(encoding="utf-8", errors="replace")
        return [line + "\n" for line in text.split("\n") if line.strip()]


def _parse(line: str) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) and isinstance(entry.get("epoch"), int) else None


def _append(path: Path, text: str) -> None:
    """All or nothing: half a line would spoil the next one."""
    with path.open("ab", buffering=0) as file:
        size = file.seek(0, os.SEEK_END)
        rest = memoryview(text.encode("utf-8"))
        try:
            while rest:
                rest = rest[file.write(rest) :]
            os.fsync(file.fileno())
        except OSError:
            file.truncate(size)
            raise


def _plain(value: Any) -> Any:
    if isinstance(value, int | str):
        return value
    try:
        number = float(value)
    except (TypeError, ValueError):
        return str(value)
    return number if math.isfinite(number) else None
