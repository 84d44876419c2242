"""What stands around a training while it goes on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from kerasgan.engine.intake import monitoring
from kerasgan.engine.intake.data_errors import naming_bad_files, requiring_steps
from kerasgan.engine.intake.training_data import TrainingData
from kerasgan.engine.state import resuming


@contextmanager
def fitting(model: Any, data: TrainingData, arguments: Mapping[str, Any]) -> Iterator[None]:
    """Within it a model is trained on data, which it holds for callbacks; its end puts all back.

    Args:
        model: A compiled `AdversarialModel`.
        data: What it is trained on, checked.
        arguments: The other arguments of its `fit`, by name.

    Raises:
        ValueError: If a callback goes by a value that nothing logs, the data turn out to be empty,
            or a file of theirs cannot be read.
    """
    callbacks = arguments["callbacks"]
    validates = data.validation is not None or data.split > 0.0
    model.training_data = data
    if arguments.get("initial_epoch"):
        data.start_at(arguments["initial_epoch"])
    try:
        with (
            naming_bad_files(*data.plans),
            requiring_steps(model),
            monitoring.going_by_measures(model, callbacks, validates),
            resuming.saving_interrupted(callbacks),
        ):
            yield
    finally:
        model.training_data = None
