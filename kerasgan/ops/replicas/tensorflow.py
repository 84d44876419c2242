"""The replicas of a `tf.distribute` strategy.

Each replica runs the step on its part of the batch. The parts may be of unequal size, and that of a
replica may be empty, at the end of the data: it then computes on a sample of zeros that counts for
nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import keras
import tensorflow as tf

from kerasgan.types import Tensor


@dataclass(frozen=True)
class Part:
    """A replica's part of the batch.

    Args:
        share: Float or scalar, the part's size over the batch's.
        counts: 1 where its samples are of the batch, 0 where the part was empty.
        whole: Int scalar, the samples of the batch, of all replicas.
    """

    share: Tensor = 1.0
    counts: Tensor = 1
    whole: Tensor = 0


# A strategy runs each replica's step in a thread of its own.
_thread = threading.local()


def count() -> int:
    """The replicas that run the step together; 1 outside of a strategy."""
    context = tf.distribute.get_replica_context()
    return 1 if context is None else context.num_replicas_in_sync


def part() -> Part:
    """This replica's part of the batch that the step is on."""
    return getattr(_thread, "part", Part())


@contextmanager
def step_on(data: Any) -> Iterator[Any]:
    """Begins a step on a replica's part of a batch, and gives the part, which is never empty."""
    replicas = count()
    if replicas == 1:
        yield data
        return
    size = _leading(data)
    if isinstance(size, int):  # As it then is on each of them.
        _thread.part = Part(share=1.0 / replicas, whole=replicas * size)
    else:
        own = tf.cast(size, "float32")
        whole = sum_over([own])[0]
        _thread.part = Part(own / whole, tf.cast(size > 0, "int32"), tf.cast(whole, "int32"))
        data = keras.tree.map_structure(lambda tensor: _never_empty(tensor, size), data)
    try:
        yield data
    finally:
        del _thread.part


def sum_over(tensors: Sequence[Tensor | None]) -> list[Tensor | None]:
    """The sums of tensors over all replicas; where there is `None` it stays."""
    present = [tensor for tensor in tensors if tensor is not None]
    context = tf.distribute.get_replica_context()
    sums = iter(context.all_reduce(tf.distribute.ReduceOp.SUM, present) if present else [])
    return [None if tensor is None else next(sums) for tensor in tensors]


def on_whole_batch(fn: Callable[[Tensor], Tensor], tensor: Tensor) -> Tensor:
    """Applies `fn` to the batch of all replicas, and returns this replica's part.

    Args:
        fn: Callable from a batch `(batch, ...)` to one of the same shape, the same on all replicas.
        tensor: This replica's part `(part, ...)`.
    """
    replicas = count()
    if replicas == 1:
        return fn(tensor)
    context = tf.distribute.get_replica_context()
    size = tf.shape(tensor)[0] * part().counts
    whole = context.all_gather(tensor[:size], axis=0)
    sizes = context.all_gather(tf.reshape(size, (1,)), axis=0)
    first = tf.reduce_sum(sizes[: context.replica_id_in_sync_group])
    own = fn(whole)[first : first + size]
    return tf.ensure_shape(tf.concat([own, tensor[size:]], axis=0), tensor.shape)


def _leading(data: Any) -> Any:
    """The size of a part: an int where the graph knows it, else a tensor."""
    first = next(tensor for tensor in keras.tree.flatten(data) if tensor is not None)
    known = None if tf.executing_eagerly() else first.shape[0]
    return tf.shape(first)[0] if known is None else known


def _never_empty(tensor: Tensor, size: Tensor) -> Tensor:
    if tensor is None:
        return None
    rows = tf.cast(size == 0, "int32")
    return tf.pad(tensor, [[0, rows], *([0, 0] for _ in tensor.shape[1:])])
