"""Data that cannot be right, refused before anything trains on them, or is evaluated."""

from __future__ import annotations

import os
from typing import Any

import keras

from kerasgan.engine.intake.data_errors import NO_BATCHES
from kerasgan.engine.intake.first_batches import check_batches, check_fed
from kerasgan.engine.intake.training_data import ENDLESS, TrainingData
from kerasgan.samples.array_checks import check_arrays, same_length
from kerasgan.samples.value_ranges import warn_if_unsigned

NAMES = ("x", "y", "steps_per_epoch")


def check_data(
    model: Any, data: TrainingData, names: tuple[str, str, str] = NAMES, training: bool = False
) -> TrainingData:
    """Refuses data that a model cannot be trained on, or evaluated.

    Arrays are read once. Of data sets the declared length, shapes and types are looked at; of
    those that declare none, `PyDataset`s and generators, the first batch.

    Args:
        model: The model, whose `unpack` knows what a batch must be.
        data: What it is given.
        names: What the user calls x, y and the argument that limits an epoch. Defaults to the
            names of `fit`.
        training: Bool, whether to warn of what a model learns wrongly from. Defaults to `False`.

    Returns:
        The data, or a data set that gives all that they would have given.
    """
    _refuse_no_data(names[0], data.x)
    if not data.is_data_set:
        _check_arrays(model, data, names, training)
        return data
    _refuse_what_is_for_arrays(data, names)
    _check_length(data, names[2])
    return check_batches(model, data)


def _check_arrays(
    model: Any, data: TrainingData, names: tuple[str, str, str], training: bool
) -> None:
    found = [check_arrays(name, part) for name, part in zip(names, (data.x, data.y), strict=False)]
    fed = check_fed(model, keras.utils.pack_x_y_sample_weight(*found))
    count = same_length([one for one in keras.tree.flatten(found) if one is not None])
    _check_split(data, count)
    _check_length(data, names[2])
    if training:
        warn_if_unsigned(model, fed)


def _refuse_no_data(name: str, x: Any) -> None:
    if x is None or isinstance(x, str | bytes | os.PathLike):
        raise TypeError(
            "`fit` trains on an array of samples or on a data set. For a folder of images, use "
            f"`kerasgan.data.image_folder(path, image_size=...)`. Received: {name}={x!r}"
        )


def _refuse_what_is_for_arrays(data: TrainingData, names: tuple[str, str, str]) -> None:
    if data.y is not None:
        raise ValueError(
            f"A data set holds all that belongs to a sample: leave `{names[1]}` out, and let the "
            f"data set give pairs `(x, y)`. Received: {names[1]} of type {type(data.y).__name__} "
            f"beside {names[0]} of type {type(data.x).__name__}"
        )
    if data.split:
        raise ValueError(
            "Only arrays can be split. Pass a second data set as `validation_data`. "
            f"Received: validation_split={data.split!r} with x of type {type(data.x).__name__}"
        )


def _check_split(data: TrainingData, count: int) -> None:
    if data.split and data.samples in (0, count):
        raise ValueError(
            "There must be samples for training and for validation, at least one each. "
            f"Received: validation_split={data.split!r} of {count} sample{'s' * (count > 1)}"
        )


def _check_length(data: TrainingData, limit: str) -> None:
    batches, steps = data.length, data.steps
    if batches == 0:
        raise ValueError(NO_BATCHES)
    if batches == ENDLESS and steps is None:
        raise ValueError(
            f"The data set never ends, or does not say when: an epoch would not either. Pass "
            f"`{limit}`, or leave out `.repeat()`. Received: {limit}=None"
        )
    if steps is not None and 0 < batches < steps:
        raise ValueError(
            f"The data end before an epoch does. Pass `{limit}={batches}` or leave it out; to go "
            "through the data several times, raise `epochs`, or `.repeat()` the data set. "
            f"Received: {limit}={steps} for {batches} batches"
        )
