"""Training data that cannot be right, by kind: arrays, data sets, loaders and generators."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from types import GeneratorType
from typing import Any

import keras

from kerasgan.engine.intake.first_batches import check_batches, check_fed
from kerasgan.samples.array_checks import check_arrays, same_length
from kerasgan.samples.value_ranges import warn_if_unsigned

UNKNOWN, ENDLESS = -2, -1  # As tf.data has them.
NO_BATCHES = (
    "The data set has no batches. It may have been emptied by a filter, or by "
    "`drop_remainder=True` with a batch size greater than the number of samples. "
    "Received: a data set of 0 batches"
)


def check_data(
    model: Any,
    x: Any,
    y: Any,
    batch_size: int | None,
    steps: int | None,
    names: tuple[str, ...],
    training: bool = False,
) -> Any:
    """Refuses data that a model cannot be trained on, or evaluated.

    Arrays are read once. Of data sets the declared length, shapes and types are looked at; of
    those that declare none, `PyDataset`s and generators, the first batch.

    Args:
        model: The model, whose `unpack` knows what a batch must be.
        x, y, batch_size: As for `fit`.
        steps: The argument that limits an epoch.
        names: What the user calls x, y and `steps`. The last defaults to `"steps_per_epoch"`.
        training: Bool, whether to warn of what a model learns wrongly from. Defaults to `False`.

    Returns:
        `x`, or a data set that gives all that it would have given.
    """
    limit = names[2] if len(names) > 2 else "steps_per_epoch"
    refuse_no_data(names[0], x)
    if not is_data_set(x):
        found = [check_arrays(name, data) for name, data in zip(names, (x, y), strict=False)]
        fed = check_fed(model, keras.utils.pack_x_y_sample_weight(*found))
        count = same_length([one for one in keras.tree.flatten(found) if one is not None])
        _check_length(math.ceil(count / size_of(batch_size, count, steps)), steps, limit)
        if training:
            warn_if_unsigned(model, fed)
        return x
    if y is not None:
        raise ValueError(
            f"A data set holds all that belongs to a sample: leave `{names[1]}` out, and let the "
            f"data set give pairs `(x, y)`. Received: {names[1]} of type {type(y).__name__} beside "
            f"{names[0]} of type {type(x).__name__}"
        )
    _check_length(length_of(x), steps, limit)
    return check_batches(model, x)


def size_of(batch_size: int | None, count: int, steps: int | None) -> int:
    """Into batches of how many samples Keras divides arrays of so many."""
    return batch_size or (math.ceil(count / steps) if steps else 32)


def refuse_no_data(name: str, x: Any) -> None:
    """Raises a TypeError for `None` and for paths."""
    if x is None or isinstance(x, str | bytes | os.PathLike):
        raise TypeError(
            "`fit` trains on an array of samples or on a data set. For a folder of images, use "
            f"`kerasgan.data.image_folder(path, image_size=...)`. Received: {name}={x!r}"
        )


def is_data_set(x: Any) -> bool:
    """Whether it makes batches itself, and is no array or structure of arrays."""
    return (
        hasattr(x, "element_spec")  # tf.data
        or isinstance(x, keras.utils.PyDataset | GeneratorType)
        or type(x).__module__.split(".")[0] == "grain"
        or any(base.__name__ in ("DataLoader", "DataAdapter") for base in type(x).__mro__)
    )


def length_of(x: Any) -> int:
    """The batches in a data set, as far as it tells; else `UNKNOWN`, or `ENDLESS`."""
    if isinstance(x, GeneratorType):
        return ENDLESS  # For all that can be known.
    if hasattr(x, "cardinality"):
        return int(x.cardinality())
    if isinstance(x, keras.utils.PyDataset):
        return ENDLESS if x.num_batches is None else x.num_batches
    try:
        return len(x)
    except TypeError:
        return UNKNOWN


def _check_length(batches: int, steps: int | None, limit: str) -> None:
    if batches == 0:
        raise ValueError(NO_BATCHES)
    if batches == ENDLESS and steps is None:
        raise ValueError(
            f"The data set never ends, or does not say when: an epoch would not either. Pass "
            f"`{limit}`, or leave out `.repeat()`. Received: {limit}=None"
        )
    if steps is not None and 0 < batches < steps:
        raise ValueError(
            f"The data end before an epoch does. Pass `{limit}={batches}` or leave it out; to go "
            "through the data several times, raise `epochs`, or `.repeat()` the data set. "
            f"Received: {limit}={steps} for {batches} batches"
        )


@contextmanager
def naming_bad_files(*data: Any) -> Iterator[None]:
    """Raises what kerasgan's data sets raised, which tf.data wraps into an error of its own.

    Args:
        *data: Data sets and whatever else `fit` is given.
    """
    plans = [item.plan for item in data if hasattr(item, "plan")]
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
