"""What a training has measured so far."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np


def steps_of(model: keras.Model) -> int:
    """The training steps made."""
    return int(keras.ops.convert_to_numpy(model.optimizer.iterations))


def means_of(model: keras.Model) -> list[np.ndarray]:
    """The running means of the epoch in progress."""
    return [keras.ops.convert_to_numpy(variable) for variable in model.metrics_variables]


def assign_means(model: keras.Model, means: Sequence[Any]) -> None:
    """Puts back the means over an interrupted epoch, which Keras has begun anew."""
    # Checkpoints of version 0.1 hold less.
    for variable, value in zip(model.metrics_variables, means, strict=False):
        variable.assign(value)


def improvement(
    logs: Mapping[str, float], monitor: str | None, mode: str, best: float | None
) -> float | None:
    """The monitored value, if it is the best so far; else `None`."""
    if monitor is None or monitor not in logs:
        return None  # Some are measured every few epochs only.
    value = float(logs[monitor])
    sign = 1.0 if mode == "min" else -1.0
    if math.isnan(value) or (best is not None and sign * value >= sign * best):
        return None
    return value
