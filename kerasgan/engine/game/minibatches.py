"""Dividing a batch between the moves of a training step."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from kerasgan.engine.game.rules import Rules


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


def check_size(size: int, rules: Rules) -> None:
    """Refuses batches that cannot be split into equal minibatches.

    Args:
        size: Int, samples in a batch.
        rules: Which say how often each player moves in a step.

    Raises:
        ValueError: If the most moves do not divide `size`.
    """
    parts = rules.parts
    if size % parts:
        nearest = max(parts, round(size / parts) * parts)
        raise ValueError(
            f"With {rules.slowest_name}={parts} a batch is split into {parts} minibatches, one for "
            f"each move. Use a batch size that {parts} divides: {nearest} is the nearest, and "
            f"{size * parts} gives minibatches of {size}. Received: batch_size={size}"
        )
