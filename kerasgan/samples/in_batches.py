"""Running a network on many samples, a batch at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from kerasgan.samples.batch_shapes import describe, remedy
from kerasgan.samples.shapes import check_positive_ints


def in_batches(function: Callable[[Any], Any], inputs: Any, batch_size: int) -> np.ndarray:
    """The outputs of a function of arrays, such as a network's `predict_on_batch`.

    Args:
        function: Callable from inputs to one tensor.
        inputs: An array `(n, ...)`, or a structure of them with equal n.
        batch_size: Int, samples at a time.

    Returns:
        A float32 array `(n, ...)`.
    """
    count = len(keras.tree.flatten(inputs)[0])
    outputs = []
    for start in range(0, count, batch_size):
        part = keras.tree.map_structure(lambda x, i=start: x[i : i + batch_size], inputs)
        size = min(batch_size, count - start)
        # Each replica of a strategy predicts the whole batch, and the first one's comes first.
        outputs.append(ops.convert_to_numpy(function(part))[:size])
    return np.concatenate(outputs).astype("float32", copy=False)


def of_samples(
    function: Callable[[Any], Any], samples: Any, data_shape: Sequence[int], batch_size: int
) -> np.ndarray:
    """What a function of samples says of a user's array of them.

    Args:
        function: Callable from `(batch, *data_shape)` to one tensor.
        samples: Array `(n, *data_shape)`, n above zero.
        data_shape: The shape of one sample.
        batch_size: Int, samples at a time.

    Returns:
        A float32 array `(n, ...)`.

    Raises:
        ValueError: If the samples have another shape, or `batch_size` is no positive integer.
    """
    check_positive_ints(batch_size=batch_size)
    samples = np.asarray(ops.convert_to_numpy(samples), "float32")
    if samples.shape[1:] != tuple(data_shape) or not len(samples):
        advice = remedy(samples, data_shape) if samples.size else "There must be one at least."
        raise ValueError(
            f"`samples` must be an array (n, {', '.join(map(str, data_shape))}). "
            f"{advice} Received: {describe(samples)}"
        )
    return in_batches(function, samples, batch_size)
