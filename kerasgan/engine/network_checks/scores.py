"""Whether a discriminator can give the scores that its loss reads."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from kerasgan.engine.game.player import Player
from kerasgan.engine.network_checks.graph import judges, name_of, score_indices
from kerasgan.losses.adversarial_loss import describe

# What passes scores on as they are.
_PASSING = (layers.Dropout, layers.Flatten, layers.Identity, layers.Permute, layers.Reshape)
_FAR = np.array([1e6, 1e3, 30, 5, 1, 0.3], "float32")
_GRID = np.concatenate([-_FAR, [0.0], _FAR[::-1]]).astype("float32")
_BOUND = 1e3  # Beyond it nothing is bounded: a leaky ReLU gives -1e4 at -1e6.


def check_scores(players: Sequence[Player], loss: Any) -> None:
    """Warns of scores that cannot become what the loss wants, or of several where one is meant.

    Args:
        players: The players.
        loss: An `AdversarialLoss`, or `None`.
    """
    if loss is None:
        return
    for network in judges(players):
        outputs = getattr(network, "outputs", None)
        if not outputs:
            continue
        for output in (outputs[index] for index in score_indices(network)):
            if len(output.shape) > 1 and output.shape[-1] != 1 and not loss.takes_features:
                warnings.warn(
                    f"{name_of(network)} gives {output.shape[-1]} scores for each sample where the "
                    "loss reads one, and takes the mean over all: end the network in one unit. If "
                    "that is meant, set `takes_features = True` on a loss of your own. Received: "
                    f"scores of shape {tuple(output.shape)} for loss={describe(loss)}",
                    stacklevel=4,  # The line that calls `compile`.
                )
            _check_range(network, output, loss)


def _check_range(network: Any, output: Any, loss: Any) -> None:
    last, activation = _last(output)
    if activation is None or loss.score_range is None:
        return
    low, high = _range(activation, output.shape[1:])
    wanted = loss.score_range
    if low > wanted[0] + 1e-3 or high < wanted[1] - 1e-3:
        name = getattr(activation, "__name__", None)
        by = f", activation {name!r}," if name else ""
        warnings.warn(
            f"{name_of(network)} ends in {name_of(last)}{by} and its scores stay within "
            f"[{low:.4g}, {high:.4g}], while the loss reads {_words(wanted)}: it could never be "
            "sure, and its gradient fades. End it in a layer without activation. "
            f"Received: loss={describe(loss)}",
            stacklevel=5,
        )


def _words(wanted: tuple[float, float]) -> str:
    if wanted == (-math.inf, math.inf):
        return "scores of any size (logits)"
    return f"scores in [{wanted[0]:g}, {wanted[1]:g}]"


def _last(output: Any) -> tuple[Any, Any]:
    """The part of a network that decides on an output's range, and its activation, if any."""
    part, _, index = output._keras_history
    if isinstance(part, keras.Model) and getattr(part, "outputs", None):
        return _last(part.outputs[index])
    if isinstance(part, _PASSING):
        return _last(part.input)
    inner = getattr(part, "layer", part)  # Of a wrapper, such as spectral normalisation.
    activation = getattr(inner, "activation", None)
    if activation is keras.activations.linear:
        before = part.input if isinstance(part, layers.Activation) else None
        return (part, None) if before is None else _last(before)
    if activation is not None:
        return part, activation
    is_activation = ("keras.src.layers.activations", "keras.src.ops.nn", "keras.src.ops.numpy")
    return part, part if type(part).__module__.startswith(is_activation) else None


def _range(activation: Any, shape: Sequence[int | None]) -> tuple[float, float]:
    """Where an activation's values lie; infinite if it has no bound or cannot be tried."""
    sizes = [1 if size is None else size for size in shape]
    grid = np.tile(_GRID.reshape(-1, *[1] * len(sizes)), (1, *sizes))
    try:
        values = ops.convert_to_numpy(activation(ops.convert_to_tensor(grid)))
    except Exception:  # An operation of several inputs, or of a given batch size.
        return -math.inf, math.inf
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    return (low if low > -_BOUND else -math.inf), (high if high < _BOUND else math.inf)
