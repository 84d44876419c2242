"""What `fit` is given, checked before the first step: nothing of it costs time in a step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras

from kerasgan.engine.intake.data_checks import check_data, is_data_set
from kerasgan.engine.intake.last_batches import warn_of_single_samples
from kerasgan.engine.intake.output_checks import check_output_folders
from kerasgan.samples.batch_shapes import check_unused
from kerasgan.samples.shapes import is_positive_int

COUNTS = ("batch_size", "steps_per_epoch", "validation_steps", "validation_batch_size")


def check_fit(
    model: Any, x: Any, y: Any, batch_size: int | None, arguments: Mapping[str, Any]
) -> tuple[Any, dict[str, Any]]:
    """Refuses what Keras would train on silently, forever, not at all, or with an obscure error.

    Args:
        model: The `AdversarialModel` to train.
        x: What `fit` is given: arrays, a `tf.data.Dataset`, a `PyDataset`, a `DataLoader` or a
            generator.
        y: Likewise, a second array.
        batch_size: Likewise.
        arguments: The other arguments of `fit`, by name.

    Returns:
        The `x` and the other arguments to train with: the given ones, or data sets in their place
        that give what they would have given.

    Raises:
        ValueError: If data or arguments cannot be right, or the model is not compiled.
        TypeError: If the data are none, such as `None` or a path.
        OSError: If a callback could not write to its folder.
    """
    check_compiled(model)
    model.optimizer.check_players(model.game.players)
    _check_numbers({"batch_size": batch_size, **arguments})
    check_unused(arguments)
    steps = arguments.get("steps_per_epoch")
    checked = check_data(model, x, y, batch_size, steps, names=("x", "y"), training=True)
    _check_split(x, arguments)
    arguments = {**arguments, **_check_validation(model, {"batch_size": batch_size, **arguments})}
    check_output_folders(arguments.get("callbacks"))
    warn_of_single_samples(model, checked, batch_size, arguments)
    return checked, arguments


def check_evaluation(
    model: Any, x: Any, y: Any, batch_size: int | None, arguments: Mapping[str, Any]
) -> Any:
    """Refuses what `evaluate` cannot use; see `check_fit`, whose arguments these are."""
    check_compiled(model)
    _check_numbers({"batch_size": batch_size})
    check_unused(arguments)
    steps = arguments.get("steps")
    return check_data(model, x, y, batch_size=batch_size, steps=steps, names=("x", "y", "steps"))


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


def _check_split(x: Any, arguments: Mapping[str, Any]) -> None:
    split, data = arguments.get("validation_split") or 0.0, arguments.get("validation_data")
    if not (isinstance(split, int | float) and 0.0 <= split < 1.0):
        raise ValueError(
            "`validation_split` is a part of the data: it must be at least 0 and below 1. "
            f"Received: validation_split={split!r}"
        )
    if split and data is None and is_data_set(x):
        raise ValueError(
            "Only arrays can be split. Pass a second data set as `validation_data`. "
            f"Received: validation_split={split!r} with x of type {type(x).__name__}"
        )
    if split and data is None and keras.tree.flatten(x)[0].shape[0] < 2:
        raise ValueError(
            "There must be samples for training and for validation, at least one each. "
            f"Received: validation_split={split!r} of 1 sample"
        )


def _check_validation(model: Any, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of `fit` to replace by others that give the same."""
    data = arguments.get("validation_data")
    if data is None:
        return {}
    parts = tuple(data) if isinstance(data, list | tuple) else (data,)
    if not 1 <= len(parts) <= 2:
        raise ValueError(
            "`validation_data` must be a data set, an array, or a tuple `(x,)` or `(x, y)`. "
            f"Received: a {type(data).__name__} of {len(parts)} items"
        )
    checked = check_data(
        model,
        parts[0],
        parts[1] if len(parts) == 2 else None,
        batch_size=arguments.get("validation_batch_size") or arguments.get("batch_size"),
        steps=arguments.get("validation_steps"),
        names=("validation_data[0]", "validation_data[1]", "validation_steps"),
    )
    return {} if checked is parts[0] else {"validation_data": checked}
