"""What callbacks do when a file cannot be written: a picture is not worth a training."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any


def warn_if_unwritten(what: str, write: Callable[[], Any]) -> bool:
    """Writes, and makes a warning of what a full or failing disk raises; returns whether it failed.

    Args:
        what: String, what is written, as the beginning of a sentence.
        write: Callable that writes it.
    """
    try:
        write()
    except Exception as error:
        # TensorBoard writes through TensorFlow where that is installed, which has its own kinds.
        if not isinstance(error, OSError) and "tensorflow" not in type(error).__module__:
            raise
        warnings.warn(
            f"{what} could not be written; training goes on. Make space, or check the folder. "
            f"{error}",
            stacklevel=3,
        )
        return True
    return False
