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


def check_size(size: int, parts: int) -> None:
    """Refuses batches that cannot be split into equal minibatches.

    Args:
        size: Int, samples in a batch.
        parts: Int, the moves of the discriminator in a training step.

    Raises:
        ValueError: If `parts` does not divide `size`.
    """
    if size % parts:
        nearest = max(parts, round(size / parts) * parts)
        raise ValueError(
            f"With discriminator_steps={parts} a batch is split into {parts} minibatches, one for "
            f"each move. Use a batch size that {parts} divides: {nearest} is the nearest, and "
            f"{size * parts} gives minibatches of {size}. Received: batch_size={size}"
        )


def nominal_size(x: Any, batch_size: int | None, look: bool = True) -> int | None:
    """The size of the batches that `fit(x, batch_size=batch_size)` will make, if it can be told.

    Args:
        x: What `fit` is given.
        batch_size: Int or `None`, likewise.
        look: Bool, whether to load a batch where nothing else tells. Defaults to `True`.
    """
    declared = getattr(x, "batch_size", None)  # The datasets of `kerasgan.data` declare it.
    if isinstance(declared, int):
        return declared
    if hasattr(x, "element_spec"):  # tf.data
        size = keras.tree.flatten(x.element_spec)[0].shape[0]
        return _leading(next(iter(x))) if size is None and look else size
    if isinstance(x, keras.utils.PyDataset):
        return _leading(x[0]) if look else None
    if hasattr(x, "shape") or isinstance(x, list | tuple | dict):
        return batch_size or 32
    return None


def _leading(batch: Any) -> int:
    return int(keras.tree.flatten(batch)[0].shape[0])
