"""What networks are told beside the samples: nothing, a tensor, or any structure of them."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from kerasgan.types import Tensor


def beside(first: Tensor, condition: Any, copies: int = 1) -> Any:
    """The inputs of a network: samples or latents, with their condition.

    Args:
        first: Tensor `(copies · batch, ...)`.
        condition: Tensor `(batch, ...)`, or a structure of them; `None` for none. A dictionary
            comes in the order of its sorted names.
        copies: Int, how often the condition comes, one after the other. Defaults to `1`.

    Returns:
        The tensor alone without a condition, else a list of it and of the condition's tensors.
    """
    if condition is None:
        return first
    tensors = keras.tree.flatten(condition)
    return [first, *(ops.concatenate([t] * copies) if copies > 1 else t for t in tensors)]
