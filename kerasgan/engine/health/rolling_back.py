"""What `fit` does when training has made values that are not finite."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras

from kerasgan.engine.health.epoch_watch import EpochWatch
from kerasgan.engine.health.nonfinite_error import NonFiniteError
from kerasgan.engine.health.nonfinite_guard import NonFiniteGuard
from kerasgan.engine.intake.callback_parts import each_callback

ROLLBACKS = 3
CHOICES = ("raise", "rollback")


def with_guard(callbacks: Any, of_data_set: bool = False) -> Any:
    """The callbacks that `fit` was given, and those that watch, unless one of them does."""
    given = getattr(callbacks, "callbacks", keras.tree.flatten(callbacks) if callbacks else [])
    watching = (NonFiniteGuard, keras.callbacks.TerminateOnNaN)
    watched = any(isinstance(callback, watching) for callback in given)
    # First, so that no other callback uses what should have stopped, or stops it.
    first = [*([] if watched else [NonFiniteGuard(of_data_set)]), *_missing(EpochWatch, given)]
    if isinstance(callbacks, keras.callbacks.CallbackList):
        for callback in reversed(first):
            callback.set_model(callbacks.model)
            callbacks.callbacks.insert(0, callback)
        return callbacks
    return [*first, *given]


def _missing(kind: Callable[[], Any], given: list[Any]) -> list[Any]:
    return [] if any(type(callback) is kind for callback in given) else [kind()]


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
    for callback in each_callback(callbacks):
        if hasattr(callback, "roll_back"):
            return callback
    own = (NonFiniteGuard, EpochWatch)
    names = [type(callback).__name__ for callback in given if type(callback) not in own]
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
