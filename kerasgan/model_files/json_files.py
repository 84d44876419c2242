"""JSON from strangers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kerasgan.model_files.error import ModelFileError

# The largest of our configurations has 0.1 MB; functional models of a thousand layers have 2.
LARGEST = 32 * 2**20


def read_json(path: Path, what: str | None = None, largest: int = LARGEST) -> dict[str, Any]:
    """Reads a file that must hold one JSON object.

    Args:
        path: The file.
        what: String, how messages call it. Defaults to the file's name.
        largest: Int, bytes from which on a file is refused. Defaults to 32 MiB.
    """
    with path.open("rb") as file:
        return parse_json(file.read(largest + 1), what or path.name, path, largest)


def parse_json(data: bytes, what: str, path: Path, largest: int = LARGEST) -> dict[str, Any]:
    """The JSON object in some bytes of a file; see `read_json`."""
    if len(data) > largest:
        raise ModelFileError(
            f"{what} is larger than {largest / 2**20:.0f} MiB, which no saved model needs. "
            f"It is not read. Received: {str(path)!r}"
        )
    try:
        content = json.loads(data.decode("utf-8"))
    # Numbers of thousands of digits are a ValueError, brackets of such a depth a RecursionError.
    except (ValueError, RecursionError) as error:
        raise ModelFileError(
            f"{what} is not valid JSON: {error}. Ask for the file again. Received: {str(path)!r}"
        ) from error
    if not isinstance(content, dict):
        raise ModelFileError(
            f"{what} must hold a JSON object, but holds a {type(content).__name__}. "
            f"Received: {str(path)!r}"
        )
    return content
