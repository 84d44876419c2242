"""What a discriminator says of samples, by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import keras
from keras import ops

from kerasgan.types import Tensor

SCORES, FEATURES = "scores", "features"


class Judgement(NamedTuple):
    """What a discriminator says of samples, all of it in float32.

    Args:
        scores: List of scores, `(batch, 1)`, or of maps of them, `(batch, height, width, 1)`: one
            for each scale.
        features: List of inner features, for feature matching; empty where there are none.
        told: What else it says, by name, such as the classes.
    """

    scores: list[Tensor]
    features: list[Tensor]
    told: dict[str, Tensor]


def as_judgement(outputs: Any, told: Sequence[str] = ()) -> Judgement:
    """The outputs of a network by name.

    Args:
        outputs: A tensor of scores; a list of scores and of what `told` names; or a dictionary of
            `"scores"`, a tensor or a list of them, `"features"`, likewise, and others.
        told: The names of further outputs, in their order. Defaults to none.
    """
    if isinstance(outputs, Mapping):
        named = dict(outputs)
        scores, features = named.pop(SCORES), named.pop(FEATURES, [])
    else:
        scores, *others = keras.tree.flatten(outputs)
        named, features = dict(zip(told, others, strict=True)), []
    return Judgement(
        _in_float32(scores),
        _in_float32(features),
        {name: ops.cast(named[name], "float32") for name in told},
    )


def check_outputs(
    owner: str, network: keras.Model, told: Sequence[str] = (), features: bool = False
) -> None:
    """Refuses a discriminator with outputs that a game does not read, or without those it reads.

    Args:
        owner: The model's class, for messages.
        network: The discriminator.
        told: What else than scores the game reads, by name. Defaults to nothing.
        features: Bool, whether it reads features. Defaults to `False`.

    Raises:
        ValueError: If there are such.
    """
    outputs = getattr(network, "output", None)
    if outputs is None:  # A subclass of `keras.Model`, which tells when it is called.
        return
    if isinstance(outputs, Mapping):
        found, wanted = set(outputs) - {FEATURES}, {SCORES, *told}
        fits = found == wanted and (features or FEATURES not in outputs)
        given = sorted(outputs)
    else:
        fits = len(keras.tree.flatten(outputs)) == 1 + len(told)
        given = [tuple(output.shape) for output in keras.tree.flatten(outputs)]
    if not fits:
        raise ValueError(
            f"{owner} reads of {network.name!r} {_reading(told, features)}, and would leave other "
            "outputs out without a word. Give the network those alone; scores of several scales "
            "are a dictionary's `'scores'`, a list. "
            f"Received: a network with the outputs {given}"
        )


def _reading(told: Sequence[str], features: bool) -> str:
    names = [SCORES, *([FEATURES] if features else []), *told]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _in_float32(outputs: Any) -> list[Tensor]:
    return [ops.cast(output, "float32") for output in keras.tree.flatten(outputs)]
