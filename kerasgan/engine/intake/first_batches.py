"""What data sets declare about their batches, and the first batch of those that declare nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import keras
import numpy as np

from kerasgan.engine.intake import loaders
from kerasgan.engine.intake.entries import entries_in
from kerasgan.engine.intake.kinds import Kind
from kerasgan.engine.intake.peeked_dataset import PeekedDataset, as_tuples
from kerasgan.engine.intake.symbols import symbols_of
from kerasgan.engine.intake.training_data import TrainingData
from kerasgan.samples.array_checks import check_arrays
from kerasgan.samples.batch_shapes import describe
from kerasgan.samples.entry import Entry
from kerasgan.samples.value_checks import check_declared, check_values
from kerasgan.samples.values import Values


def check_batches(model: Any, data: TrainingData) -> TrainingData:
    """Checks what a data set declares about its batches, or else its first batch.

    Args:
        model: The model, whose `unpack` knows what a batch must be.
        data: The data set.

    Returns:
        The data set, or one that gives all that it would have given.
    """
    declared = data.symbols
    if declared is not None:
        model.unpack(declared)
        for entry, symbol in entries_in(model, declared):
            check_declared("a data set", entry, symbol.dtype)
    elif data.kind is Kind.PY_DATASET and data.plan is None:
        peeked = PeekedDataset(data.x)
        _check_first(model, "PyDataset.__getitem__", "return", peeked[0])
        return replace(data, x=peeked)
    elif data.kind is Kind.GENERATOR:
        return replace(data, x=_checked_generator(model, data.x))
    elif data.kind is Kind.LOADER:
        return replace(data, x=_checked_loader(model, data.x))
    return data


def _checked_loader(model: Any, loader: Any) -> Any:
    batch = loaders.smallest_batch(loader)
    if batch is not None:
        check_batch(model, batch)
    return loader if keras.backend.backend() == "torch" else loaders.with_tensors(loader)


def _checked_generator(model: Any, generator: Iterator[Any]) -> Iterator[Any]:
    try:
        first = next(generator)
    except StopIteration:
        raise ValueError(
            "The generator gives no batch. One that has been gone through is empty: make a new "
            "one, or a `keras.utils.PyDataset`. Received: a generator of 0 batches"
        ) from None
    _check_first(model, "A generator", "yield", first)

    def whole() -> Iterator[Any]:
        yield as_tuples(first)
        yield from map(as_tuples, generator)

    return whole()


def _check_first(model: Any, owner: str, verb: str, batch: Any) -> None:
    if isinstance(batch, list | np.ndarray) and verb == "return":
        batch = tuple(batch) if isinstance(batch, list) else (batch,)  # As Keras does.
    if not isinstance(batch, tuple):
        raise ValueError(
            f"{owner} must {verb} batches as tuples: `{verb} (images,)`, with the comma. For other "
            "sources make a `keras.utils.PyDataset` or a `tf.data.Dataset`. "
            f"Received: {describe(batch)} ({type(batch).__name__})"
        )
    check_batch(model, batch)


def check_batch(model: Any, batch: Any) -> None:
    """Refuses a batch that a model cannot learn from.

    Args:
        model: The model, whose `unpack` knows what a batch must be.
        batch: What Keras would hand to a step.
    """
    check_fed(model, check_arrays("batch", batch))


def check_fed(model: Any, found: Any) -> list[tuple[Entry, Values]]:
    """Refuses arrays that are not what a model is fed, or hold values that cannot be right.

    Args:
        model: The model, whose `unpack` knows what a batch must be.
        found: What was found in the arrays, in the structure in which Keras hands them to a step.

    Returns:
        The entries of the model, each with what was found in its array.
    """
    model.unpack(symbols_of(found))
    fed = entries_in(model, found)
    for entry, values in fed:
        check_values(entry, values)
    return fed
