"""What `fit` does when training has made values that are not finite."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras

from kerasgan.engine.nonfinite_error import NonFiniteError
from kerasgan.engine.nonfinite_guard import NonFiniteGuard

ROLLBACKS = 3
CHOICES = ("raise", "rollback")


def with_guard(callbacks: Any) -> Any:
    """The callbacks that `fit` was given, and one that watches, unless one of them does."""
    given = getattr(callbacks, "callbacks", keras.tree.flatten(callbacks) if callbacks else [])
    watching = (NonFiniteGuard, keras.callbacks.TerminateOnNaN)
    watched = any(isinstance(callback, watching) for callback in given)
    if isinstance(callbacks, keras.callbacks.CallbackList):
        if not watched:
            guard = NonFiniteGuard()
            guard.set_model(callbacks.model)
            callbacks.callbacks.insert(0, guard)
        return callbacks
    # First, so that no other callback uses what should have stopped.
    return given if watched else [NonFiniteGuard(), *given]


def find_checkpoint(callbacks: Any, on_nonfinite: str) -> Any:
    """The `Checkpoint` to roll back with; `None` where an error is to be raised.

    Raises:
        ValueError: If there is none, or the choice is none.
    """
    if on_nonfinite not in CHOICES:
        raise ValueError(
            f"`on_nonfinite` must be one of {CHOICES}. Received: on_nonfinite={on_nonfinite!r}"
        )
    if on_nonfinite == "raise":
        return None
    given = getattr(callbacks, "callbacks", callbacks)
    if any(isinstance(callback, keras.callbacks.TerminateOnNaN) for callback in given):
        raise ValueError(
            "Keras's `TerminateOnNaN` ends a training that on_nonfinite='rollback' is to go on "
            "with. Leave it out. Received: TerminateOnNaN in `callbacks`"
        )
    for callback in given:
        # A callback may hold the checkpoint among others.
        callback = getattr(callback, "checkpoint", callback)
        if hasattr(callback, "roll_back"):
            return callback
    names = [type(callback).__name__ for callback in given if type(callback) is not NonFiniteGuard]
    raise ValueError(
        "With on_nonfinite='rollback' training goes back to a checkpoint: pass a "
        f"`kerasgan.callbacks.Checkpoint(directory)` in `callbacks`. Received: callbacks={names}"
    )


def fit_with_rollbacks(fit: Callable[[], Any], checkpoint: Any) -> Any:
    """Runs `fit`, up to `ROLLBACKS` more times from the last checkpoint with lower rates."""
    if checkpoint is not None:
        checkpoint.prepare_roll_back()
    for attempt in range(ROLLBACKS + 1):
        try:
            return fit()
        except NonFiniteError as error:
            if checkpoint is None or attempt == ROLLBACKS:
                raise
            checkpoint.roll_back()
            value = "its weights" if error.term is None else f"its {error.term} loss"
            print(
                f"\nStep {error.step}: the {error.player}, {value} became {error.value}. Going "
                f"back to the last checkpoint at half the learning rates ({attempt + 1} of "
                f"{ROLLBACKS})."
            )
    return None
