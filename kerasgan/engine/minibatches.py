"""Dividing a batch between the moves of a training step."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


def split(batch: Any, parts: int) -> list[Any]:
    """Splits a batch into equal minibatches.

    The last batch of an epoch may be smaller than the others; where it does not divide evenly, it
    is filled up with its own first samples.

    Args:
        batch: A tensor `(batch, ...)`, or a structure of them with equal batch sizes.
        parts: Int, the number of minibatches.

    Returns:
        A list of `parts` structures like `batch`.
    """
    if parts == 1:
        return [batch]
    size = ops.shape(keras.tree.flatten(batch)[0])[0]
    share = (size + parts - 1) // parts

    def fold(tensor: Any) -> Any:
        tensor = ops.take(tensor, ops.arange(parts * share) % size, axis=0)
        return ops.reshape(tensor, (parts, share, *tensor.shape[1:]))

    folded = keras.tree.map_structure(fold, batch)
    return [keras.tree.map_structure(lambda t, i=i: t[i], folded) for i in range(parts)]


def nominal_size(x: Any, batch_size: int | None) -> int | None:
    """The size of the batches that `fit(x, batch_size=batch_size)` will make, if it can be told."""
    if hasattr(
        x, "element_spec"
    ):  # tf.data: what the batches' shapes do not say, one of them does.
        shape = keras.tree.flatten(x.element_spec)[0].shape
        return shape[0] if shape[0] is not None else _leading(next(iter(x)))
    if isinstance(x, keras.utils.PyDataset):
        return _leading(x[0])
    if hasattr(x, "shape") or isinstance(x, list | tuple):
        return batch_size or 32
    return None


def _leading(batch: Any) -> int:
    return int(keras.tree.flatten(batch)[0].shape[0])
