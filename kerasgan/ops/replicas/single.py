"""One step for the whole batch: JAX and PyTorch."""

from collections.abc import Callable

from kerasgan.types import Tensor


def on_whole_batch(fn: Callable[[Tensor], Tensor], tensor: Tensor) -> Tensor:
    """Applies `fn` to the batch of all replicas, and returns this replica's part."""
    return fn(tensor)
