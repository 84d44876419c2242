"""What `fit` is given, checked before the first step: nothing of it costs time in a step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kerasgan.engine.intake.data_checks import check_data
from kerasgan.engine.intake.last_batches import warn_of_single_samples
from kerasgan.engine.intake.optimizer_averages import refuse_swapping
from kerasgan.engine.intake.output_checks import check_output_folders
from kerasgan.engine.intake.training_data import TrainingData
from kerasgan.samples.batch_shapes import check_unused
from kerasgan.samples.shapes import is_positive_int

COUNTS = ("batch_size", "steps_per_epoch", "validation_steps", "validation_batch_size")


def check_fit(
    model: Any, x: Any, y: Any, batch_size: int | None, arguments: Mapping[str, Any]
) -> tuple[TrainingData, dict[str, Any]]:
    """Refuses what Keras would train on silently, forever, not at all, or with an obscure error.

    Args:
        model: The `AdversarialModel` to train.
        x: What `fit` is given: arrays, a `tf.data.Dataset`, a `PyDataset`, a `DataLoader` or a
            generator.
        y: Likewise, a second array.
        batch_size: Likewise.
        arguments: The other arguments of `fit`, by name.

    Returns:
        The data and the other arguments to train with: the given ones, or data sets in their place
        that give what they would have given.

    Raises:
        ValueError: If data or arguments cannot be right, or the model is not compiled.
        TypeError: If the data are none, such as `None` or a path.
        OSError: If a callback could not write to its folder.
    """
    check_compiled(model)
    refuse_swapping(arguments.get("callbacks"))
    model.check_players()
    _check_numbers({"batch_size": batch_size, **arguments})
    check_unused(arguments)
    given = arguments.get("validation_data")
    split = 0.0 if given is not None else arguments.get("validation_split") or 0.0
    data = TrainingData.of(x, y, batch_size, arguments.get("steps_per_epoch"), split)
    data = check_data(model, data, training=True)
    data = replace(data, validation=_check_validation(model, batch_size, arguments))
    check_output_folders(arguments.get("callbacks"))
    _check_batch_size(model, data)
    warn_of_single_samples(model, data)
    return data, _arguments_for(data, arguments)


def check_evaluation(
    model: Any, x: Any, y: Any, batch_size: int | None, arguments: Mapping[str, Any]
) -> TrainingData:
    """Refuses what `evaluate` cannot use; see `check_fit`, whose arguments these are."""
    check_compiled(model)
    refuse_swapping(arguments.get("callbacks"))
    _check_numbers({"batch_size": batch_size})
    check_unused(arguments)
    data = TrainingData.of(x, y, batch_size, arguments.get("steps"))
    return check_data(model, data, names=("x", "y", "steps"))


def check_compiled(model: Any) -> None:
    """Raises a ValueError if a model is not compiled."""
    if not model.compiled:
        raise ValueError(
            "The model must be compiled before it is trained: call `compile()`, which without "
            f"arguments is the paper's recipe. Received: {type(model).__name__} not yet compiled"
        )


def _check_numbers(arguments: Mapping[str, Any]) -> None:
    for name in COUNTS:
        value = arguments.get(name)
        if value is not None and not is_positive_int(value):
            raise ValueError(
                f"`{name}` must be a positive int, or None. Received: {name}={value!r}"
            )
    for name, default in (("epochs", 1), ("initial_epoch", 0)):
        value = arguments.get(name, default)
        if isinstance(value, bool) or not hasattr(value, "__index__") or value < 0:
            raise ValueError(f"`{name}` must be an int from 0 up. Received: {name}={value!r}")
    split = arguments.get("validation_split") or 0.0
    if not (isinstance(split, int | float) and 0.0 <= split < 1.0):
        raise ValueError(
            "`validation_split` is a part of the data: it must be at least 0 and below 1. "
            f"Received: validation_split={split!r}"
        )


def _check_validation(
    model: Any, batch_size: int | None, arguments: Mapping[str, Any]
) -> TrainingData | None:
    given = arguments.get("validation_data")
    if given is None:
        return None
    parts = tuple(given) if isinstance(given, list | tuple) else (given,)
    if not 1 <= len(parts) <= 2:
        raise ValueError(
            "`validation_data` must be a data set, an array, or a tuple `(x,)` or `(x, y)`. "
            f"Received: a {type(given).__name__} of {len(parts)} items"
        )
    x, y = parts if len(parts) == 2 else (parts[0], None)
    size = arguments.get("validation_batch_size") or batch_size
    data = TrainingData.of(x, y, size, arguments.get("validation_steps"))
    names = ("validation_data[0]", "validation_data[1]", "validation_steps")
    return check_data(model, data, names)


def _check_batch_size(model: Any, data: TrainingData) -> None:
    """Asks the model whether it can use batches of this size, where it is known."""
    splits = model.rules.parts > 1
    size = data.size_found() if splits else data.size
    if size is not None:
        model.check_batch_size(size)


def _arguments_for(data: TrainingData, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of `fit` to train with, beside the data themselves."""
    chosen = dict(arguments)
    if data.shuffles_itself:
        chosen.setdefault("shuffle", False)
    if data.validation is not None and data.validation.is_data_set:
        chosen["validation_data"] = data.validation.x
    return chosen
