"""A learning-rate schedule that can be lowered while it is in use."""

from __future__ import annotations

from typing import Any

import keras

from kerasgan.export import kerasgan_export
from kerasgan.types import Tensor


@kerasgan_export
class ScaledSchedule(keras.optimizers.schedules.LearningRateSchedule):
    """A schedule times a factor, which is part of the optimiser's state.

    Args:
        schedule: The schedule.
        factor: Scalar variable of the optimiser.
    """

    def __init__(
        self, schedule: keras.optimizers.schedules.LearningRateSchedule, factor: keras.Variable
    ) -> None:
        self.schedule = schedule
        self.factor = factor

    def __call__(self, step: Tensor) -> Tensor:
        """The learning rate at a step."""
        return self.schedule(step) * self.factor

    def get_config(self) -> dict[str, Any]:
        """The schedule; the factor is saved with the optimiser's other variables."""
        return {"schedule": keras.saving.serialize_keras_object(self.schedule)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """The schedule, which the model wraps when it is compiled."""
        return keras.saving.deserialize_keras_object(config["schedule"])


def make_scalable(optimizer: keras.optimizers.Optimizer) -> None:
    """Wraps an optimiser's schedule, if it has one, in a `ScaledSchedule`."""
    schedule = _schedule(optimizer)
    if schedule is not None and not isinstance(schedule, ScaledSchedule):
        inner = _inner(optimizer)
        factor = inner.add_variable((), initializer="ones", name="rate_factor")
        inner.learning_rate = ScaledSchedule(schedule, factor)


def lower_rate(optimizer: keras.optimizers.Optimizer, factor: float) -> None:
    """Multiplies an optimiser's learning rate, also one that a schedule sets."""
    schedule = _schedule(optimizer)
    if schedule is None:
        rate = keras.ops.convert_to_numpy(optimizer.learning_rate)
        optimizer.learning_rate = factor * float(rate)
    else:
        schedule.factor.assign(factor * schedule.factor)


def _inner(optimizer: keras.optimizers.Optimizer) -> keras.optimizers.Optimizer:
    return getattr(optimizer, "inner_optimizer", optimizer)  # Of a `LossScaleOptimizer`.


def _schedule(optimizer: keras.optimizers.Optimizer) -> Any:
    # `learning_rate` is the rate of the moment: the schedule itself is not public.
    rate = _inner(optimizer)._learning_rate
    return rate if isinstance(rate, keras.optimizers.schedules.LearningRateSchedule) else None
