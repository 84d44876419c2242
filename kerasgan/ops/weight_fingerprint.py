"""A word for the weights of a network."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import keras
import numpy as np
from keras import ops


def fingerprint_of_weights(variables: Iterable[keras.Variable]) -> str:
    """A word of 16 letters that changes with the values, shapes, types or order of weights.

    It is the same on every backend and with every version of Keras.

    Args:
        variables: The weights.
    """
    digest = hashlib.sha256()
    add_weights(digest, variables)
    return digest.hexdigest()[:16]


def add_weights(digest: Any, variables: Iterable[keras.Variable]) -> None:
    """Lets a digest of `hashlib` change with weights; see `fingerprint_of_weights`."""
    for variable in variables:
        value = np.ascontiguousarray(ops.convert_to_numpy(variable))
        digest.update(f"{value.dtype} {value.shape}".encode())
        digest.update(value.tobytes())
