"""What data sets declare about their batches, and the first batch of those that declare nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import keras
import numpy as np

from kerasgan.engine.intake import loaders
from kerasgan.engine.intake.kinds import Kind
from kerasgan.engine.intake.peeked_dataset import PeekedDataset, as_tuples
from kerasgan.engine.intake.symbols import symbols_of
from kerasgan.engine.intake.training_data import TrainingData
from kerasgan.samples.array_checks import check_array
from kerasgan.samples.batch_shapes import describe
from kerasgan.samples.class_labels import check_label_range


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
    for array in keras.tree.flatten(batch):
        check_array("batch", array)
    model.unpack(symbols_of(batch))
    if model.num_classes is not None:
        check_label_range("the first batch", batch[1], model.num_classes)
