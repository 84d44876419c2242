"""Tensors without values, by which a model's `unpack` is asked before any data are read."""

from __future__ import annotations

from typing import Any

import keras

from kerasgan.samples.array_checks import check_dtype
from kerasgan.samples.batch_shapes import static_shape


def symbols_of(structure: Any) -> Any:
    """The same structure of tensors without values; `None` for what has no shape.

    Args:
        structure: Arrays, tensors, or what tf.data declares of them.

    Raises:
        TypeError, ValueError: If they are sparse, ragged, no numbers, or images in bytes.
    """
    return keras.tree.map_structure(_symbol, structure)


def _symbol(leaf: Any) -> Any:
    name = type(leaf).__name__
    if name in ("SparseTensorSpec", "RaggedTensorSpec"):
        raise ValueError(
            "Samples must be dense and of one shape. Convert them in a `.map`: "
            f"`tf.sparse.to_dense(x)`, `x.to_tensor()`, or resize them. Received: {leaf}"
        )
    if leaf is None or not hasattr(leaf, "shape"):
        return None
    shape = static_shape(leaf)
    if not hasattr(leaf, "dtype"):  # A data frame.
        return keras.KerasTensor(shape)
    dtype = check_dtype("a data set", leaf)
    if shape is None:
        return leaf  # Of unknown rank, which `unpack` refuses.
    return keras.KerasTensor(shape, dtype)
