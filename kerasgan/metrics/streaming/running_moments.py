"""Mean and covariance in variables."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from kerasgan.metrics.feature_statistics import FeatureStatistics
from kerasgan.metrics.streaming.running_sum import RunningSum, full_precision, widest_dtype
from kerasgan.types import Tensor


class RunningMoments:
    """Sums of features and of their outer products, around the mean of the first batch.

    Around a point near the mean little is lost where covariances are small beside the means.

    Args:
        metric: The metric whose state they are.
        dimensions: Int, how many features.
        name: String.
    """

    def __init__(self, metric: keras.metrics.Metric, dimensions: int, name: str) -> None:
        self._count = metric.add_variable((), "zeros", "int32", name=f"{name}_count")
        self._center = metric.add_variable(
            (dimensions,), "zeros", widest_dtype(), name=f"{name}_center"
        )
        self._sum = RunningSum(metric, (dimensions,), f"{name}_sum")
        self._products = RunningSum(metric, (dimensions, dimensions), f"{name}_products")

    def add(self, features: Tensor) -> None:
        """Adds features, `(batch, dimensions)`."""
        features = ops.cast(ops.convert_to_tensor(features), self._center.dtype)
        first = ops.equal(ops.convert_to_tensor(self._count), 0)
        center = ops.where(first, ops.mean(features, axis=0), ops.convert_to_tensor(self._center))
        self._center.assign(center)
        centered = features - center
        self._sum.add(ops.sum(centered, axis=0))
        with full_precision():
            # `ops.matmul` makes float32 of float64 on PyTorch.
            self._products.add(ops.transpose(centered) @ centered)
        self._count.assign_add(ops.cast(ops.shape(features)[0], "int32"))

    def statistics(self) -> FeatureStatistics:
        """Mean and covariance, in float64."""
        count = int(ops.convert_to_numpy(self._count))
        if count < 2:
            raise ValueError(
                "A covariance needs two samples, real ones and generated ones: call "
                f"`update_state` with more. Received: count={count}"
            )
        apart = self._sum.value() / count
        products = self._products.value()
        # Of float32 the halves of a product differ in the last digit.
        scatter = (products + products.T) / 2.0 - count * np.outer(apart, apart)
        mean = np.asarray(ops.convert_to_numpy(self._center), "float64") + apart
        return FeatureStatistics.from_moments(mean, scatter / (count - 1), count)

    @property
    def variables(self) -> list[Any]:
        """The variables that hold them."""
        return [self._count, self._center, *self._sum.variables, *self._products.variables]
