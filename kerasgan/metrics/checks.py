"""What all metrics of features ask of their arguments."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

FEW = 2048  # Samples; the number of Inception's features, so that a covariance can have full rank.


def as_features(**features: Any) -> list[np.ndarray]:
    """Arrays of shape `(n, d)` with equal d, of finite floats, or a ValueError."""
    arrays = {name: _as_rows(name, values, fewest=2) for name, values in features.items()}
    if len({array.shape[1] for array in arrays.values()}) > 1:
        shapes = ", ".join(f"{name} of shape {array.shape}" for name, array in arrays.items())
        raise ValueError(f"Take all features from the same layer. Received: {shapes}")
    return list(arrays.values())


def as_batch(features: Any) -> np.ndarray:
    """Features of shape `(batch, d)`, also of one sample, or a ValueError."""
    return _as_rows("features", features, fewest=1)


def as_probabilities(probabilities: Any) -> np.ndarray:
    """Rows of probabilities in float64, `(n, classes)`, n at least 2, or a ValueError."""
    rows = _as_rows("probabilities", probabilities, fewest=2).astype("float64")
    sums = rows.sum(axis=1)
    if rows.min() < 0.0 or np.abs(sums - 1.0).max() > 1e-3:
        raise ValueError(
            "Probabilities are 0 or more and add up to 1 in each row: apply a softmax to logits. "
            f"Received: values from {rows.min():.3g} to {rows.max():.3g}, sums from "
            f"{sums.min():.3g} to {sums.max():.3g}"
        )
    return rows


def as_classes(probabilities: Any, labels: Any) -> tuple[np.ndarray, np.ndarray]:
    """Scores of classes `(n, classes)` and labels of these `(n,)`, or a ValueError."""
    rows, labels = _as_rows("probabilities", probabilities, fewest=1), np.asarray(labels)
    labels = labels[:, 0] if labels.ndim == 2 and labels.shape[1] == 1 else labels
    if labels.shape != rows.shape[:1] or labels.dtype.kind not in "iu":
        raise ValueError(
            f"One integer label for each of {len(rows)} samples was expected, of shape "
            f"({len(rows)},). Received: labels of {labels.dtype} and shape {labels.shape}"
        )
    if labels.min() < 0 or labels.max() >= rows.shape[1]:
        raise ValueError(
            f"Labels must be from 0 to {rows.shape[1] - 1}, the classes of the probabilities. "
            f"Received: labels from {labels.min()} to {labels.max()}"
        )
    return rows, labels


def as_vectors(**samples: Any) -> list[np.ndarray]:
    """Samples of one shape, as vectors of shape `(n, d)`, or a ValueError."""
    arrays = {name: as_float(values) for name, values in samples.items()}
    if len({array.shape[1:] for array in arrays.values()}) > 1:
        shapes = ", ".join(f"{name} of shape {array.shape}" for name, array in arrays.items())
        raise ValueError(f"Samples of one shape were expected. Received: {shapes}")
    rows = {
        name: array.reshape(len(array), -1) if array.ndim > 2 and array.size else array
        for name, array in arrays.items()
    }
    return [_as_rows(name, array, fewest=1) for name, array in rows.items()]


def _as_rows(name: str, values: Any, fewest: int) -> np.ndarray:
    array = as_float(values)
    if array.ndim != 2 or len(array) < fewest or not array.shape[1]:
        raise ValueError(
            f"`{name}` must be features of shape (n, d), n at least {fewest}. Flatten images, or "
            f"give what a network makes of them. Received: {name} of shape {array.shape}"
        )
    bad = array.size - int(np.count_nonzero(np.isfinite(array)))
    if bad:
        raise ValueError(
            f"`{name}` must be finite: what a diverged generator makes cannot be measured. "
            f"Received: {name} with {bad} values that are not"
        )
    return array


def as_float(values: Any) -> np.ndarray:
    """Float32 and float64 as they are, all else as float64."""
    array = np.asarray(values)
    return array if array.dtype in (np.float32, np.float64) else array.astype("float64")


def check_neighbors(k: Any, **samples: np.ndarray) -> None:
    """Raises a ValueError unless every sample has k others."""
    fewest = min(len(array) for array in samples.values())
    if not isinstance(k, int) or not 1 <= k < fewest:
        raise ValueError(
            f"`k` must be an int from 1 to {fewest - 1}: a sample's neighbours are others. "
            f"Received: k={k!r}"
        )


def warn_if_few(what: str, *counts: int | None) -> None:
    """Warns the caller's caller where a metric depends on the number of samples."""
    known = [count for count in counts if count is not None]
    if known and min(known) < FEW:
        warnings.warn(
            f"{what} of {min(known)} samples is biased: compare it only with figures of equally "
            f"many samples, or take {FEW:,} or more.",
            stacklevel=3,
        )
