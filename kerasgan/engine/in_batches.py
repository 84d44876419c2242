"""Running a network on many samples, a batch at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import ops


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
