"""The inception score, batch after batch."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from kerasgan.export import kerasgan_export
from kerasgan.metrics.inception_score import score_of_sums
from kerasgan.metrics.streaming.running_sum import RunningSum, widest_dtype, zero
from kerasgan.samples.shapes import check_positive_ints
from kerasgan.types import Tensor


@kerasgan_export
class StreamingInceptionScore(keras.metrics.Metric):
    """Computes the inception score of probabilities that come in batches.

    It is `inception_score(probabilities, splits=1)` of all together. Parts would each take their
    samples from all over the stream, so there is one, and no deviation; it is higher than the mean
    of ten parts of the same samples. `result()` is computed on the host, outside of compiled
    functions.

    Args:
        num_classes: Int. Defaults to `1008`, those of `get_extractor("inception")`.
        name: String. Defaults to `"inception_score"`.

    Raises:
        ValueError: If probabilities have another shape, or, by `result()`, there are none.

    Example:

    ```python
    score = kerasgan.metrics.StreamingInceptionScore(10)
    for images in batches:
        score.update_state(extractor.probabilities(images))
    score.result()
    ```

    Reference: [Salimans et al., 2016](https://arxiv.org/abs/1606.03498), section 4.
    """

    def __init__(self, num_classes: int = 1008, name: str = "inception_score") -> None:
        super().__init__(name=name, dtype="float32")
        check_positive_ints(num_classes=num_classes)
        self.num_classes = num_classes
        self._count = self.add_variable((), "zeros", "int32", name="count")
        self._certainty = RunningSum(self, (), "certainty")
        self._totals = RunningSum(self, (num_classes,), "totals")

    def update_state(self, probabilities: Any) -> None:
        """Adds samples: probabilities of shape `(batch, num_classes)`, rows of sum 1."""
        rows = ops.convert_to_tensor(probabilities)
        if len(rows.shape) != 2 or rows.shape[1] != self.num_classes:
            raise ValueError(
                f"Probabilities of shape (batch, {self.num_classes}) were expected. "
                f"Received: {tuple(rows.shape)}"
            )
        rows = ops.cast(rows, self._totals.variables[0].dtype)
        logarithms = ops.log(ops.where(rows > 0.0, rows, ops.ones_like(rows)))  # 0 · log 0 is 0.
        self._certainty.add(ops.sum(rows * logarithms))
        self._totals.add(ops.sum(rows, axis=0))
        self._count.assign_add(ops.cast(ops.shape(rows)[0], "int32"))

    def result(self) -> Tensor:
        """The score, a scalar from 1 to the number of classes."""
        count, totals = int(ops.convert_to_numpy(self._count)), self._totals.value()
        if not count or abs(totals.sum() / count - 1.0) > 1e-3:
            raise ValueError(
                "The score is of probabilities, 0 or more with a sum of 1: apply a softmax to "
                f"logits. Received: {count} rows with a mean sum of {totals.sum() / max(count, 1)}"
            )
        score = score_of_sums(float(self._certainty.value()), totals, count)
        return ops.convert_to_tensor(score, widest_dtype())

    def reset_state(self) -> None:
        """Forgets all samples."""
        zero([self._count, *self._certainty.variables, *self._totals.variables])

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {"name": self.name, "num_classes": self.num_classes}
