"""Which layers of a model are frozen, in words that a file can hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras

from kerasgan.engine.state.model_parts import layers_in, layers_within, parts_of

FROZEN = "frozen"  # Under which it stands in configurations.


def find(model: keras.Model) -> list[str]:
    """The layers of a model whose `trainable` is `False`, and single variables that differ.

    Args:
        model: A kerasgan model. Its moving average and parts without weights to train, such as
            histories of images, are passed over: they are always as their class made them.

    Returns:
        Strings such as `"generator/0"`, the first layer of the generator, by their place, as layers
        are numbered anew whenever a model is built. `"generator/0:1"` is the second variable of
        that layer where its `trainable` is not the layer's; `""` is the model itself.
    """
    found = []
    for place, layer in _layers(model):
        if not layer.trainable:
            found.append(place)
        for index, variable in enumerate(layer._trainable_variables):
            if variable.trainable != layer.trainable:
                found.append(f"{place}:{index}")
    return sorted(found)


def apply(model: keras.Model, frozen: Sequence[str]) -> None:
    """Freezes what `find` has found in an equal model, and nothing else.

    Args:
        model: A kerasgan model.
        frozen: What `find` returned.

    Raises:
        ValueError: If the model has no such layers.
    """
    wanted, known = set(frozen), set()
    for place, layer in _layers(model):
        # A model hands its own flag to its history and average too, which have theirs for good.
        if layer is not model or layer.trainable == (place in wanted):
            layer.trainable = place not in wanted
        known.add(place)
        for index, variable in enumerate(layer._trainable_variables):
            known.add(f"{place}:{index}")
            variable.trainable = layer.trainable != (f"{place}:{index}" in wanted)
    if not wanted <= known:
        raise ValueError(
            "Layers are said to be frozen that the model does not have: it is of another "
            f"configuration. Received: {sorted(wanted - known)[:5]}"
        )


def go_on(model: Any, config: dict[str, Any]) -> None:
    """Freezes what was frozen or thawed while a checkpoint's training went on.

    What a script has frozen or thawed between `compile` and `fit` stands.

    Args:
        model: A compiled kerasgan model, the training of which is resumed.
        config: The configuration of the checkpoint's model.
    """
    now = config["config"].get(FROZEN, [])
    then = (config.get("compile_config") or {}).get(FROZEN, now)
    if find(model) == list(model.frozen_at_compile) == then != now:
        apply(model, now)


def _layers(model: keras.Model) -> list[tuple[str, Any]]:
    """Every layer once, after all that hold it: what is set there is handed on to it."""
    order: list[tuple[str, Any]] = []
    seen: set[int] = set()

    def visit(place: str, layer: Any) -> None:
        if id(layer) in seen:
            return
        seen.add(id(layer))
        for index, child in enumerate(layers_in(layer)):
            visit(f"{place}/{index}", child)
        order.append((place, layer))

    for name, part in parts_of(model):
        if any(layer._trainable_variables for layer in layers_within(part)):
            visit(name, part)
    return [("", model), *reversed(order)]
