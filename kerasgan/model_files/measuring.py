"""How large a configuration's model would be, without making it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keras

# Variables made in a stateless scope wait in a list of Keras's, which has no public access.
from keras.src.backend.common import global_state

from kerasgan.model_files.error import ModelFileError
from kerasgan.model_files.weights import StoredWeights

_WAITING = "uninitialized_variables"
_SCOPE = "stateless_scope"
# Random streams and counters of a few numbers need not be in a file.
SMALL, SMALL_COUNT = 16, 1000
# Networks that no file holds; a game has one or two.
MOST_UNFILED = 16
# Values in one tensor of a network for one sample: 4 GiB of float32.
LARGEST_TENSOR = 2**30


def build_unallocated(config: dict[str, Any], stored: StoredWeights, path: Path) -> Any:
    """Builds a configuration's model, none of its variables having any memory.

    Every variable must come from the file of weights: as soon as there are more or larger ones than
    the file can fill, this stops.

    Args:
        config: The configuration, its classes checked.
        stored: What the file of weights holds.
        path: For messages.

    Returns:
        An object that has shapes, and can compute nothing.
    """
    with _collected(_Budget(stored, path)) as budget:
        try:
            model = keras.saving.deserialize_keras_object(_not_compiled(config), safe_mode=True)
            if config.get("compile_config") and hasattr(model, "build_histories"):
                model.build_histories()  # As compiling does.
        finally:
            budget.check()  # Again, since Keras wraps the error of the first, or passes over it.
    if isinstance(model, keras.Model):
        _check_tensors(model, path)
    return model


@contextmanager
def unmeasured() -> Iterator[None]:
    """Makes a network as ever while a model is measured, since its file does not hold it.

    It stops where there are more of them than the file has fingerprints.
    """
    budget = global_state.get_global_attribute(_WAITING)
    if not isinstance(budget, _Budget):
        yield
        return
    budget.count_unfiled()
    scope = global_state.get_global_attribute(_SCOPE)
    global_state.set_global_attribute(_WAITING, [])
    global_state.set_global_attribute(_SCOPE, None)
    try:
        yield
    finally:
        global_state.set_global_attribute(_WAITING, budget)
        global_state.set_global_attribute(_SCOPE, scope)


class _Budget(list):
    """The variables so far; one too many is an error."""

    def __init__(self, stored: StoredWeights, path: Path) -> None:
        super().__init__()
        self._stored, self._path = stored, path
        self._elements = 0
        self._unfiled = 0

    def append(self, variable: Any) -> None:
        size = math.prod(variable.shape)
        self._elements += size if size > SMALL else 0
        super().append(variable)
        self.check()

    def count_unfiled(self) -> None:
        self._unfiled += 1
        self.check()

    def check(self) -> None:
        if self._unfiled > min(self._stored.fingerprints, MOST_UNFILED):
            raise ModelFileError(
                f"A file may leave out up to {MOST_UNFILED} frozen networks, and has a fingerprint "
                f"of each. Received: {self._unfiled} so far, {self._stored.fingerprints} "
                f"fingerprints in {str(self._path)!r}"
            )
        most = 2 * self._stored.count + SMALL_COUNT
        if self._elements > self._stored.elements or len(self) > most:
            frozen = " A frozen network, which files leave out, must be made by a function: pass "
            frozen += "that to `kerasgan.layers.Frozen` in place of the network."
            raise ModelFileError(
                "The configuration describes a larger model than the file of weights can fill: "
                "they do not belong together, or the file is made to exhaust memory."
                f"{frozen if self._stored.fingerprints else ''} Received: "
                f"{len(self)} variables of {self._elements} numbers so far, and "
                f"{self._stored.count} arrays of {self._stored.elements} numbers in the weights, "
                f"of {str(self._path)!r}"
            )


@contextmanager
def _collected(budget: _Budget) -> Iterator[_Budget]:
    before = global_state.get_global_attribute(_WAITING, [])
    global_state.set_global_attribute(_WAITING, budget)
    try:
        with keras.StatelessScope(initialize_variables=False):
            yield budget
    finally:
        global_state.set_global_attribute(_WAITING, before)


def _not_compiled(config: Any) -> Any:
    if isinstance(config, dict):
        kept = {key: value for key, value in config.items() if key != "compile_config"}
        return {key: _not_compiled(value) for key, value in kept.items()}
    return [_not_compiled(item) for item in config] if isinstance(config, list) else config


def _check_tensors(model: keras.Model, path: Path) -> None:
    for layer in model._flatten_layers():
        for node in getattr(layer, "_inbound_nodes", []):
            for tensor in node.output_tensors:
                size = math.prod(side or 1 for side in tensor.shape)
                if size > LARGEST_TENSOR:
                    raise ModelFileError(
                        "One sample would need a tensor of more than 2**30 values in this "
                        f"network. It is not loaded. Received: shape {tuple(tensor.shape)} after "
                        f"{layer.name!r} in {str(path)!r}"
                    )
