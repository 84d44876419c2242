"""Last batches of one sample, which spoil what batch normalisation remembers."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from typing import Any, NamedTuple

import keras

from kerasgan.engine.intake.data_checks import is_data_set, size_of


class Division(NamedTuple):
    """How data are divided into batches.

    Args:
        samples: Int, how many there are.
        size: Int, the samples in a batch.
        remedy: String, how to leave out what remains.
    """

    samples: int
    size: int
    remedy: str


def warn_of_single_samples(
    model: Any, x: Any, batch_size: int | None, arguments: Mapping[str, Any]
) -> None:
    """Warns where the last batch, or a part of it, would be one sample, as far as that is declared.

    Only of networks that keep moving statistics: those of one sample count in them like a batch's.

    Args:
        model: A compiled `AdversarialModel`.
        x: What `fit` is given.
        batch_size: Likewise.
        arguments: Its other arguments, by name.
    """
    parts = model.rules.parts
    division = _declared(x) if is_data_set(x) else _of_arrays(x, batch_size, arguments, parts)
    if division is None:
        return
    rest = division.samples % division.size
    if not _leaves_one(division.samples, division.size, parts) or not keeps_statistics(model):
        return
    moves = f", divided between {parts} moves of a player," if parts > 1 else ""
    warnings.warn(
        f"The last batch of an epoch{moves} would bring batch normalisation a single sample, whose "
        "variance is hardly any, and which counts in the moving statistics as much as a full "
        f"batch: samples are made by them. {division.remedy}. Received: {division.samples} samples "
        f"in batches of {division.size}, the last of {rest}",
        stacklevel=4,
    )


def keeps_statistics(model: Any) -> bool:
    """Whether a network that moves in a game keeps moving statistics of its batches."""
    layers = (
        layer
        for player in model.players()
        for network in player.networks
        for layer in network._flatten_layers()
    )
    return any(hasattr(layer, "moving_variance") and layer.trainable for layer in layers)


def _leaves_one(samples: int, size: int, parts: int) -> bool:
    """Whether the last batch has parts of one sample, and the others have not."""
    rest = samples % size
    return bool(rest) and math.ceil(rest / parts) == 1 < math.ceil(size / parts)


def _of_arrays(
    x: Any, batch_size: int | None, arguments: Mapping[str, Any], parts: int
) -> Division:
    samples = int(keras.tree.flatten(x)[0].shape[0])
    if arguments.get("validation_data") is None:
        samples = math.floor(samples * (1.0 - (arguments.get("validation_split") or 0.0)))
    size = size_of(batch_size, samples, arguments.get("steps_per_epoch"))
    rest = samples % size
    leave = f"Leave out the last {rest} samples" if rest > 1 else "Leave out a sample"
    others = range(2 * parts, 2 * size, parts)
    better = [other for other in others if not _leaves_one(samples, other, parts)]
    if better:
        nearest = min(better, key=lambda other: abs(other - size))
        leave = f"{leave}, or pass `batch_size={nearest}`"
    return Division(samples, size, leave)


def _declared(x: Any) -> Division | None:
    """Of the data sets of `kerasgan.data`, and of PyTorch's loaders; others do not tell."""
    plan = getattr(x, "plan", None)
    if plan is not None:
        remedy = "Pass `drop_remainder=True` to the data set"
        return Division(plan.shown, plan.batch_size, remedy)
    try:
        samples = len(x.dataset)
    except (AttributeError, TypeError):  # No loader, or one of a stream.
        return None
    if not isinstance(x.batch_size, int) or x.drop_last:
        return None
    return Division(samples, x.batch_size, "Pass `drop_last=True` to the loader")
