"""The running means of all logged losses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from kerasgan.types import Tensor


class TermMeans(keras.metrics.Metric):
    """The means over an epoch of several named scalars, weighted by the batch size.

    One vector for all of them: a mean for each would be two variables and three small operations
    per name in every step, which small games would notice.

    Args:
        names: The logs' names, in order.
    """

    def __init__(self, names: Sequence[str], name: str = "terms") -> None:
        super().__init__(name=name, dtype="float32")
        self.names = list(names)
        self.totals = self.add_variable((len(names),), "zeros", name="totals")
        self.samples = self.add_variable((), "zeros", name="samples")

    def update_state(self, values: dict[str, Tensor], samples: Tensor) -> None:
        """Adds the values of a batch.

        Args:
            values: Scalars by name.
            samples: The batch's size.
        """
        samples = ops.cast(samples, "float32")
        stacked = ops.stack([ops.cast(values[name], "float32") for name in self.names])
        # The means of an empty batch are NaN.
        self.totals.assign_add(ops.where(samples > 0.0, stacked * samples, 0.0))
        self.samples.assign_add(samples)

    def result(self) -> dict[str, Tensor]:
        """The means by name; zeros before the first batch."""
        means = ops.unstack(self.totals / ops.maximum(self.samples, 1.0))
        return dict(zip(self.names, means, strict=True))

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {"names": self.names, "name": self.name}
