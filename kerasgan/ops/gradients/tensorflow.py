"""Derivatives with TensorFlow's tapes."""

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from kerasgan.types import Tensor


def losses_and_gradients(
    fn: Callable[[], tuple[Sequence[Tensor], Any]], groups: Sequence[Sequence[Any]]
) -> tuple[Any, list[list[Tensor]]]:
    """Runs `fn` once and differentiates each of its losses.

    Args:
        fn: Callable without arguments, returning `(losses, aux)`: one scalar for each group of
            variables, and anything else that the caller wants back.
        groups: Lists of Keras variables; loss `i` is differentiated for the variables of group `i`
            and for nothing else.

    Returns:
        `(aux, gradients)`, with one list of gradients for each group.
    """
    # The tape sees the raw variables of the groups alone: what leads to no gradient is not
    # recorded.
    values = [[variable.value for variable in group] for group in groups]
    with tf.GradientTape(persistent=len(groups) > 1, watch_accessed_variables=False) as tape:
        tape.watch(values)
        losses, aux = fn()
    return aux, [tape.gradient(loss, group) for loss, group in zip(losses, values, strict=True)]


def input_gradients(fn: Callable[[Tensor], Tensor], inputs: Tensor) -> Tensor:
    """The gradient of the sum of `fn(inputs)` with respect to `inputs`; differentiable again."""
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(inputs)
        outputs = fn(inputs)
    return tape.gradient(outputs, inputs)
