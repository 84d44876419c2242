"""The first samples of what a game is shown with, whatever holds them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from keras import ops

from kerasgan.engine.intake.as_samples import as_columns, as_samples
from kerasgan.engine.intake.kinds import is_data_set
from kerasgan.samples.batch_shapes import describe, fits
from kerasgan.samples.class_labels import check_classes
from kerasgan.samples.entry import Entry
from kerasgan.samples.signature import as_kind, entries_of


def first_samples(owner: str, signature: Any, given: Any, n: int) -> Any:
    """The first samples of arrays or data sets, as many of the one as of the other.

    Args:
        owner: String, the model's name.
        signature: An `Entry`, or a tuple or dict of them: what is asked for.
        given: Arrays in its structure, in place of each of which a data set may stand; or, of a
            tuple, one data set of such tuples.
        n: Int, how many at most.

    Returns:
        Arrays in the structure of the signature: float32, of classes int32.

    Raises:
        ValueError: If they are of another structure or shape, there are none, or a class is none.
    """
    if isinstance(signature, tuple) and is_data_set(given):
        given = as_columns("inputs", given, n)
    arrays = _arrays(owner, signature, given, n)
    leaves = keras.tree.flatten(arrays)
    count = min(len(array) for array in leaves)
    if count == 0:
        raise ValueError(f"`inputs` holds no samples: pass some. Received: {describe(given)}")
    return keras.tree.map_structure(lambda array: array[: min(count, n)], arrays)


def _arrays(owner: str, signature: Any, given: Any, n: int) -> Any:
    if isinstance(signature, Entry):
        return _array(owner, signature, given, n)
    if isinstance(signature, Mapping):
        if not isinstance(given, Mapping) or set(given) != set(signature):
            raise _another(owner, signature, given)
        return {key: _arrays(owner, part, given[key], n) for key, part in signature.items()}
    if not isinstance(given, list | tuple) or len(given) != len(signature):
        raise _another(owner, signature, given)
    return tuple(_arrays(owner, *pair, n) for pair in zip(signature, given, strict=True))


def _array(owner: str, entry: Entry, given: Any, n: int) -> np.ndarray:
    if given is None:
        raise _another(owner, entry, given)
    array = ops.convert_to_numpy(as_samples("inputs", given, n)[:n])
    if not fits(array, entry.shape):
        raise ValueError(
            f"{owner} is shown with {entry.plural} of shape {entry.shape} as {entry.name!r}. "
            f"Received: {describe(array)}"
        )
    if entry.num_classes is not None:
        check_classes("inputs", array, entry.num_classes, entry.kind)
    return ops.convert_to_numpy(as_kind(entry, array))


def _another(owner: str, signature: Any, given: Any) -> ValueError:
    names = [entry.name for entry in entries_of(signature)]
    form = names[0] if len(names) == 1 else f"({', '.join(names)})"
    if isinstance(signature, Mapping):
        form = f"{{{', '.join(f'{name!r}: ...' for name in names)}}}"
    received = "inputs=None" if given is None else describe(given)
    return ValueError(
        f"{owner} is shown with `inputs={form}`, arrays or data sets of what it is given. "
        f"Received: {received}"
    )
