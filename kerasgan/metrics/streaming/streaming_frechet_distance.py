"""The Fréchet distance, batch after batch."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from kerasgan.export import kerasgan_export
from kerasgan.metrics.frechet_distance import frechet_distance
from kerasgan.metrics.streaming.running_moments import RunningMoments
from kerasgan.metrics.streaming.running_sum import widest_dtype, zero
from kerasgan.samples.shapes import check_positive_ints
from kerasgan.types import Tensor


@kerasgan_export
class StreamingFrechetDistance(keras.metrics.Metric):
    """Computes the Fréchet distance of features that come in batches.

    It is `frechet_distance` of all features together, without keeping them: their sums and those of
    their outer products do, 67 MB for 2,048 features of both kinds. `update_state` runs on the
    device, compiled or not; `result()` is computed on the host, by NumPy in float64, outside of
    compiled functions. On JAX without float64 sums are compensated, which gives six digits; where
    covariances are singular, as of fewer samples than features, fewer of them: take
    `FeatureStatistics` there, which sums up on the host.

    `kernel_distance`, `precision_recall` and `density_coverage` have no such metric: they compare
    samples with each other, and need all of them at once.

    Args:
        dimensions: Int, the number of features. Defaults to `2048`.
        keep_real: Bool, whether `reset_state` keeps the real samples, which are the same in each
            epoch. Defaults to `False`.
        name: String. Defaults to `"frechet_distance"`.

    Raises:
        ValueError: If features have another shape, or, by `result()`, are fewer than two or not
            finite.

    Example:

    ```python
    distance = kerasgan.metrics.StreamingFrechetDistance(64, keep_real=True)
    for images in batches:
        distance.update_state(real=extractor.features(images))
    distance.update_state(fake=extractor.features(gan.generate(2048, seed=0)))
    distance.result()
    distance.reset_state()  # Forgets the generated samples.
    ```

    Reference: [Heusel et al., 2017](https://arxiv.org/abs/1706.08500).
    """

    def __init__(
        self, dimensions: int = 2048, keep_real: bool = False, name: str = "frechet_distance"
    ) -> None:
        super().__init__(name=name, dtype="float32")
        check_positive_ints(dimensions=dimensions)
        self.dimensions = dimensions
        self.keep_real = keep_real
        self._real = RunningMoments(self, dimensions, "real")
        self._fake = RunningMoments(self, dimensions, "fake")

    def update_state(self, real: Any = None, fake: Any = None) -> None:
        """Adds features of real and of generated samples, `(batch, dimensions)`, or of either."""
        for name, features, moments in (("real", real, self._real), ("fake", fake, self._fake)):
            if features is None:
                continue
            features = ops.convert_to_tensor(features)
            if len(features.shape) != 2 or features.shape[1] != self.dimensions:
                raise ValueError(
                    f"`{name}` must be features of shape (batch, {self.dimensions}). "
                    f"Received: {name} of shape {tuple(features.shape)}"
                )
            moments.add(features)

    def result(self) -> Tensor:
        """The distance, a scalar."""
        distance = frechet_distance(self._real.statistics(), self._fake.statistics())
        return ops.convert_to_tensor(distance, widest_dtype())

    def reset_state(self) -> None:
        """Forgets all samples, or the generated ones."""
        zero(self._fake.variables)
        if not self.keep_real:
            zero(self._real.variables)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {"name": self.name, "dimensions": self.dimensions, "keep_real": self.keep_real}
