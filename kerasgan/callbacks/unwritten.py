"""What callbacks do when a picture or a file cannot be made: it is not worth a training."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any


def warn_if_unwritten(what: str, write: Callable[[], Any]) -> bool:
    """Draws or writes, and makes a warning of any error; returns whether there was one.

    Args:
        what: String, what is made, as the beginning of a sentence.
        write: Callable that makes it.
    """
    try:
        write()
    except Exception as error:
        # TensorBoard writes through TensorFlow where that is installed, which has its own kinds.
        disk = isinstance(error, OSError) or "tensorflow" in type(error).__module__
        words = (
            "written; training goes on. Make space, or check the folder."
            if disk
            else (f"made; training goes on without it. {type(error).__name__}:")
        )
        warnings.warn(f"{what} could not be {words} {error}", stacklevel=3)
        return True
    return False
