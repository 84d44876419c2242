"""The callbacks of a `fit`, with those that stand within others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keras


def each_callback(callbacks: Any) -> Iterator[keras.callbacks.Callback]:
    """All callbacks in the order in which they act; those within another follow it.

    Args:
        callbacks: What `fit` is given: a callback, a structure of them, a `CallbackList` or `None`.
            One that holds others has them in `parts`.
    """
    given = getattr(callbacks, "callbacks", callbacks)
    for callback in keras.tree.flatten(given) if given is not None else []:
        yield callback
        yield from each_callback(getattr(callback, "parts", None))
