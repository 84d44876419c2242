"""Single batches, as `train_on_batch` and `test_on_batch` are given them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kerasgan.engine.intake.data_checks import check_data
from kerasgan.engine.intake.input_checks import check_compiled
from kerasgan.engine.intake.training_data import TrainingData
from kerasgan.samples.batch_shapes import check_unused


def check_single_batch(model: Any, x: Any, y: Any, arguments: Mapping[str, Any]) -> None:
    """Refuses a batch that `fit` would refuse, before anything has learnt from it.

    Args:
        model: The `AdversarialModel`.
        x: An array `(batch, ...)`, or a structure of them.
        y: Likewise, or `None`.
        arguments: The other arguments, by name.

    Raises:
        TypeError: If `x` is a data set, or no array of numbers.
        ValueError: If the batch is empty, of another shape than the model's, not finite, or of
            images outside [-1, 1], or the model is not compiled.
    """
    check_compiled(model)
    check_unused(arguments)
    data = TrainingData.of(x, y)
    if data.is_data_set:
        raise TypeError(
            "A single batch is an array, or a structure of arrays. Pass a data set to `fit`, or "
            f"what it gives, batch by batch. Received: x of type {type(x).__name__}"
        )
    check_data(model, data)
