"""Dry runs on JAX."""

from collections.abc import Callable, Sequence
from typing import Any

import jax
import keras

from kerasgan.ops.gradients.jax import StateScope
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
        A callable like `function`, compiled when it is first called.
    """
    variables = [*model.variables, *model.optimizer.variables]

    @jax.jit
    def compiled(values: list[Tensor], batch: Any) -> Any:
        with StateScope([*zip(variables, values, strict=True), *given]):
            return function(batch)

    return lambda batch: compiled([variable.value for variable in variables], batch)
