"""Several metrics of the same samples, against the same real data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from kerasgan.metrics.density_coverage import density_coverage
from kerasgan.metrics.extractors import FeatureExtractor, get_extractor
from kerasgan.metrics.frechet_distance import frechet_distance
from kerasgan.metrics.inception_score import inception_score
from kerasgan.metrics.kernel_distance import kernel_distance
from kerasgan.metrics.precision_recall import precision_recall

Outputs = Mapping[str, np.ndarray]
Metric = str | Callable[[np.ndarray, np.ndarray], Any]


def _fid(real: Outputs, fake: Outputs) -> dict[str, float]:
    return {"fid": frechet_distance(real["features"], fake["features"])}


def _kid(real: Outputs, fake: Outputs) -> dict[str, float]:
    count = min(1000, len(real["features"]), len(fake["features"]))
    found = kernel_distance(real["features"], fake["features"], subset_size=count)
    return {"kid": found.mean, "kid_std": found.std}


def _precision_recall(real: Outputs, fake: Outputs) -> dict[str, float]:
    found = precision_recall(real["features"], fake["features"])
    return {"precision": found.precision, "recall": found.recall}


def _density_coverage(real: Outputs, fake: Outputs) -> dict[str, float]:
    found = density_coverage(real["features"], fake["features"])
    return {"density": found.density, "coverage": found.coverage}


def _inception_score(real: Outputs, fake: Outputs) -> dict[str, float]:
    found = inception_score(fake["probabilities"])
    return {"inception_score": found.mean, "inception_score_std": found.std}


NAMED = {
    "fid": _fid,
    "kid": _kid,
    "precision_recall": _precision_recall,
    "density_coverage": _density_coverage,
    "inception_score": _inception_score,
}


class SampleEvaluation:
    """Computes metrics of generated samples; the features of the real ones are computed once.

    Args:
        data: Array of real samples `(n, *data_shape)`, images in [-1, 1].
        metrics: List of names, of `"fid"`, `"kid"`, `"precision_recall"`, `"density_coverage"` and
            `"inception_score"`, or of functions from real and generated features, `(n, d)` and
            `(m, d)`, to a float. Defaults to `("fid", "precision_recall")`.
        extractor: What features are taken of: see `get_extractor`. Defaults to `"inception"`.
        batch_size: Int, samples at a time. Defaults to `64`.

    Raises:
        ValueError: If there is no such metric, or it needs probabilities that the extractor does
            not give.

    Example:

    ```python
    evaluate = kerasgan.metrics.SampleEvaluation(images, ["fid", "kid"], extractor="digits")
    evaluate(gan.generate(2048, seed=0))  # {"fid": ..., "kid": ..., "kid_std": ...}
    ```
    """

    def __init__(
        self,
        data: Any,
        metrics: Sequence[Metric] = ("fid", "precision_recall"),
        extractor: Any = "inception",
        batch_size: int = 64,
    ) -> None:
        self.metrics = list(metrics)
        for metric in self.metrics:
            if not callable(metric) and metric not in NAMED:
                raise ValueError(
                    f"`metrics` must be of {sorted(NAMED)}, or functions of real and generated "
                    f"features. Received: {metric!r}"
                )
        self.batch_size = batch_size
        self.extractor: FeatureExtractor = get_extractor(extractor)
        self._real = self.extractor.outputs(data, batch_size)
        if "inception_score" in self.metrics and "probabilities" not in self._real:
            raise ValueError(
                "The inception score is of a classifier's probabilities: take the extractor "
                f"'inception' or 'digits'. Received: {self.extractor!r}"
            )

    @property
    def description(self) -> dict[str, Any]:
        """What the numbers are of: they compare only where it is the same."""
        return {
            "extractor": self.extractor.name,
            "resize": self.extractor.resize,
            "real_samples": len(self._real["features"]),
        }

    def __call__(self, samples: Any) -> dict[str, float]:
        """The values, by name.

        Args:
            samples: Array of generated samples, of the shape of the real ones.
        """
        fake = self.extractor.outputs(samples, self.batch_size)
        values: dict[str, float] = {}
        for metric in self.metrics:
            if isinstance(metric, str):
                values.update(NAMED[metric](self._real, fake))
            else:
                name = getattr(metric, "__name__", type(metric).__name__)
                values[name] = float(metric(self._real["features"], fake["features"]))
        return values
