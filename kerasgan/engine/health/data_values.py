"""What a training step looks at in its batch, beside training on it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

import keras
from keras import ops

from kerasgan.samples.batch_shapes import refuse_empty
from kerasgan.samples.class_labels import stray_label
from kerasgan.samples.entry import Entry
from kerasgan.samples.value_ranges import is_signed
from kerasgan.types import Tensor


def data_values(batch: Any, parts: Sequence[tuple[Entry, Sequence[Tensor]]]) -> list[Tensor]:
    """The values of a batch: emptiness, sum, signs, and for each entry what it does not allow.

    Args:
        batch: What `unpack` returned.
        parts: The entries of `watched_values`, each with its tensors as they were fed.

    Raises:
        ValueError: If the batch is empty, where that is known.
    """
    refuse_empty(batch)
    sums, signs, strays = [ops.zeros(())], [ops.ones((), "bool")], []
    for entry, tensors in parts:
        if entry.num_classes is not None:
            strays += [stray_label(ops.cast(one, "int32"), entry.num_classes) for one in tensors]
            continue
        real = [ops.cast(one, "float32") for one in tensors]
        sums += [ops.sum(one) for one in real]
        if entry.range is not None:
            lows, highs = [ops.min(one) for one in real], [ops.max(one) for one in real]
            strays.append(_excess(entry.range, lows, highs))
            signs += _signs(lows, highs) if is_signed(entry) else []
    signed = ops.cast(ops.all(ops.stack(signs)), "float32")
    return [_is_empty(batch), ops.sum(ops.stack(sums)), signed, *strays]


def _excess(
    allowed: tuple[float, float], lows: Sequence[Tensor], highs: Sequence[Tensor]
) -> Tensor:
    """By how much values exceed a range, below zero at its lower end; 0 where none do."""
    if not lows:
        return ops.zeros(())
    # The least of no samples is infinite, the greatest minus infinity.
    below = reduce(ops.minimum, lows, allowed[0]) - allowed[0]
    above = reduce(ops.maximum, highs, allowed[1]) - allowed[1]
    return ops.where(above > -below, above, below)


def _signs(lows: Sequence[Tensor], highs: Sequence[Tensor]) -> list[Tensor]:
    """Whether each array has a value below zero, or none above."""
    return [ops.logical_or(low < 0.0, high <= 0.0) for low, high in zip(lows, highs, strict=True)]


def _is_empty(batch: Any) -> Tensor:
    """1 for a batch of no samples, else 0; only a graph of TensorFlow does not know beforehand."""
    size = ops.shape(keras.tree.flatten(batch)[0])[0]
    return ops.zeros(()) if isinstance(size, int) else ops.cast(ops.equal(size, 0), "float32")
