"""Keras's layers that change images at random, where a gradient must come through them.

They are made for data on their way to a network, where nothing is differentiated. Within a network
some change their input in place, some give no gradient, and some a wrong one, each on some backends
only (`docs/losses_and_penalties.md` has the table). So each is tried when a game is compiled.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import keras
import numpy as np
from keras import ops

from kerasgan.engine.game.player import Player
from kerasgan.engine.network_checks.graph import alone, name_of, parts
from kerasgan.engine.network_checks.trials import (
    Function,
    gradient,
    leaving_no_trace,
    random_inputs,
    total,
)
from kerasgan.types import Tensor

_MODULES = ("keras.src.layers.preprocessing.image_preprocessing.", "keras.src.ops.image")
_DRAWS, _DIRECTIONS, _STEP = 2, 2, 3e-4
_WRONG, _USELESS = 0.03, 0.5  # Shares of the gradient.


def check_augmentations(players: Sequence[Player]) -> None:
    """Refuses, or warns of, image layers whose gradient is missing or wrong.

    Raises:
        ValueError: If a layer changes its input in place, or if the gradient that comes through a
            layer of a discriminator is none, or is more wrong than right.
    """
    for player in players:
        for network in player.networks:
            for part in _augmentations(network):
                fault, grave = fault_of(part)
                if fault:
                    refused = grave and (player.role == "judge" or "in place" in fault)
                    _tell(_message(part, network, player, fault), refused)


def _augmentations(network: Any) -> Iterator[Any]:
    for part in parts(network):
        if any(kind.__module__.startswith(_MODULES) for kind in type(part).__mro__):
            yield part


def fault_of(part: Any) -> tuple[str, bool]:
    """What is wrong with an image layer or operation, and whether it is grave; `""` for nothing."""
    called = alone(part)
    if called is None:
        return "", False
    function, signature = called
    low, high = getattr(part, "value_range", (0.0, 1.0))
    width = high - low
    arrays = random_inputs(signature, low + 0.15 * width, high - 0.15 * width)
    with leaving_no_trace():
        if _changes(function, arrays):
            return "it changes its input in place, for all that come after", True
        share = _wrong_share(part, function, arrays, _STEP * width)
    if share is None:
        return "no gradient comes through it, and what is before it learns nothing", True
    if share <= _WRONG:
        return "", False
    return f"the gradient through it is {100 * share:.0f} % off", share >= _USELESS


def _changes(function: Function, arrays: list[np.ndarray]) -> bool:
    tensors = [ops.convert_to_tensor(array.copy()) for array in arrays]
    with keras.StatelessScope():
        function(tensors)
    after = [ops.convert_to_numpy(tensor) for tensor in tensors]
    return any((a != b).any() for a, b in zip(arrays, after, strict=True))


def _wrong_share(
    part: Any, function: Function, arrays: list[np.ndarray], step: float
) -> float | None:
    """The error of the gradient by central differences, in shares of it; `None` without any."""
    rng = np.random.default_rng(1)
    errors, squares, some = 0.0, 1e-30, False
    for draw in range(_DRAWS):
        given = [(state, ops.convert_to_tensor(_seed(state, draw))) for state in _streams(part)]
        values = partial(_value, function, given, arrays)
        slopes = _slopes(partial(total, function, given=given), arrays)
        some = some or bool(slopes.any())
        for _ in range(_DIRECTIONS):
            ways = [rng.choice([-1.0, 1.0], array.shape) for array in arrays]
            near, far = _difference(values, ways, step), _difference(values, ways, 3.0 * step)
            found = float(slopes @ np.concatenate([way.reshape(-1) for way in ways]))
            # At the edges of clipped values the two differ; they do too where draws are not ours.
            unsure = 2.0 * abs(near - far)
            errors += max(0.0, abs(found - near) - unsure) ** 2
            squares += near**2
    return float(np.sqrt(errors / squares)) if some else None


def _slopes(scalar: Callable[[list[Tensor]], Tensor], arrays: list[np.ndarray]) -> np.ndarray:
    def connected(inputs: list[Tensor]) -> Tensor:
        # Without a way through the part a gradient of zeros, where PyTorch would raise an error.
        return scalar([x * 1.0 for x in inputs]) + 0.0 * sum(ops.sum(x) for x in inputs)

    return ops.convert_to_numpy(gradient(connected, arrays)).astype("float64")


def _difference(value: Callable[[list[np.ndarray]], float], ways: list[Any], step: float) -> float:
    ahead, back = (value([sign * step * way for way in ways]) for sign in (1.0, -1.0))
    return (ahead - back) / (2.0 * step)


def _value(
    function: Function, given: Any, arrays: list[np.ndarray], moves: list[np.ndarray]
) -> float:
    moved = [(a + move).astype("float32") for a, move in zip(arrays, moves, strict=True)]
    tensors = [ops.convert_to_tensor(array) for array in moved]
    return float(ops.convert_to_numpy(total(function, tensors, given)))


def _streams(part: Any) -> list[keras.Variable]:
    weights = {id(variable) for variable in getattr(part, "weights", [])}
    return [v for v in getattr(part, "variables", []) if id(v) not in weights]


def _seed(state: keras.Variable, draw: int) -> np.ndarray:
    return np.full(state.shape, 7 + draw, keras.backend.standardize_dtype(state.dtype))


def _message(part: Any, network: Any, player: Player, fault: str) -> str:
    return (
        f"{name_of(part)} in {name_of(network)} of the {player.name} is made for data, not for "
        f"networks that a gradient comes through: on {keras.backend.backend()} {fault}. Use "
        "`kerasgan.layers.DiffAugment`, whose gradient is right on every backend; or change the "
        "data before training (`augment=` of `kerasgan.data`). "
        f"Received: a network of the player {player.name!r} with {type(part).__name__}"
    )


def _tell(message: str, refused: bool) -> None:
    if refused:
        raise ValueError(message)
    warnings.warn(message, stacklevel=5)  # The line that calls `compile`.
