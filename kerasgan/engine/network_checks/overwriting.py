"""Layers that overwrite their own weights when they are called."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from kerasgan.engine.game.player import Player
from kerasgan.engine.network_checks.graph import is_known, name_of, signature_of, whole
from kerasgan.engine.network_checks.independence import treats_samples_independently
from kerasgan.engine.network_checks.trials import leaving_no_trace, random_inputs


def check_overwriting(model: Any, players: Sequence[Player]) -> None:
    """Refuses, or warns of, layers that write to their trainable weights in a call.

    PyTorch cannot differentiate two calls of such a layer in one move.

    Raises:
        ValueError: On PyTorch, if a network that has such a layer is called twice in a move.
    """
    for player in players:
        for network in player.networks:
            writers = overwriting(network)
            if writers:
                _tell(model, player, ", ".join(map(name_of, writers)))


def overwriting(network: Any) -> list[keras.layers.Layer]:
    """The layers of a network that write to their own trainable weights in training."""
    if is_known(network) or not getattr(network, "inputs", None):
        return []
    inputs = [ops.convert_to_tensor(array) for array in random_inputs(signature_of(network))]
    try:
        with leaving_no_trace(), keras.StatelessScope() as scope:
            whole(network)(inputs)
    except Exception:  # A network that cannot be tried alone says so in training.
        return []
    written = {id(v) for v in network.trainable_variables if scope.get_current_value(v) is not None}
    writers: list[keras.layers.Layer] = []
    for layer in network._flatten_layers():  # Wrappers come before what they wrap.
        held = {id(v) for v in layer.trainable_variables}
        if held & written and not isinstance(layer, keras.Model):
            writers.append(layer)
            written -= held
    return writers


def _tell(model: Any, player: Player, layers: str) -> None:
    rules = model.rules
    several = bool(rules.penalties) or rules.update == "simultaneous"
    several = several or not all(map(treats_samples_independently, player.networks))
    remedy = (
        "Put `kerasgan.layers.SpectralNormalization` in the place of Keras's: it leaves the kernel "
        "as it is, and its gradient is that of W/σ(W) on every backend."
    )
    if keras.backend.backend() == "torch" and several:
        raise ValueError(
            f"{layers} of the {player.name} overwrites its own weights in each call. With "
            "penalties, simultaneous updates or batch normalisation a network is called more than "
            "once before it moves, and PyTorch cannot differentiate through weights that have been "
            f"overwritten since. {remedy} Received: update={rules.update!r}, penalties="
            f"{[penalty.name for penalty in rules.penalties]}"
        )
    warnings.warn(
        f"{layers} of the {player.name} overwrites its own weights in each call. On TensorFlow and "
        "PyTorch its gradient is not that of the normalised weights W/σ(W), on JAX it is, so that "
        f"one game trains differently on each. {remedy} Received: backend="
        f"{keras.backend.backend()!r}",
        stacklevel=5,  # The line that calls `compile`.
    )
