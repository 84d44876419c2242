"""The layers that a model is made of."""

from __future__ import annotations

from typing import Any

import keras


def parts_of(model: Any) -> list[tuple[str, Any]]:
    """The layers that a kerasgan model holds directly, its moving average and counts aside.

    Of a model that grows the networks of all stages, such as `generator_0`.

    Returns:
        Pairs of the attribute that holds it, or else a number, and the layer, in the order of
        these names.
    """
    named = {
        id(value): name
        for name, value in sorted(attributes_of(model).items(), reverse=True)
        if isinstance(value, keras.layers.Layer) and not name.startswith("_")
    }
    aside = (model.average, model.all_stages, model.progress)
    parts = [layer for layer in layers_in(model) if all(layer is not one for one in aside)]
    pairs = [(named.get(id(layer), str(index)), layer) for index, layer in enumerate(parts)]
    stages = model.all_stages
    for name in stages.names if stages is not None else ():
        pairs += [(f"{name}_{stage}", network) for stage, network in enumerate(stages.of(name))]
    return sorted(pairs, key=lambda pair: pair[0])


def attributes_of(model: Any) -> dict[str, Any]:
    """The attributes of a model, by name."""
    # On PyTorch a module keeps the modules in it apart from its other attributes.
    return {**vars(model).get("_modules", {}), **vars(model)}


def holds(model: Any, layer: Any) -> bool:
    """Whether an attribute of a model is a layer, or a list or dictionary with it."""
    for name, value in attributes_of(model).items():
        # Lists of Keras's and TensorFlow's own, which do not forget.
        if name == "_layers" or name.startswith("_self_"):
            continue
        inside = list(value.values()) if isinstance(value, dict) else value
        several = inside if isinstance(inside, list | tuple) else [inside]
        if any(one is layer for one in several):
            return True
    return False


def layers_in(layer: Any) -> list[Any]:
    """The layers that a layer holds directly, also in lists and dictionaries."""
    # Keras has no public way to those of a layer that is no model.
    return layer._flatten_layers(include_self=False, recursive=False)


def layers_within(layer: Any) -> list[Any]:
    """A layer and all layers in it, each once."""
    return layer._flatten_layers()
