"""Derivatives with PyTorch's autograd."""

from collections.abc import Callable, Sequence
from typing import Any

import torch

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
    with torch.enable_grad():
        losses, aux = fn()
    gradients: list[list[Tensor]] = []
    for index, (loss, group) in enumerate(zip(losses, groups, strict=True)):
        values = [variable.value for variable in group]
        if not values:  # `autograd.grad` refuses an empty list, as of a player that is frozen.
            gradients.append([])
            continue
        shared = index < len(groups) - 1  # A later loss goes back through the same graph.
        gradients.append(
            list(torch.autograd.grad(loss, values, retain_graph=shared, allow_unused=True))
        )
    return aux, gradients


def input_gradients(fn: Callable[[Tensor], Tensor], inputs: Tensor) -> Tensor:
    """The gradient of the sum of `fn(inputs)` with respect to `inputs`; differentiable again."""
    differentiated_again = torch.is_grad_enabled()
    with torch.enable_grad():
        if not inputs.requires_grad:
            inputs = inputs.detach().requires_grad_()
        outputs = fn(inputs)
        (gradients,) = torch.autograd.grad(outputs.sum(), inputs, create_graph=differentiated_again)
    return gradients
