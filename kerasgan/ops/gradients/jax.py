"""Derivatives with JAX, under stateful Keras code.

JAX differentiates pure functions, but losses read and write Keras variables. A scope holds their
values: each derivative opens an inner scope that starts from the outer one's values, and what the
function changed there (batch statistics, seeds) is handed out of the derivative as a result.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import jax
import keras

from kerasgan.types import Tensor

_active = threading.local()


class StateScope(keras.StatelessScope):
    """A `keras.StatelessScope` that starts from the values of the scope around it."""

    def __init__(self, state_mapping: Sequence[tuple[Any, Tensor]] = ()) -> None:
        self.outer: StateScope | None = getattr(_active, "scope", None)
        super().__init__(state_mapping)
        if self.outer is not None:
            self.state_mapping: dict[int, Tensor] = {
                **self.outer.state_mapping,
                **self.state_mapping,
            }

    def __enter__(self) -> StateScope:
        _active.scope = self
        super().__enter__()
        return self

    def __exit__(self, *args: Any) -> None:
        _active.scope = self.outer
        super().__exit__(*args)

    def changes(self) -> dict[int, Tensor]:
        """The values written since the scope was opened, by the identity of their variable."""
        before = {} if self.outer is None else self.outer.state_mapping
        return {k: v for k, v in self.state_mapping.items() if before.get(k) is not v}


def losses_and_gradients(
    fn: Callable[[], tuple[Sequence[Tensor], Any]], groups: Sequence[Sequence[Any]]
) -> tuple[Any, list[list[Tensor]]]:
    """Runs `fn` once and differentiates each of its losses.

    Args:
        fn: Callable without arguments, returning `(losses, aux)`: one scalar for each group of
            variables, and anything else that the caller wants back. Runs inside a `StateScope`.
        groups: Lists of Keras variables; loss `i` is differentiated for the variables of group `i`
            and for nothing else.

    Returns:
        `(aux, gradients)`, with one list of gradients for each group.
    """

    def stateless(*values: list[Tensor]) -> tuple[tuple[Tensor, ...], Any]:
        mapping = [
            (variable, value)
            for group, tensors in zip(groups, values, strict=True)
            for variable, value in zip(group, tensors, strict=True)
        ]
        given = {id(variable) for variable, _ in mapping}
        with StateScope(mapping) as scope:
            losses, aux = fn()
        changed = {k: v for k, v in scope.changes().items() if k not in given}
        return tuple(losses), (aux, changed)

    outer: StateScope = _active.scope
    values = tuple([variable.value for variable in group] for group in groups)
    losses, pushforward, (aux, changed) = jax.linearize(stateless, *values, has_aux=True)
    outer.state_mapping.update(changed)
    return aux, [_pullback(pushforward, values, losses, i) for i in range(len(groups))]


def _pullback(
    pushforward: Callable[..., Any], values: tuple[Any, ...], losses: tuple[Any, ...], index: int
) -> list[Tensor]:
    """The gradient of loss `index` for group `index`.

    Transposing one output at a time leaves the other losses out of the backward pass, where feeding
    zeros for them would compute with the zeros.
    """
    transpose = jax.linear_transpose(lambda *tangents: pushforward(*tangents)[index], *values)
    return transpose(jax.numpy.ones_like(losses[index]))[index]


def input_gradients(fn: Callable[[Tensor], Tensor], inputs: Tensor) -> Tensor:
    """The gradient of the sum of `fn(inputs)` with respect to `inputs`; differentiable again."""

    def total(inputs: Tensor) -> Tensor:
        # What a penalty's extra pass would change in the network's state is dropped with the scope.
        with StateScope():
            return fn(inputs).sum()

    return jax.grad(total)(inputs)
