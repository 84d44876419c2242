"""What is wrong with data where it shows only while they are read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras

from kerasgan.data.batches import EpochPlan

NO_BATCHES = (
    "The data set has no batches. It may have been emptied by a filter, or by "
    "`drop_remainder=True` with a batch size greater than the number of samples. "
    "Received: a data set of 0 batches"
)


@contextmanager
def naming_bad_files(*plans: EpochPlan) -> Iterator[None]:
    """Raises what kerasgan's data sets raised, which tf.data wraps into an error of its own.

    Args:
        *plans: The plans of the data that are read inside.
    """
    for plan in plans:
        plan.failure = None
    try:
        yield
    except Exception as error:
        failures = [plan.failure for plan in plans if plan.failure is not None]
        if failures and type(error).__module__.startswith("tensorflow"):
            raise failures[0] from None
        raise


@contextmanager
def requiring_steps(model: Any) -> Iterator[None]:
    """Raises a ValueError if epochs went by without a step: data of unknown length were empty.

    Args:
        model: A compiled model, which is trained inside.
    """
    before, model.history = _steps_done(model), None
    try:
        yield
    except UnboundLocalError:  # What Keras comes to on JAX.
        if _steps_done(model) == before:
            raise ValueError(NO_BATCHES) from None
        raise
    if model.history and model.history.epoch and _steps_done(model) == before:
        raise ValueError(NO_BATCHES)


def require_results(results: Any) -> Any:
    """What an evaluation found. Of data of unknown length that were empty Keras finds nothing."""
    if isinstance(results, dict | list) and not results:
        raise ValueError(NO_BATCHES)
    return results


def _steps_done(model: Any) -> int:
    return int(keras.ops.convert_to_numpy(model.optimizer.iterations))
