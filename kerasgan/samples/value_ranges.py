"""The range of values that generators draw in, and images that have none of its lower half."""

from __future__ import annotations

import math
import warnings
from typing import Any, NamedTuple

import keras

# Images `(batch, height, width, channels)`, and volumes or videos with one axis more.
IMAGE_RANKS = (4, 5)
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


class Values(NamedTuple):
    """What was found in an array of the data.

    Args:
        name: What the user calls it.
        shape: Its shape.
        dtype: The name of its type.
        low, high: Floats, its least and its greatest value.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    low: float
    high: float


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


def draws_negative_images(model: Any, shape: tuple[int, ...] | None = None) -> bool:
    """Whether a model's generator of images has outputs below zero, as far as can be told.

    Args:
        model: An `AdversarialModel`.
        shape: The shape of one of the images; `None` for any.
    """
    return any(_draws_negative(network, shape) for network in model.generators.values())


def _draws_negative(network: Any, shape: tuple[int, ...] | None) -> bool:
    drawn = getattr(network, "output_shape", None)
    if not isinstance(drawn, tuple) or len(drawn) not in IMAGE_RANKS:
        return False
    if shape is not None and not all(
        want in (None, size) for want, size in zip(drawn[1:], shape, strict=False)
    ):
        return False
    found = output_range(network)
    return found is not None and found[0] < 0.0


def warn_if_unsigned(model: Any, arrays: list[Values]) -> None:
    """Warns of arrays of images without a negative value, where the generator draws some.

    Args:
        model: An `AdversarialModel`.
        arrays: What was found in the arrays of the data.
    """
    for name, shape, dtype, low, high in arrays:
        if len(shape) not in IMAGE_RANKS or low < 0.0 or high <= 0.0:
            continue
        if draws_negative_images(model, shape[1:]):
            _warn(
                f"Pass `{name} * 2.0 - 1.0` for values in [0, 1]",
                f"{name} of dtype {dtype}, with values from {low:g} to {high:g}",
            )


def warn_of_unsigned_batches(model: Any, steps: int) -> None:
    """The same of a data set, whose batches had no negative value in so many steps."""
    if draws_negative_images(model):
        _warn(
            "Map the data set by `x * 2.0 - 1.0` for values in [0, 1]",
            f"no negative value in {steps} {'batch' if steps == 1 else 'batches'}",
        )


def _warn(remedy: str, received: str) -> None:
    warnings.warn(
        "The generator draws images in [-1, 1], and no value of the data is negative: the darker "
        f"half of its range would be wrong by definition. {remedy}, and build the model anew if it "
        "has been trained on them; or let the generator end in a sigmoid. "
        f"Received: {received}",
        stacklevel=4,
    )
