"""How many steps were made, where an evaluation can read it."""

from __future__ import annotations

from typing import Any

import keras

from kerasgan.types import Tensor


class Clock(keras.metrics.Metric):
    """The training steps made, as a metric: JAX hands these to an evaluation, and no optimisers."""

    def __init__(self, name: str = "clock") -> None:
        super().__init__(name=name, dtype="float32")
        self.steps = self.add_variable((), "zeros", dtype="int32", name="steps")

    def update_state(self, steps: Any) -> None:
        """Notes the steps made so far."""
        # A copy: JAX gives the arrays of an evaluation away, and the optimizers keep theirs.
        self.steps.assign(keras.ops.copy(keras.ops.cast(steps, "int32")))

    def result(self) -> Tensor:
        """The steps made so far."""
        return keras.ops.convert_to_tensor(self.steps)

    def reset_state(self) -> None:
        """Does nothing: a clock goes on."""
