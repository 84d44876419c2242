"""Errors of frameworks, told in our words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kerasgan.model_files.error import ModelFileError
from kerasgan.model_files.versions import newer

LONGEST = 300  # Characters of a message or value that a file may bring into one of ours.


@contextmanager
def reported(what: str, path: Path, versions: Any = None) -> Iterator[None]:
    """Turns whatever goes wrong inside into a `ModelFileError`.

    Args:
        what: String, what is being done, such as `"The weights cannot be loaded"`.
        path: The file or folder being loaded.
        versions: Dict or `None`, the versions that wrote it, to name newer ones.
    """
    try:
        yield
    except ModelFileError:
        raise
    except Exception as error:
        reason = clip(_innermost(str(error)) or type(error).__name__)
        raise ModelFileError(
            f"{what}: it is damaged, incomplete or of another architecture.{newer(versions)} "
            f"Ask for the file again, or save it anew. The reason: {reason}. "
            f"Received: {str(path)!r}"
        ) from error


def _innermost(message: str) -> str:
    """What says what is wrong, in a message that Keras has put into others."""
    message = message.split("Exception encountered: ")[-1]
    found = re.search(r"message for object .*?:\n\n(.*)\n\nList of objects", message, re.DOTALL)
    return found[1] if found else message


def clip(value: Any) -> str:
    """A value of a file as text for a message: of one line and not long."""
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"
