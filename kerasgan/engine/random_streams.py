"""The state of a model's random streams, which Keras's files leave out."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

_PREFIX = "random_stream_"


def save(model: keras.Model, store: Any) -> None:
    """Writes the state of every seed generator in a model: its own and its layers'.

    Args:
        model: A Keras model.
        store: Where `save_own_variables` writes.
    """
    for index, state in enumerate(_states(model)):
        store[f"{_PREFIX}{index}"] = ops.convert_to_numpy(state)


def load(model: keras.Model, store: Any) -> None:
    """Reads what `save` wrote, into a model of the same configuration.

    Raises:
        ValueError: If the number of streams differs.
    """
    states = _states(model)
    saved = sum(key.startswith(_PREFIX) for key in store.keys())
    if saved != len(states):
        raise ValueError(
            f"{model.name} draws from {len(states)} random streams, but the file holds {saved}: it "
            "was saved by a model of another configuration. Load it into a model that is built and "
            f"compiled with the same arguments. Received: {saved} streams"
        )
    for index, state in enumerate(states):
        state.assign(store[f"{_PREFIX}{index}"])


def _states(model: keras.Model) -> list[keras.Variable]:
    # `variables` is `weights` and, beyond them, the states of the seed generators.
    weights = {id(variable) for variable in model.weights}
    return [variable for variable in model.variables if id(variable) not in weights]
