"""Dry runs on TensorFlow."""

from collections.abc import Callable, Sequence
from typing import Any

import keras

from kerasgan.types import Tensor


def dry_run(
    model: keras.Model,
    function: Callable[[Any], Any],
    given: Sequence[tuple[keras.Variable, Tensor]] = (),
) -> Callable[[Any], Any]:
    """Makes a callable that runs stateful code on a model and leaves the model as it was.

    Batch statistics, random streams and whatever else the code writes are dropped.

    Args:
        model: A model with an optimizer.
        function: Callable from a batch to a structure of tensors.
        given: Pairs `(variable, value)`: what variables hold in it in place of their own values.

    Returns:
        A callable like `function`.
    """

    def run(batch: Any) -> Any:
        # Eagerly: a graph would take longer to trace than most trainings probe.
        with keras.StatelessScope(given):
            return function(batch)

    return run
