"""What networks consist of, and how a part of one is called by itself."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import keras
from keras import layers, ops

from kerasgan.engine.game.player import Player
from kerasgan.engine.network_checks.trials import Function, Signature
from kerasgan.layers import Frozen
from kerasgan.types import Tensor

# Their derivatives, first and second, are right on every backend.
_KNOWN = (
    "keras.src.layers.activations",
    "keras.src.layers.attention",
    "keras.src.layers.convolutional",
    "keras.src.layers.core",
    "keras.src.layers.merging",
    "keras.src.layers.normalization",
    "keras.src.layers.pooling",
    "keras.src.layers.preprocessing.normalization",
    "keras.src.layers.preprocessing.rescaling",
    "keras.src.layers.regularization",
    "keras.src.layers.reshaping",
    "keras.src.models",
    "keras.src.ops.core",
    "keras.src.ops.nn",
    "keras.src.ops.numpy",
    "keras.src.ops.operation",
    "kerasgan",
)
_UNKNOWN = (
    "keras.src.layers.core.lambda_layer.",
    "keras.src.layers.normalization.spectral_normalization.",
)


def judges(players: Sequence[Player]) -> Iterator[keras.Model]:
    """The networks that give scores."""
    for player in players:
        if player.role == "judge":
            yield from player.networks


def score_indices(network: Any) -> list[int]:
    """Which of a network's outputs are scores: the first, or a dictionary's `"scores"`."""
    outputs = getattr(network, "output", None)
    if not isinstance(outputs, Mapping) or "scores" not in outputs:
        return [0]
    scores = {id(tensor) for tensor in keras.tree.flatten(outputs["scores"])}
    return [i for i, tensor in enumerate(keras.tree.flatten(outputs)) if id(tensor) in scores]


def parts(network: Any) -> list[Any]:
    """All layers and operations of a network, those of networks within it included."""
    found = list(network._flatten_layers()) if hasattr(network, "_flatten_layers") else [network]
    for layer in list(found):
        found += [one for one in getattr(layer, "operations", []) if one not in found]
    return found


def whole(network: keras.Model) -> Function:
    """A network as a function of its inputs, in training."""

    def call(tensors: list[Tensor]) -> list[Tensor]:
        return in_training(network, tensors[0] if len(tensors) == 1 else tensors)

    return call


def is_known(network: Any) -> bool:
    """Whether a network consists of parts whose derivatives are right everywhere."""
    return all(
        isinstance(part, keras.Model)
        and type(part).__module__.startswith("keras.src.models")
        or _is_known(part)
        for part in parts(network)
    )


def _is_known(part: Any) -> bool:
    if isinstance(part, Frozen):
        return is_known(part.network)
    if isinstance(part, layers.UpSampling2D) and part.interpolation != "nearest":
        return False
    module = f"{type(part).__module__}."
    return module.startswith(tuple(f"{m}." for m in _KNOWN)) and not module.startswith(_UNKNOWN)


def name_of(part: Any) -> str:
    """A part as messages name it, such as `'resizing' (Resizing)`."""
    return f"{part.name!r} ({type(part).__name__})"


def alone(part: Any) -> tuple[Function, Signature] | None:
    """A part as a function of the tensors that it was called with in its network.

    Returns:
        A callable from tensors to float32 tensors, which computes as in training, and for each of
        its tensors the shape of one sample and the dtype; `None` where it was never called.
    """
    nodes = getattr(part, "_inbound_nodes", [])
    arguments = getattr(nodes[0], "arguments", None) if nodes else None
    given = (arguments.args, arguments.kwargs) if arguments else None
    if given is None and getattr(part, "_build_shapes_dict", None):
        shape = next(iter(part._build_shapes_dict.values()))
        given = ((keras.KerasTensor(shape),), {}) if isinstance(shape, tuple) else None
    if given is None:
        return None
    leaves = [leaf for leaf in keras.tree.flatten(given) if isinstance(leaf, keras.KerasTensor)]

    def call(tensors: list[Tensor]) -> list[Tensor]:
        rest = iter(tensors)
        args, kwargs = keras.tree.map_structure(
            lambda leaf: next(rest) if isinstance(leaf, keras.KerasTensor) else leaf, given
        )
        return in_training(part, *args, **kwargs)

    return (call, [(leaf.shape[1:], leaf.dtype) for leaf in leaves]) if leaves else None


def in_training(part: Any, *args: Any, **kwargs: Any) -> list[Tensor]:
    """Calls a layer, operation or network as training does; its outputs in float32."""
    if "training" in inspect.signature(part.call).parameters:
        kwargs = {**kwargs, "training": True}
    return [ops.cast(output, "float32") for output in keras.tree.flatten(part(*args, **kwargs))]


def signature_of(network: keras.Model) -> Signature:
    """The shape of one sample and the dtype of each input of a functional network."""
    return [(one.shape[1:], one.dtype) for one in network.inputs]
