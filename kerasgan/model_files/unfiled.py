"""Weights that files leave out."""

from __future__ import annotations

from typing import Any


def unfiled(model: Any) -> set[int]:
    """The identities of the weights of a model that its files do not hold.

    A layer names them as its `unfiled_variables`: those of a network that is made anew.

    Args:
        model: A Keras model or layer.
    """
    layers = model._flatten_layers()
    return {id(v) for layer in layers for v in getattr(layer, "unfiled_variables", ())}
