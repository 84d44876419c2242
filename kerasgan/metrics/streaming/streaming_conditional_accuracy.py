"""Conditional accuracy, batch after batch."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from kerasgan.export import kerasgan_export
from kerasgan.metrics.conditional_accuracy import ConditionalAccuracy, accuracy_of_counts
from kerasgan.metrics.streaming.running_sum import widest_dtype, zero
from kerasgan.samples.shapes import check_positive_ints
from kerasgan.types import Tensor


@kerasgan_export
class StreamingConditionalAccuracy(keras.metrics.Metric):
    """Counts the samples that a classifier takes for the class they were made for.

    It is `conditional_accuracy` of all batches together. `result()` and `by_class()` are computed
    on the host, outside of compiled functions.

    Args:
        num_classes: Int.
        name: String. Defaults to `"conditional_accuracy"`.

    Raises:
        ValueError: If shapes do not fit.

    Example:

    ```python
    accuracy = kerasgan.metrics.StreamingConditionalAccuracy(10)
    accuracy.update_state(labels, extractor.probabilities(images))
    accuracy.result()
    accuracy.by_class()  # {0: 0.98, 1: 1.0, ...}
    ```

    Reference: [Odena et al., 2017](https://arxiv.org/abs/1610.09585), section 4.1.
    """

    def __init__(self, num_classes: int, name: str = "conditional_accuracy") -> None:
        super().__init__(name=name, dtype="float32")
        check_positive_ints(num_classes=num_classes)
        self.num_classes = num_classes
        self._right = self.add_variable((num_classes,), "zeros", "int32", name="right")
        self._seen = self.add_variable((num_classes,), "zeros", "int32", name="seen")

    def update_state(self, labels: Any, probabilities: Any) -> None:
        """Adds samples.

        Args:
            labels: Ints `(batch,)`, the classes asked for; others than those there are count for
                nothing. They come first, as in all metrics of Keras.
            probabilities: Floats `(batch, num_classes)`, or logits.
        """
        labels, rows = ops.convert_to_tensor(labels), ops.convert_to_tensor(probabilities)
        fits = len(rows.shape) == 2 and rows.shape[1] == self.num_classes
        if not fits or len(labels.shape) != 1:
            raise ValueError(
                f"Labels of shape (batch,) and probabilities of shape (batch, {self.num_classes}) "
                f"were expected. Received: {tuple(labels.shape)} and {tuple(rows.shape)}"
            )
        asked = ops.one_hot(ops.cast(labels, "int32"), self.num_classes, dtype="int32")
        taken = ops.one_hot(ops.argmax(rows, axis=1), self.num_classes, dtype="int32")
        self._right.assign_add(ops.cast(ops.sum(asked * taken, axis=0), "int32"))
        self._seen.assign_add(ops.cast(ops.sum(asked, axis=0), "int32"))

    def result(self) -> Tensor:
        """The share of all samples, a scalar in [0, 1]; 0 of none."""
        return ops.convert_to_tensor(self._found().accuracy, widest_dtype())

    def by_class(self) -> dict[int, float]:
        """The share of each class that was asked for."""
        return self._found().by_class

    def reset_state(self) -> None:
        """Forgets all samples."""
        zero([self._right, self._seen])

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {"name": self.name, "num_classes": self.num_classes}

    def _found(self) -> ConditionalAccuracy:
        right, seen = (ops.convert_to_numpy(counts) for counts in (self._right, self._seen))
        return accuracy_of_counts(right, seen)
