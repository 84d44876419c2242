"""Arrays that a loaded network is given by the names of its inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from keras import ops

from kerasgan.inference.inputs import ANY_CLASS, is_drawn_class
from kerasgan.samples.batch_shapes import describe, fits
from kerasgan.samples.class_labels import check_classes, labels_for
from kerasgan.samples.entry import Entry
from kerasgan.samples.translating import LARGEST


def named_arrays(
    entries: Sequence[Entry], given: Mapping[str, Any], n: int | None, size_multiple: int
) -> dict[str, np.ndarray]:
    """What was given, checked against the entries: float32, of classes int32.

    Args:
        entries: What the network takes.
        given: Arrays `(n, ...)` by name, some or all of them; of labels one for all will do.
        n: Int, how many there are, or `None`: as many as there are.
        size_multiple: Int, what the sides of images must be multiples of.

    Raises:
        ValueError: If a name, a shape, a value or a number is none that the network takes.
    """
    known = {entry.name: entry for entry in entries}
    strange = [name for name in given if name not in known]
    whole = {name: array for name, array in given.items() if np.ndim(_numpy(array))}
    if strange or not whole:
        raise ValueError(
            f"The network takes inputs by the names {list(known)}. "
            f"Received: {strange or list(given) or 'none of them'}"
        )
    arrays = {name: _checked(known[name], array, size_multiple) for name, array in whole.items()}
    counts = {name: len(array) for name, array in arrays.items()}
    if n is not None:
        counts["n"] = n
    if len(set(counts.values())) > 1:
        raise ValueError(f"All inputs must hold equally many samples. Received: {counts}")
    count = next(iter(counts.values()))
    for name in set(given) - set(whole):
        if not is_drawn_class(known[name]):
            raise ValueError(_misfit(known[name], given[name]))
        arrays[name] = labels_for(count, given[name], known[name].num_classes)
    return arrays


def require_all(entries: Sequence[Entry], arrays: Mapping[str, np.ndarray]) -> None:
    """Raises a ValueError where an input is missing that nothing draws."""
    missing = [entry.name for entry in entries if entry.name not in arrays]
    if missing:
        raise ValueError(
            f"The network needs its inputs by name, and {', '.join(missing)} "
            f"{'is' if len(missing) == 1 else 'are'} missing. Received: {', '.join(arrays)}"
        )


def _checked(entry: Entry, given: Any, size_multiple: int) -> np.ndarray:
    array = _numpy(given)
    if not fits(array, entry.shape) or not len(array):
        raise ValueError(_misfit(entry, array))
    if entry.num_classes is not None:
        if array.dtype.kind not in "iu":
            raise ValueError(f"`{entry.name}` must hold integers. Received: dtype {array.dtype}")
        if entry.num_classes != ANY_CLASS:
            check_classes(entry.name, array, entry.num_classes, entry.kind)
        return array.astype("int32")
    if entry.kind == "image" and any(side % size_multiple for side in array.shape[1:3]):
        raise ValueError(
            f"The sides of `{entry.name}` must be multiples of {size_multiple}: pad or resize the "
            f"images. Received: {describe(array)}"
        )
    array = array.astype("float32")
    low, high = (-np.inf, np.inf) if entry.range is None else entry.range
    slack = (LARGEST - 1.0) * (high - low) / 2.0 if entry.range else 0.0
    if not (low - slack <= array.min() and array.max() <= high + slack):  # NaN neither.
        raise ValueError(
            f"`{entry.name}` must hold {entry.plural} of values from {low:g} to {high:g}. "
            f"Received: values from {array.min():.4g} to {array.max():.4g}"
        )
    return array


def _misfit(entry: Entry, given: Any) -> str:
    return (
        f"`{entry.name}` must be an array of {entry.plural} of shape {('n', *entry.shape)}. "
        f"Received: {describe(_numpy(given))}"
    )


def _numpy(array: Any) -> np.ndarray:
    return np.asarray(ops.convert_to_numpy(array))
