"""How many modes of a known mixture a generator finds, and how well it meets them."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from kerasgan.export import kerasgan_export
from kerasgan.types import Tensor

WITHIN = 3.0  # Standard deviations from a centre, for a sample of quality.


@kerasgan_export
class ModeCoverage(keras.metrics.Metric):
    """Counts the modes that samples cover, where the true modes are known.

    A sample is one of quality when it lies within three standard deviations of the nearest centre.
    In the plane 98.9 % of the real samples do. `result()` is a dictionary of three scalars:

    - `modes`: how many modes have at least `min_samples` samples of quality. Of K modes.
    - `quality`: the share of samples of quality, in [0, 1].
    - `reverse_kl`: the divergence KL(q ‖ p), in nats, of the histogram q of all samples over their
      nearest modes from the true weights p. 0 if all modes have their share; log K if all samples
      are at one of K equal modes.

    Few samples miss modes by chance: take 100 for each mode, and compare figures of equal numbers.

    Args:
        centers: Array `(modes, dimensions)`, the means.
        scale: Float, the standard deviation of a mode.
        weights: Array `(modes,)`, the true probability of each mode; scaled to a sum of 1. `None`
            for equal ones. Defaults to `None`.
        min_samples: Int, samples of quality that make a mode a covered one. Defaults to `1`.
        name: String. Defaults to `"mode_coverage"`.

    Raises:
        ValueError: If an argument has the wrong shape or sign.

    Example:

    ```python
    ring = kerasgan.data.toy.Mixture.ring()
    coverage = kerasgan.metrics.ModeCoverage(ring.centers, ring.scale)
    coverage.update_state(gan.generate(2500, seed=0))
    coverage.result()  # {"modes": 8, "quality": 0.97, "reverse_kl": 0.01}
    ```

    Reference: [Srivastava et al., 2017](https://arxiv.org/abs/1705.07761), section 4.1;
    [Lin et al., 2018](https://arxiv.org/abs/1712.04086), section 4.1, for the divergence.
    """

    def __init__(
        self,
        centers: Any,
        scale: float,
        weights: Any = None,
        min_samples: int = 1,
        name: str = "mode_coverage",
    ) -> None:
        super().__init__(name=name, dtype="float32")
        self.centers = np.asarray(centers, "float32")
        if self.centers.ndim != 2 or not self.centers.size:
            raise ValueError(
                "`centers` must be of shape (modes, dimensions). "
                f"Received: centers of shape {self.centers.shape}"
            )
        if not 0.0 < scale < np.inf:
            raise ValueError(f"`scale` must be a positive number. Received: scale={scale!r}")
        if not isinstance(min_samples, int) or min_samples < 1:
            raise ValueError(
                f"`min_samples` must be a positive int. Received: min_samples={min_samples!r}"
            )
        self.scale = float(scale)
        self.weights = _probabilities(weights, len(self.centers))
        self.min_samples = min_samples
        shape = (len(self.centers),)
        self.nearest = self.add_variable(shape, "zeros", "int32", name="nearest")
        self.good = self.add_variable(shape, "zeros", "int32", name="good")

    def update_state(self, samples: Any) -> None:
        """Counts samples, of shape `(batch, dimensions)`."""
        samples = ops.convert_to_tensor(samples, "float32")
        modes, dimensions = self.centers.shape
        if len(samples.shape) != 2 or samples.shape[1] != dimensions:
            raise ValueError(
                f"The modes lie in {dimensions} dimensions: samples must be of shape (batch, "
                f"{dimensions}). Received: {tuple(samples.shape)}"
            )
        squares = ops.sum((samples[:, None] - self.centers) ** 2, axis=-1)  # (batch, modes)
        nearest = ops.one_hot(ops.argmin(squares, axis=1), modes, dtype="int32")
        near = ops.cast(squares <= (WITHIN * self.scale) ** 2, "int32")
        self.nearest.assign_add(ops.cast(ops.sum(nearest, axis=0), "int32"))
        self.good.assign_add(ops.cast(ops.sum(nearest * near, axis=0), "int32"))

    def result(self) -> dict[str, Tensor]:
        """The modes covered, the share of quality and the divergence; zeros of no samples."""
        nearest = ops.cast(self.nearest, "float32")
        total = ops.maximum(ops.sum(nearest), 1.0)
        share = nearest / total
        ratio = ops.maximum(share, 1e-30) / self.weights  # 0·log 0 is 0.
        return {
            "modes": ops.sum(ops.cast(self.good >= self.min_samples, "int32")),
            "quality": ops.sum(ops.cast(self.good, "float32")) / total,
            "reverse_kl": ops.sum(share * ops.log(ratio)),
        }

    def reset_state(self) -> None:
        """Forgets all samples."""
        for variable in (self.nearest, self.good):
            variable.assign(ops.zeros(variable.shape, "int32"))

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {
            "name": self.name,
            "centers": self.centers.tolist(),
            "scale": self.scale,
            "weights": self.weights.tolist(),
            "min_samples": self.min_samples,
        }


def _probabilities(weights: Any, modes: int) -> np.ndarray:
    weights = np.ones(modes) if weights is None else np.asarray(weights, "float32")
    if weights.shape != (modes,) or not np.all(weights > 0.0):
        raise ValueError(
            f"`weights` must be {modes} positive numbers, one for each mode. "
            f"Received: weights={weights.tolist()}"
        )
    return (weights / weights.sum()).astype("float32")
