"""A learning rate that is held and then falls to zero."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from kerasgan.export import kerasgan_export
from kerasgan.types import Tensor


@kerasgan_export
class LinearDecay(keras.optimizers.schedules.LearningRateSchedule):
    """Holds the learning rate, then lets it fall linearly to zero: the schedule of CycleGAN.

    Args:
        initial_learning_rate: Float.
        hold_steps: Int, training steps at the initial rate.
        decay_steps: Int, steps over which it falls to zero.

    Example:

    ```python
    steps = 100 * len(dataset)  # 100 epochs at 2e-4, then 100 more down to zero
    schedule = kerasgan.schedules.LinearDecay(2e-4, hold_steps=steps, decay_steps=steps)
    gan.compile(
        generator_optimizer=keras.optimizers.Adam(schedule, beta_1=0.5),
        discriminator_optimizer=keras.optimizers.Adam(schedule, beta_1=0.5),
    )
    ```

    Reference: [Zhu et al., 2017](https://arxiv.org/abs/1703.10593), appendix 7.1.
    """

    def __init__(self, initial_learning_rate: float, hold_steps: int, decay_steps: int) -> None:
        if hold_steps < 0 or decay_steps < 1:
            raise ValueError(
                "`hold_steps` must be at least 0 and `decay_steps` at least 1. "
                f"Received: hold_steps={hold_steps}, decay_steps={decay_steps}"
            )
        self.initial_learning_rate = initial_learning_rate
        self.hold_steps = hold_steps
        self.decay_steps = decay_steps

    def __call__(self, step: Tensor) -> Tensor:
        """The learning rate at a step."""
        progress = (ops.cast(step, "float32") - self.hold_steps) / self.decay_steps
        return self.initial_learning_rate * (1.0 - ops.clip(progress, 0.0, 1.0))

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "hold_steps": self.hold_steps,
            "decay_steps": self.decay_steps,
        }
