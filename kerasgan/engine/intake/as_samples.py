"""Arrays of samples from whatever holds some: an array, or a data set that is gone through once."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import numpy as np

from kerasgan.data.batches import batches
from kerasgan.engine.intake.data_errors import naming_bad_files
from kerasgan.engine.intake.kinds import Kind
from kerasgan.engine.intake.training_data import ENDLESS, TrainingData
from kerasgan.samples.batch_shapes import describe

LARGEST = 2**31  # Bytes that are collected at most.


def as_samples(name: str, data: Any, count: int | None = None) -> Any:
    """An array of samples: the given one, or the first arrays of a data set's batches.

    The data sets of `kerasgan.data` give them in the order of their files, and go on in training as
    if they had not been asked.

    Args:
        name: What the user calls it.
        data: Array `(n, ...)`, or a `tf.data.Dataset`, `PyDataset` or `DataLoader` of batches of
            samples, or of pairs of them and of anything.
        count: Int, so many of a data set at most; `None` for all. Defaults to `None`.

    Raises:
        TypeError: If it is a generator, which could be gone through only once.
        ValueError: If the data set never ends, holds nothing, too much, or dictionaries.
    """
    given = TrainingData.of(data)
    return _columns(name, given, count)[0] if given.is_data_set else data


def as_columns(name: str, data: Any, count: int | None = None) -> tuple[np.ndarray, ...]:
    """All arrays of a data set's batches: of pairs `(x, y)` both; see `as_samples`."""
    return _columns(name, TrainingData.of(data), count)


def _columns(name: str, data: TrainingData, count: int | None) -> tuple[np.ndarray, ...]:
    _refuse_what_cannot_be_collected(name, data, count)
    parts: list[tuple[np.ndarray, ...]] = []
    found = 0
    for batch in _batches_of(data):
        if count is not None and found >= count:
            break
        parts.append(_arrays(name, batch))
        found += len(parts[-1][0])
        _check_size(name, parts)
    if not found:
        raise ValueError(f"`{name}` holds no samples. Received: {name}, a data set of 0 batches")
    columns = zip(*parts, strict=True)
    return tuple(np.concatenate(column)[:count] for column in columns)


def _refuse_what_cannot_be_collected(name: str, data: TrainingData, count: int | None) -> None:
    if hasattr(data.x, "__next__"):
        raise TypeError(
            f"`{name}` must be an array or a data set, and a generator is gone through once: "
            "collect its batches by `np.concatenate([batch[0] for batch in ...])`. "
            f"Received: {name} of type {type(data.x).__name__}"
        )
    if data.length == ENDLESS and count is None:
        raise ValueError(
            f"`{name}` is collected in memory and must end: take some batches of it, "
            f"`.take(n)`, or leave out `.repeat()`. Received: {name}, a data set without end"
        )


def _batches_of(data: TrainingData) -> Iterator[Any]:
    if data.plan is not None:  # A second one like it: training shall find the first as it is.
        plan = copy.copy(data.plan)
        plan.shuffle, plan.drop_remainder, plan.next_epoch = False, False, 0
        data = TrainingData.of(batches(plan))
    with naming_bad_files(*data.plans):
        if data.kind is Kind.PY_DATASET:
            data.x.on_epoch_begin()
            try:
                yield from data.x
            finally:
                data.x.on_epoch_end()
        else:
            yield from data.x


def _arrays(name: str, batch: Any) -> tuple[np.ndarray, ...]:
    parts = tuple(batch) if isinstance(batch, list | tuple) else (batch,)
    if any(not hasattr(part, "shape") for part in parts):
        raise ValueError(
            f"`{name}` must be an array, or a data set of batches of arrays: let it give "
            f"`(images,)` or pairs. Received: {name} with {describe(batch)}"
        )
    return tuple(np.asarray(part.detach().cpu() if _is_torch(part) else part) for part in parts)


def _is_torch(tensor: Any) -> bool:
    return type(tensor).__module__.split(".")[0] == "torch"


def _check_size(name: str, parts: list[tuple[np.ndarray, ...]]) -> None:
    if sum(array.nbytes for part in parts for array in part) > LARGEST:
        count = sum(len(part[0]) for part in parts)
        raise ValueError(
            f"`{name}` is collected in memory, 2 GiB at most: pass a data set of fewer or smaller "
            f"samples, or an array. Received: more than {count} samples of shape "
            f"{parts[0][0].shape[1:]}"
        )
