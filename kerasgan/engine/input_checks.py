"""Training data that cannot be right is refused before the first step."""

from __future__ import annotations

import os
from typing import Any

import keras
import numpy as np

# Rounding may carry images a little beyond [-1, 1].
BOUND = 1.001


def check_training_data(x: Any, y: Any = None, steps_per_epoch: int | None = None) -> None:
    """Refuses what Keras would train on silently, forever, or not at all.

    Arrays are read once; of data sets only the declared length is looked at.

    Args:
        x: What `fit` is given: an array or several, a `tf.data.Dataset`, a `PyDataset`.
        y: Likewise, a second array.
        steps_per_epoch: Int or `None`, likewise.

    Raises:
        ValueError: If there are no samples, values that are not finite, images outside [-1, 1], or
            endless data without `steps_per_epoch`.
        TypeError: If it is no data but `None` or a path.
    """
    if x is None or isinstance(x, str | os.PathLike):
        raise TypeError(
            "`fit` trains on an array of samples or on a data set. For a folder of images, use "
            f"`kerasgan.data.image_folder(path, image_size=...)`. Received: x={x!r}"
        )
    if hasattr(x, "element_spec"):  # tf.data
        _check_length(int(x.cardinality()) if hasattr(x, "cardinality") else None, steps_per_epoch)
    elif isinstance(x, keras.utils.PyDataset):
        length = x.num_batches
        _check_length(-1 if length is None else length, steps_per_epoch)
    else:
        for name, data in (("x", x), ("y", y)):
            for array in keras.tree.flatten(data):
                if hasattr(array, "shape") and hasattr(array, "dtype"):
                    _check_array(name, keras.ops.convert_to_numpy(array))


def _check_length(batches: int | None, steps_per_epoch: int | None) -> None:
    if batches == 0:
        raise ValueError(
            "The data set has no batches. It may have been emptied by a filter, or by "
            "`drop_remainder=True` with a batch size greater than the number of samples. "
            "Received: a data set of 0 batches"
        )
    if batches == -1 and steps_per_epoch is None:  # `tf.data.INFINITE_CARDINALITY`
        raise ValueError(
            "The data set never ends: an epoch would not either. Pass `steps_per_epoch` to `fit`, "
            "or leave out `.repeat()`. Received: steps_per_epoch=None"
        )


def _check_array(name: str, array: np.ndarray) -> None:
    if array.size == 0:
        raise ValueError(
            f"`{name}` holds no samples: check the filter or the path that it comes from. "
            f"Received: an array of shape {array.shape}"
        )
    if array.dtype.kind not in "fiub":
        return  # Keras names the types that it takes.
    low, high = float(array.min()), float(array.max())
    if not np.isfinite([low, high]).all():
        bad = np.argwhere(~np.isfinite(array))[0]
        raise ValueError(
            f"`{name}` holds values that are not finite, and a network that has seen one never "
            "recovers. Remove the samples, or repair them with `np.nan_to_num`. "
            f"Received: {array[tuple(bad)]} in sample {bad[0]}"
        )
    if array.ndim == 4 and max(-low, high) > BOUND:
        raise ValueError(
            "Images must have values in [-1, 1], the range that generators draw in. For values in "
            f"[0, 255] pass `{name} / 127.5 - 1.0`. Received: {name} of dtype {array.dtype}, with "
            f"values from {low:g} to {high:g}"
        )
