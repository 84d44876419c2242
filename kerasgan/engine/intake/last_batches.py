"""Last batches of one sample, which spoil what batch normalisation remembers."""

from __future__ import annotations

import math
import warnings
from typing import Any

from kerasgan.engine.intake.kinds import Kind
from kerasgan.engine.intake.training_data import TrainingData


def warn_of_single_samples(model: Any, data: TrainingData) -> None:
    """Warns where the last batch, or a part of it, would be one sample, as far as that is declared.

    Only of networks that keep moving statistics: those of one sample count in them like a batch's.

    Args:
        model: A compiled `AdversarialModel`.
        data: What `fit` is given.
    """
    parts = model.rules.parts
    samples, size = data.samples, data.size
    if samples is None or size is None:
        return
    if not _leaves_one(samples, size, parts) or not keeps_statistics(model):
        return
    moves = f", divided between {parts} moves of a player," if parts > 1 else ""
    warnings.warn(
        f"The last batch of an epoch{moves} would bring batch normalisation a single sample, whose "
        "variance is hardly any, and which counts in the moving statistics as much as a full "
        f"batch: samples are made by them. {_remedy(data, samples, size, parts)}. Received: "
        f"{samples} samples in batches of {size}, the last of {samples % size}",
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


def _remedy(data: TrainingData, samples: int, size: int, parts: int) -> str:
    """How to leave out what remains."""
    if data.plan is not None:
        return "Pass `drop_remainder=True` to the data set"
    if data.kind is Kind.LOADER:
        return "Pass `drop_last=True` to the loader"
    rest = samples % size
    leave = f"Leave out the last {rest} samples" if rest > 1 else "Leave out a sample"
    others = range(2 * parts, 2 * size, parts)
    better = [other for other in others if not _leaves_one(samples, other, parts)]
    if not better:
        return leave
    return f"{leave}, or pass `batch_size={min(better, key=lambda other: abs(other - size))}`"
