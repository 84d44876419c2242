"""Arrays of training data: their types, lengths and values."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

# Rounding may carry images a little beyond [-1, 1].
BOUND = 1.001
NUMBERS = ("bool", "int", "uint", "float", "bfloat")


def check_arrays(names: tuple[str, ...], x: Any, y: Any) -> int:
    """Refuses arrays that a model cannot learn from.

    Args:
        names: What the user calls x and y.
        x: An array `(samples, ...)`, or a structure of them.
        y: Likewise, or `None`.

    Returns:
        The number of samples.
    """
    arrays = [
        (name, array)
        for name, data in zip(names, (x, y), strict=False)
        for array in keras.tree.flatten(data)
        if array is not None
    ]
    if not keras.tree.flatten(x):
        raise ValueError(f"`{names[0]}` holds no samples. Received: {names[0]}={x!r}")
    for name, array in arrays:
        check_array(name, array)
    return _same_length(arrays)


def check_array(name: str, array: Any) -> None:
    """Refuses what is no array of numbers, or an array of numbers that cannot be right.

    Args:
        name: What the user calls it.
        array: What they passed.
    """
    if not (hasattr(array, "__array__") and hasattr(array, "shape")):
        raise TypeError(
            f"`{name}` must be an array of numbers: convert lists with `np.array(...)`, sparse "
            "matrices with `.toarray()`, and iterators to a `keras.utils.PyDataset`. "
            f"Received: {name} of type {type(array).__name__}"
        )
    if not isinstance(array, np.ndarray):  # Of which it would be a copy.
        array = keras.ops.convert_to_numpy(array)
    check_dtype(name, array)
    if array.size == 0:
        raise ValueError(
            f"`{name}` holds no samples: check the filter or the path that it comes from. "
            f"Received: an array of shape {array.shape}"
        )
    if array.dtype.kind not in "fiub":  # bfloat16
        array = array.astype("float32")
    _check_values(name, array)


def check_dtype(name: str, array: Any, images: bool = False) -> str:
    """Refuses types that hold no numbers, and of images without values those of bytes.

    Args:
        name: What the user calls it.
        array: An array, tensor, or a description of one.
        images: Bool, whether it holds images whose values cannot be looked at.

    Returns:
        The type's name.
    """
    dtype = array.dtype
    dtype = str(getattr(dtype, "name", dtype)).removeprefix("torch.")
    if not dtype.rstrip("0123456789").startswith(NUMBERS):
        raise TypeError(
            "Networks compute with numbers: leave names and other labels that are none out of the "
            "data, or encode them as integers, and convert samples with `.astype('float32')`. "
            f"Received: {name} of dtype {dtype}"
        )
    if images and not dtype.startswith(("float", "bfloat")):
        raise ValueError(
            "Images must be float with values in [-1, 1], the range that generators draw in. Bytes "
            "are scaled by `.map(lambda x: tf.cast(x, tf.float32) / 127.5 - 1.0)`. "
            f"Received: {name} with images of dtype {dtype}"
        )
    return dtype


def _check_values(name: str, array: np.ndarray) -> None:
    low, high = float(array.min()), float(array.max())
    if not np.isfinite([low, high]).all():
        bad = np.argwhere(~np.isfinite(array))[0]
        raise ValueError(
            f"`{name}` holds values that are not finite, and a network that has seen one never "
            "recovers. Remove the samples, or repair them with `np.nan_to_num`. "
            f"Received: {array[tuple(bad)]} in sample {bad[0] if len(bad) else 0}"
        )
    if array.ndim == 4 and max(-low, high) > BOUND:
        raise ValueError(
            "Images must have values in [-1, 1], the range that generators draw in. For values in "
            f"[0, 255] pass `{name} / 127.5 - 1.0`. Received: {name} of dtype {array.dtype}, with "
            f"values from {low:g} to {high:g}"
        )


def _same_length(arrays: list[tuple[str, Any]]) -> int:
    lengths = {name: int(array.shape[0]) if array.shape else 1 for name, array in arrays}
    each = [int(array.shape[0]) if array.shape else 1 for _, array in arrays]
    if len(set(each)) > 1:
        raise ValueError(
            "Arrays that are passed together must hold equally many samples. For two domains that "
            "have nothing to do with each other use `kerasgan.data.unpaired_arrays(x, y)`. "
            f"Received: {', '.join(f'{count} in {name}' for name, count in lengths.items())}"
        )
    return each[0]
