"""What data sets declare about their batches, and the first batch of those that declare nothing."""

from __future__ import annotations

from collections.abc import Iterator
from types import GeneratorType
from typing import Any

import keras
import numpy as np

from kerasgan.engine.intake import loaders
from kerasgan.engine.intake.entries import entries_in
from kerasgan.engine.intake.peeked_dataset import PeekedDataset, as_tuples
from kerasgan.samples.array_checks import Values, check_arrays, check_dtype
from kerasgan.samples.batch_shapes import describe, static_shape
from kerasgan.samples.entry import Entry
from kerasgan.samples.value_checks import check_declared, check_values


def check_batches(model: Any, x: Any) -> Any:
    """Checks what a data set declares about its batches, or else its first batch.

    Args:
        model: The model, whose `unpack` knows what a batch must be.
        x: The data set.

    Returns:
        The data set, or one that gives all that it would have given.
    """
    if hasattr(x, "element_spec"):
        declared = symbols(x.element_spec)
        if all(symbol is not None for symbol in keras.tree.flatten(declared)):
            model.unpack(declared)
            for entry, symbol in entries_in(model, declared):
                check_declared("a data set", entry, symbol.dtype)
    elif hasattr(x, "plan"):  # Images of `kerasgan.data`, of which each has the same shape.
        if not any(x.plan.augments):
            shapes = [source.image_shape for source in x.plan.sources]
            model.unpack(tuple(keras.KerasTensor((None, *shape)) for shape in shapes))
    elif isinstance(x, keras.utils.PyDataset):
        x = PeekedDataset(x)
        _check_first(model, "PyDataset.__getitem__", "return", x[0])
    elif isinstance(x, GeneratorType):
        return _checked_generator(model, x)
    elif hasattr(x, "collate_fn"):
        batch = loaders.smallest_batch(x)
        if batch is not None:
            check_batch(model, batch)
        return x if keras.backend.backend() == "torch" else loaders.with_tensors(x)
    return x


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
    model.unpack(symbols(found))
    fed = entries_in(model, found)
    for entry, values in fed:
        check_values(entry, values)
    return fed


def symbols(structure: Any) -> Any:
    """Tensors without values, for `unpack` to look at; `None` for what has no shape."""
    return keras.tree.map_structure(_symbol, structure)


def _symbol(leaf: Any) -> Any:
    name = type(leaf).__name__
    if name in ("SparseTensorSpec", "RaggedTensorSpec"):
        raise ValueError(
            "Samples must be dense and of one shape. Convert them in a `.map`: "
            f"`tf.sparse.to_dense(x)`, `x.to_tensor()`, or resize them. Received: {leaf}"
        )
    if leaf is None or not hasattr(leaf, "shape"):
        return None
    shape = static_shape(leaf)
    if not hasattr(leaf, "dtype"):  # A data frame.
        return keras.KerasTensor(shape)
    dtype = check_dtype("a data set", leaf)
    if shape is None:
        return leaf  # Of unknown rank, which `unpack` refuses.
    return keras.KerasTensor(shape, dtype)
