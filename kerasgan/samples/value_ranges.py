"""The range of values that generators draw in, and data that have none of its lower half."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable
from typing import Any

import keras

from kerasgan.samples.entry import DRAWN, Entry
from kerasgan.samples.values import Values

INFINITY = math.inf
# By the names of activations, layers and operations, in lower case without underscores.
RANGES = {
    **dict.fromkeys(("tanh", "hardtanh", "softsign", "tanhshrink"), (-1.0, 1.0)),
    **dict.fromkeys(("sigmoid", "hardsigmoid", "softmax", "sparsesigmoid"), (0.0, 1.0)),
    **dict.fromkeys(("relu", "softplus", "exponential", "exp"), (0.0, INFINITY)),
    **dict.fromkeys(("linear", "leakyrelu", "elu", "selu"), (-INFINITY, INFINITY)),
    "relu6": (0.0, 6.0),
}
# Layers that move values, or leave some out, and change none.
KEEPING = ("reshape", "flatten", "permute", "cropping", "upsampling", "zeropadding", "identity")


def output_range(network: Any) -> tuple[float, float] | None:
    """The range of a network's outputs, as its last layers tell; `None` where they do not.

    A layer from elsewhere tells it by an attribute `output_range`, a pair of floats.

    Args:
        network: A Keras model.
    """
    outputs = getattr(network, "outputs", None)
    return _range_of(outputs[0]) if outputs else None


def _range_of(tensor: Any) -> tuple[float, float] | None:
    history = getattr(tensor, "_keras_history", None)
    if history is None:
        return None
    operation, name = history.operation, _name(history.operation)
    declared = getattr(operation, "output_range", None)
    if declared is not None:
        return declared
    if isinstance(operation, keras.Model):
        return output_range(operation)
    known = RANGES.get(name)
    if known is not None:
        return known
    before = operation._inbound_nodes[history.node_index].input_tensors
    if not before:
        return None
    if name == "rescaling":
        return _rescaled(operation, _range_of(before[0]))
    return _range_of(before[0]) if name.startswith(KEEPING) else None


def _name(operation: Any) -> str:
    """The activation of a layer that has one, else the kind of layer or operation."""
    activation = getattr(operation, "activation", None)
    name = getattr(activation, "__name__", None) or type(activation or operation).__name__
    return name.replace("_", "").lower()


def _rescaled(layer: Any, before: tuple[float, float] | None) -> tuple[float, float] | None:
    if before is None or not isinstance(layer.scale, int | float):
        return None
    ends = sorted(end * layer.scale + layer.offset for end in before)
    return ends[0], ends[1]


def is_signed(entry: Entry) -> bool:
    """Whether samples of an entry lie on both sides of zero, as images, sounds and videos do."""
    return entry.kind in DRAWN and entry.range == (-1.0, 1.0)


def warn_if_unsigned(model: Any, arrays: Iterable[tuple[Entry, Values]]) -> None:
    """Warns of arrays without a negative value, where the generator draws some.

    Args:
        model: An `AdversarialModel`.
        arrays: Its entries with what was found in the arrays of the data.
    """
    for entry, found in arrays:
        if found.low < 0.0 or found.high <= 0.0 or not is_signed(entry):
            continue
        if _draws_negative(model, found.shape[1:]):
            _warn(
                entry,
                f"Pass `{found.name} * 2.0 - 1.0` for values in [0, 1]",
                f"{found.name} of dtype {found.dtype}, with values from {found.low:g} to "
                f"{found.high:g}",
            )


def warn_of_unsigned_batches(model: Any, entries: Iterable[Entry], steps: int) -> None:
    """The same of a data set, whose batches had no negative value in so many steps."""
    for entry in entries:
        if is_signed(entry) and _draws_negative(model, entry.shape):
            _warn(
                entry,
                "Map the data set by `x * 2.0 - 1.0` for values in [0, 1]",
                f"no negative value in {steps} {'batch' if steps == 1 else 'batches'}",
            )
            return


def _draws_negative(model: Any, shape: tuple[int | None, ...]) -> bool:
    """Whether a model's generator of such samples has outputs below zero, as far as can be told."""
    ranges = (
        output_range(network) for network in model.generators.values() if _draws(network, shape)
    )
    return any(found is not None and found[0] < 0.0 for found in ranges)


def _draws(network: Any, shape: tuple[int | None, ...]) -> bool:
    drawn = getattr(network, "output_shape", None)
    if not isinstance(drawn, tuple) or len(drawn) != len(shape) + 1:
        return False
    return all(
        None in (want, size) or want == size for want, size in zip(drawn[1:], shape, strict=True)
    )


def _warn(entry: Entry, remedy: str, received: str) -> None:
    warnings.warn(
        f"The generator draws {entry.plural} in [-1, 1], and no value of the data is negative: the "
        f"lower half of its range would be wrong by definition. {remedy}, and build the model anew "
        "if it has been trained on them; or let the generator end in a sigmoid. "
        f"Received: {received}",
        stacklevel=4,
    )
