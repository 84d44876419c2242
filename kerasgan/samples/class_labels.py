"""Class labels: what they must look like, in arrays and in the batches of data sets."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from kerasgan.samples.batch_shapes import describe, static_shape
from kerasgan.types import Tensor


def unpack_labels(owner: str, labels: Any, num_classes: int) -> Tensor:
    """The labels of a batch as int32 `(batch,)`.

    Args:
        owner: String, the model's name.
        labels: Integers `(batch,)` or `(batch, 1)`.
        num_classes: Int, the number of classes.

    Raises:
        ValueError: If there are no labels, or they are no integers or of another shape.
    """
    labels = checked_labels(owner, labels, num_classes)
    if isinstance(labels, keras.KerasTensor):
        return labels
    labels = ops.cast(labels, "int32")
    return ops.reshape(labels, (-1,)) if len(labels.shape) == 2 else labels


def checked_labels(owner: str, labels: Any, num_classes: int) -> Any:
    """The same labels, if their shape and type are those of class labels."""
    shape = static_shape(labels)
    if shape is None or not (len(shape) == 1 or (len(shape) == 2 and shape[1] == 1)):
        raise ValueError(
            f"{owner} trains on samples with their classes, integers from 0 to {num_classes - 1} "
            f"of shape (batch,). {_remedy(shape, num_classes)} "
            f"Received: labels that are {describe(labels)}"
        )
    dtype = keras.backend.standardize_dtype(labels.dtype)
    if "int" not in dtype:
        raise ValueError(
            f"{owner} trains on samples with their classes, integers from 0 to {num_classes - 1}. "
            f"Convert them by `labels.astype('int32')`. Received: labels of dtype {dtype}"
        )
    return labels


def _remedy(shape: tuple[int | None, ...] | None, num_classes: int) -> str:
    if shape is None:
        return "Pass them after the samples, `fit(samples, labels)`, or in a data set of pairs."
    if len(shape) == 2 and shape[1] == num_classes:
        return "Pass `labels.argmax(axis=-1)` for one-hot vectors."
    return "Pass one for each sample."


def check_label_range(name: str, labels: Any, num_classes: int) -> None:
    """Refuses an array of labels with one outside the classes.

    Args:
        name: What the user calls it.
        labels: Array of integers, or a single one.
        num_classes: Int, the number of classes.
    """
    labels = ops.convert_to_numpy(labels).reshape(-1)
    bad = np.flatnonzero((labels < 0) | (labels >= num_classes))
    if len(bad):
        where = f"sample {bad[0]} of `{name}`"
        raise ValueError(stray(int(labels[bad[0]]), num_classes, where))


def stray(label: int, num_classes: int, where: str) -> str:
    """What to tell of a label outside the classes."""
    return (
        f"The model was built for {num_classes} classes, whose labels are 0 to {num_classes - 1}. "
        "Build it with `num_classes` of your data, or number the classes from 0. "
        f"Received: the label {label} in {where}"
    )


def stray_label(labels: Tensor, num_classes: int) -> Tensor:
    """A label of a batch that is outside the classes, or 0 where none is; a float32 scalar."""
    inside = ops.logical_and(labels >= 0, labels < num_classes)
    outside = ops.cast(ops.where(inside, ops.zeros_like(labels), labels), "float32")
    low = ops.min(outside)
    # A replica's part of a batch may be empty, whose greatest value is minus infinity.
    return ops.where(low < 0, low, ops.maximum(ops.max(outside), 0.0))


def labels_for(n: int, labels: Any, num_classes: int | None) -> np.ndarray:
    """The classes of n samples to be made, int32 `(n,)`.

    Args:
        n: Int, how many samples.
        labels: An int for all, or integers `(n,)`.
        num_classes: Int, the number of classes, or `None` if it is not known.

    Raises:
        ValueError: If they are not n integers, or one is outside the classes.
    """
    given = ops.convert_to_numpy(labels)
    if given.dtype.kind not in "iu" or given.shape not in ((), (n,)):
        raise ValueError(
            f"`labels` must be an int, the class of all, or an array of {n} of them. "
            f"Received: labels of dtype {given.dtype} and shape {given.shape}"
        )
    if num_classes is not None:
        check_label_range("labels", given, num_classes)
    return np.broadcast_to(given, (n,)).astype("int32")
