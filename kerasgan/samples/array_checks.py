"""Arrays of training data: their types, lengths and values."""

from __future__ import annotations

from numbers import Number
from typing import Any

import keras
import numpy as np

from kerasgan.samples.batch_shapes import ONE_SHAPE
from kerasgan.samples.values import Values

NUMBERS = ("bool", "int", "uint", "float", "bfloat")


def check_arrays(name: str, data: Any) -> Any:
    """Refuses arrays that no model could learn from, each by itself.

    Args:
        name: What the user calls them.
        data: An array `(samples, ...)`, or a structure of them, in which some may be `None`.

    Returns:
        A structure like `data` of what was found in each array.
    """
    if not keras.tree.flatten(data):
        raise ValueError(f"`{name}` holds no samples. Received: {name}={data!r}")
    _refuse_numbers(name, data)
    found = [
        None if array is None else check_array(_called(name, path, array, data), array)
        for path, array in keras.tree.flatten_with_path(data)
    ]
    return keras.tree.pack_sequence_as(data, found)


def _called(name: str, path: tuple[Any, ...], array: Any, data: Any) -> str:
    """What the user would write for an array within a structure, such as `x['image']`."""
    if not hasattr(array, "shape"):
        return name
    if isinstance(data, list | tuple) and len(data) == 1:
        path = path[1:]  # `[x]` stands for `x`.
    return name + "".join(f"[{key!r}]" for key in path)


def _refuse_numbers(name: str, data: Any) -> None:
    """Refuses a list of numbers, which Keras would take for many inputs of one number."""
    if isinstance(data, list | tuple) and data and all(_is_number(item) for item in data):
        raise TypeError(
            f"`{name}` must be an array: pass `np.array({name})`. Received: a "
            f"{type(data).__name__} of {len(data)} items of type {type(data[0]).__name__}"
        )


def _is_number(item: Any) -> bool:
    return isinstance(item, Number) or getattr(item, "shape", None) == ()


def same_length(arrays: list[Values]) -> int:
    """The number of samples, or a ValueError where some arrays hold more than others."""
    counts = [array.shape[0] if array.shape else 1 for array in arrays]
    if len(set(counts)) > 1:
        lengths = zip(counts, arrays, strict=True)
        raise ValueError(
            "Arrays that are passed together must hold equally many samples. For two domains that "
            "have nothing to do with each other use `kerasgan.data.unpaired_arrays(x, y)`. "
            f"Received: {', '.join(f'{count} in {array.name}' for count, array in lengths)}"
        )
    return counts[0]


def check_array(name: str, array: Any) -> Values:
    """Refuses what is no array of numbers, or an array of numbers that cannot be right.

    Args:
        name: What the user calls it.
        array: What they passed.

    Returns:
        What was found in it.
    """
    if not (hasattr(array, "__array__") and hasattr(array, "shape")):
        raise TypeError(
            f"`{name}` must be an array of numbers: convert lists with `np.array(...)`, sparse "
            "matrices with `.toarray()`, and iterators to a `keras.utils.PyDataset`. "
            f"Received: {name} of type {type(array).__name__}"
        )
    if not isinstance(array, np.ndarray):  # Of which it would be a copy.
        array = keras.ops.convert_to_numpy(array)
    _refuse_pieces(name, array)
    dtype = check_dtype(name, array)
    if array.size == 0:
        raise ValueError(
            f"`{name}` holds no samples: check the filter or the path that it comes from. "
            f"Received: an array of shape {array.shape}"
        )
    if array.dtype.kind not in "fiub":  # bfloat16
        array = array.astype("float32")
    return Values(name, array.shape, dtype, *_ends(name, array), array)


def _refuse_pieces(name: str, array: np.ndarray) -> None:
    """Refuses arrays of arrays, which NumPy makes of samples of several shapes."""
    if array.dtype == object and array.ndim == 1 and array.size and np.ndim(array[0]):
        shapes = [np.shape(item) for item in array[:3]]
        raise TypeError(f"{ONE_SHAPE} Received: {name} with samples of shapes {shapes}")


def check_dtype(name: str, array: Any) -> str:
    """Refuses types that hold no numbers.

    Args:
        name: What the user calls it.
        array: An array, tensor, or a description of one.

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
    try:
        keras.backend.standardize_dtype(dtype)
    except ValueError:
        raise TypeError(
            "No backend computes in this type of numbers: convert by `.astype('float32')`. "
            f"Received: {name} of dtype {dtype}"
        ) from None
    return dtype


def _ends(name: str, array: np.ndarray) -> tuple[float, float]:
    """The least and the greatest value, both finite."""
    low, high = float(array.min()), float(array.max())
    if not np.isfinite([low, high]).all():
        bad = np.argwhere(~np.isfinite(array))[0]
        raise ValueError(
            f"`{name}` holds values that are not finite, and a network that has seen one never "
            "recovers. Remove the samples, or repair them with `np.nan_to_num`. "
            f"Received: {array[tuple(bad)]} in sample {bad[0] if len(bad) else 0}"
        )
    return low, high
