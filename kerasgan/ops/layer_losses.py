"""What layers add to the loss while they are called: activity regularizers and `add_loss`.

Keras keeps such losses until the network is called again, and on JAX drops them in a training step
that is not its own. In a game one network is called several times in a step, by several players: so
calls and losses are noted here as they happen, by the thread that asks for it.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from functools import reduce
from operator import add
from typing import Any, NamedTuple

import keras
from keras import ops

from kerasgan.types import Tensor

_thread = threading.local()
_watched: weakref.WeakSet = weakref.WeakSet()


class Call(NamedTuple):
    """One call of a network.

    Args:
        reader: String, who asked for it; `None` for nobody in particular.
        samples: Int, or an integer scalar: the batch size.
        losses: Pairs of a layer and of what it added, a scalar.
    """

    reader: str | None
    samples: Any
    losses: list[tuple[keras.layers.Layer, Tensor]]


class LayerLosses:
    """Notes, as a context, the calls of watched networks and what their layers add to the loss."""

    def __init__(self) -> None:
        self._calls: dict[int, list[Call]] = {}  # By the network.
        self._open: list[Call] = []
        self.reader: str | None = None  # Who asks for what is called now.

    def __enter__(self) -> LayerLosses:
        self._before = _noting()
        _thread.noting = self
        return self

    def __exit__(self, *args: Any) -> None:
        _thread.noting = self._before

    @contextmanager
    def call(self, network: keras.layers.Layer, inputs: Any) -> Iterator[None]:
        """A call of a network, which goes on while the context is open."""
        call = Call(self.reader, _batch_size(inputs), [])
        self._calls.setdefault(id(network), []).append(call)
        self._open.append(call)
        try:
            yield
        finally:
            self._open.pop()

    def add(self, layer: keras.layers.Layer, losses: Any) -> None:
        """Notes what a layer adds: to the call that is going on, or as a call of its own."""
        pairs = [(layer, ops.sum(ops.cast(loss, "float32"))) for loss in keras.tree.flatten(losses)]
        if self._open:
            self._open[-1].losses.extend(pairs)
        else:
            self._calls.setdefault(id(layer), []).append(Call(self.reader, 1, pairs))

    def means(self, layers: Collection[int], reader: str) -> list[Tensor]:
        """What some layers added, for each network the mean over all samples it was given.

        So it does not matter whether samples went through a network in one call or in several.

        Args:
            layers: The layers, by identity.
            reader: String. Of a network that was called for it only those calls count; of others
                all, as calls are shared.

        Returns:
            Float32 scalars.
        """
        networks = [
            [
                (call.samples, [loss for layer, loss in call.losses if id(layer) in layers])
                for call in [c for c in calls if c.reader in (None, reader)] or calls
            ]
            for calls in self._calls.values()
        ]
        return [_mean(calls) for calls in networks if any(losses for _, losses in calls)]

    def layers(self) -> list[keras.layers.Layer]:
        """The layers that added something."""
        calls = [call for calls in self._calls.values() for call in calls]
        return [layer for call in calls for layer, _ in call.losses]


@contextmanager
def unnoted() -> Iterator[None]:
    """Calls inside are not noted: they belong to a derivative or to a branch, and stay there."""
    before = _noting()
    _thread.noting = None
    try:
        yield
    finally:
        _thread.noting = before


def watch(network: keras.layers.Layer, layers: Iterable[keras.layers.Layer]) -> None:
    """Lets calls of a network, and what layers of it add to the loss, be noted from now on.

    Args:
        network: A Keras model or layer.
        layers: Those of its layers that may add losses.
    """
    if network not in _watched:
        _watched.add(network)
        vars(network)["call"] = _noted_call(network, network.call)
    for layer in layers:
        if "add_loss" not in vars(layer):
            vars(layer)["add_loss"] = _noted_add_loss(layer, layer.add_loss)


def _noted_call(network: keras.layers.Layer, call: Any) -> Any:
    def noted(*args: Any, **kwargs: Any) -> Any:
        noting = _noting()
        if noting is None:
            return call(*args, **kwargs)
        with noting.call(network, (args, kwargs)):
            return call(*args, **kwargs)

    return noted


def _noted_add_loss(layer: keras.layers.Layer, add_loss: Any) -> Any:
    def noted(loss: Any) -> None:
        add_loss(loss)
        noting = _noting()
        if noting is not None:
            noting.add(layer, loss)

    return noted


def _noting() -> LayerLosses | None:
    return getattr(_thread, "noting", None)


def _batch_size(inputs: Any) -> Any:
    tensors = [leaf for leaf in keras.tree.flatten(inputs) if ops.is_tensor(leaf)]
    return ops.shape(tensors[0])[0] if tensors and len(tensors[0].shape) else 1


def _mean(calls: list[tuple[Any, list[Tensor]]]) -> Tensor:
    """The mean of the calls' sums, weighted by their samples."""
    if len(calls) == 1:
        return reduce(add, calls[0][1])
    weighted = [
        ops.cast(samples, "float32") * reduce(add, values) for samples, values in calls if values
    ]
    return reduce(add, weighted) / ops.cast(reduce(add, [n for n, _ in calls]), "float32")
