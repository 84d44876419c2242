"""Where a network that files leave out comes from, whenever its model is made."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, TypeAlias

import keras

from kerasgan.model_files import unmeasured
from kerasgan.types import Game

Source: TypeAlias = keras.Model | Callable[[], keras.Model]


def source_of(network: Source | str) -> Source:
    """What the user passed, or the function of which it is the name.

    Raises:
        ValueError: If there is none.
    """
    if not isinstance(network, str):
        return network
    found = keras.saving.get_registered_object(network)
    if not inspect.isroutine(found):
        raise ValueError(
            "No function is registered with Keras under this name. Import the module that "
            "registers it, by `@keras.saving.register_keras_serializable()`, before. "
            f"Received: network={network!r}"
        )
    return found


def name_of(source: Source) -> str:
    """The name by which a configuration finds a function again.

    Raises:
        ValueError: If it is none that is registered.
    """
    name = keras.saving.get_registered_name(source) if inspect.isroutine(source) else None
    if name is None or keras.saving.get_registered_object(name) is not source:
        raise ValueError(
            "A configuration can hold a frozen network by the name of a function alone: pass "
            "`Frozen` a function without arguments that makes it, registered by "
            "`@keras.saving.register_keras_serializable()`; or hold the layer as an attribute of "
            f"the model, whose constructor makes it. Received: {source!r}"
        )
    return name


def network_from(source: Any) -> keras.Model:
    """The network itself.

    Raises:
        TypeError: If it is no network.
        ValueError: If it has no weights yet.
    """
    network = source
    if callable(source) and not isinstance(source, keras.layers.Layer):
        with unmeasured():
            network = source()
    if not isinstance(network, keras.Model) or isinstance(network, Game):
        raise TypeError(
            "`network` must be a Keras model, or a function without arguments that makes one. "
            f"Received: {network!r} of network={source!r}"
        )
    if not network.built:
        raise ValueError(
            "A frozen network must have its weights: call it once on a batch before, or make it "
            f"of a `keras.Input`. Received: {network.name!r}, which is not built"
        )
    return network
