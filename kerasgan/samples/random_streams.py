"""The state of a model's random streams, which Keras's files leave out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
from keras import ops

from kerasgan.samples.counted_draws import counted_state

_PREFIX = "random_stream_"


def save(model: keras.Model, store: Any) -> None:
    """Writes the state of every seed generator in a model: its own and its layers'.

    Args:
        model: A Keras model.
        store: Where `save_own_variables` writes.
    """
    for index, state in enumerate(states_of(model)):
        store[f"{_PREFIX}{index}"] = ops.convert_to_numpy(state)


def load(model: keras.Model, store: Any) -> None:
    """Reads what `save` wrote, into a model of the same configuration.

    Raises:
        ValueError: If the number of streams differs.
    """
    states = states_of(model)
    saved = sum(key.startswith(_PREFIX) for key in store.keys())
    if saved != len(states):
        raise ValueError(
            f"{model.name} draws from {len(states)} random streams, but the file holds {saved}: it "
            "was saved by a model of another configuration. Load it into a model that is built and "
            f"compiled with the same arguments. Received: {saved} streams"
        )
    for index, state in enumerate(states):
        state.assign(store[f"{_PREFIX}{index}"])


@contextmanager
def seeded(model: keras.Model, seed: int | None) -> Iterator[None]:
    """Lets the layers of a network that draw begin where a seed says, and go on afterwards as ever.

    Args:
        model: A Keras model.
        seed: Int, or `None` for nothing of the kind.
    """
    states = [] if seed is None else states_of(model)
    before = [np.array(ops.convert_to_numpy(state)) for state in states]
    try:
        for index, state in enumerate(states):
            state.assign(np.array([counted_state(index, int(seed or 0)), 0], before[index].dtype))
        yield
    finally:
        for state, value in zip(states, before, strict=True):
            state.assign(value)


def states_of(model: keras.Model) -> list[keras.Variable]:
    """The states of a model's seed generators, `[seed, draws]` each."""
    # `variables` is `weights` and, beyond them, the states of the seed generators.
    weights = {id(variable) for variable in model.weights}
    return [variable for variable in model.variables if id(variable) not in weights]
