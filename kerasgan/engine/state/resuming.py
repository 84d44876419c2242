"""Where a `fit` in progress begins: a later epoch, and not at its first batch; and how it ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras

from kerasgan.engine.intake.callback_parts import each_callback


@contextmanager
def saving_interrupted(callbacks: Any) -> Iterator[None]:
    """Lets callbacks save what a `fit` has reached, where Ctrl-C or the like ends it.

    Args:
        callbacks: What `fit` is given. Those with a method `end_by` are told of the error, and
            whether it came from within a step: half a step cannot be gone on from.
    """
    try:
        yield
    except BaseException as error:
        for callback in each_callback(callbacks):
            if hasattr(callback, "end_by"):
                callback.end_by(error, within_step=_came_from_a_step(error))
        raise


def _came_from_a_step(error: BaseException) -> bool:
    trace = error.__traceback__
    while trace is not None:
        code, names = trace.tb_frame.f_code, trace.tb_frame.f_globals
        if code.co_name == "train_step" and names.get("__name__", "").startswith("kerasgan."):
            return True
        trace = trace.tb_next
    return False


def skip_batches(model: keras.Model, count: int) -> None:
    """Lets the next batches go by without a training step, as they come from the data.

    Args:
        model: A model whose `fit` has begun, and trained nothing yet.
        count: Int, batches; a multiple of the model's `steps_per_execution`.

    Raises:
        ValueError: If `count` is not such a multiple.
    """
    each = model.steps_per_execution
    if count % each:
        raise ValueError(
            f"Training was interrupted after {count} batches of an epoch, which is no multiple of "
            "`steps_per_execution`. Compile with the value of the interrupted training. "
            f"Received: steps_per_execution={each}"
        )
    if not count:
        return
    train = model.train_function
    remaining = count

    def skip(*arguments: Any) -> Any:
        nonlocal remaining
        *state, batches = arguments  # A state on JAX; an iterator, or batches taken already.
        if hasattr(batches, "__next__"):
            for _ in range(each):
                next(batches, None)
        remaining -= each
        if remaining <= 0:
            _stop_skipping(model)
        return ({}, *state) if state else {}

    model.train_function = skip
    model._unskipped_function = train


def renew_steps(model: keras.Model) -> None:
    """Lets a model's steps be made anew, since they compute something else now."""
    skip, made = model.train_function, model.train_function is not None
    model.train_function = model.test_function = model.predict_function = None
    if made:  # Within a training Keras asks for it in every step, and makes none.
        model.make_train_function()
    if is_skipping(model):
        model._unskipped_function, model.train_function = model.train_function, skip


def is_skipping(model: keras.Model) -> bool:
    """Whether batches still go by without a training step."""
    return "_unskipped_function" in vars(model)


def end(model: keras.Model) -> None:
    """Undoes what is left of it: the next `fit` begins at the beginning."""
    model._initial_epoch = None
    _stop_skipping(model)


def _stop_skipping(model: keras.Model) -> None:
    function = model.__dict__.pop("_unskipped_function", None)
    if function is not None:
        model.train_function = function
