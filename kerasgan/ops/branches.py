"""Values that are computed in some steps only, or leave no trace."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import keras
from keras import ops

from kerasgan.types import Tensor


def value_or_zero(
    wanted: Tensor, value: Callable[[], Tensor], state: Sequence[keras.Variable] = ()
) -> Tensor:
    """`value()` where it is wanted, and a zero that costs nothing where it is not.

    Args:
        wanted: Boolean scalar.
        value: Callable to a float32 scalar. It may run networks; what they change in their state
            is dropped on JAX, where a branch returns nothing but its value, and everywhere if there
            is a `state`.
        state: Variables that `value` assigns, which keep what it assigned. Defaults to none.
    """
    if not state:
        return ops.cond(wanted, lambda: _alone(value), lambda: ops.zeros((), "float32"))

    def branch() -> tuple[Tensor, ...]:
        with _scope() as scope:
            result = value()
            return result, *(scope.get_current_value(v) for v in state)

    def rest() -> tuple[Tensor, ...]:
        return ops.zeros((), "float32"), *(ops.convert_to_tensor(v) for v in state)

    result, *after = ops.cond(wanted, branch, rest)
    for variable, new in zip(state, after, strict=True):
        variable.assign(ops.stop_gradient(new))
    return result


def with_state_kept(value: Callable[[], Tensor], state: Sequence[keras.Variable]) -> Tensor:
    """`value()`, whatever it assigns to variables dropped if there is a `state`."""
    if not state:
        return value()
    with _scope():
        return value()


def _alone(value: Callable[[], Tensor]) -> Tensor:
    if keras.backend.backend() != "jax":
        return value()
    with _scope():
        return value()


def _scope() -> keras.StatelessScope:
    if keras.backend.backend() != "jax":
        return keras.StatelessScope()
    from kerasgan.ops.gradients.jax import StateScope

    return StateScope()
