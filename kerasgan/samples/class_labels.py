"""Classes, of samples and of places in maps: which there are, and those that are not."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras import ops

from kerasgan.types import Tensor


def check_classes(name: str, classes: Any, num_classes: int, kind: str = "labels") -> None:
    """Refuses an array of classes with one that is none.

    Args:
        name: What the user calls it.
        classes: Array of integers `(n, ...)`, or a single one.
        num_classes: Int, the number of classes.
        kind: `"labels"` of samples, or a `"map"`. Defaults to `"labels"`.
    """
    classes = np.atleast_1d(ops.convert_to_numpy(classes))
    bad = np.argwhere((classes < 0) | (classes >= num_classes))
    if len(bad):
        where = f"sample {bad[0][0]} of `{name}`"
        raise ValueError(stray(int(classes[tuple(bad[0])]), num_classes, where, kind))


def stray(label: int, num_classes: int, where: str, kind: str = "labels") -> str:
    """What to tell of a class that is none."""
    if kind == "map":
        return (
            f"The model was built for maps of {num_classes} classes, whose values are 0 to "
            f"{num_classes - 1}. Build it with `num_classes` of your data, number the classes from "
            "0, and give places without any, often 255, a class of their own. "
            f"Received: the value {label} in {where}"
        )
    return (
        f"The model was built for {num_classes} classes, whose labels are 0 to {num_classes - 1}. "
        "Build it with `num_classes` of your data, or number the classes from 0. "
        f"Received: the label {label} in {where}"
    )


def stray_label(labels: Tensor, num_classes: int) -> Tensor:
    """A label of a batch, or value of a map, outside the classes; a float32 scalar, 0 for none."""
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
        check_classes("labels", given, num_classes)
    return np.broadcast_to(given, (n,)).astype("int32")
