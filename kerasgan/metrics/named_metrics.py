"""Metrics by name: of what they are computed, by what settings, and the names of their values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np

from kerasgan.metrics.density_coverage import density_coverage
from kerasgan.metrics.frechet_distance import frechet_distance
from kerasgan.metrics.inception_score import inception_score
from kerasgan.metrics.kernel_distance import kernel_distance
from kerasgan.metrics.ms_ssim_diversity import ms_ssim_diversity
from kerasgan.metrics.precision_recall import precision_recall

Outputs = Mapping[str, np.ndarray]


class NamedMetric(NamedTuple):
    """One of the metrics that `SampleEvaluation` knows by name.

    Args:
        compute: Callable from the outputs of real and of generated samples, and the settings, to
            values by name. Outputs are `"features"` and perhaps `"probabilities"`; those of
            generated samples have `"images"` too.
        settings: Callable from the numbers of real and generated samples to the settings.
        values: The names of the values.
    """

    compute: Callable[..., dict[str, float]]
    settings: Callable[[int, int], dict[str, Any]]
    values: tuple[str, ...]


def _fid(real: Outputs, fake: Outputs) -> dict[str, float]:
    return {"fid": frechet_distance(real["features"], fake["features"])}


def _kid(real: Outputs, fake: Outputs, **settings: Any) -> dict[str, float]:
    found = kernel_distance(real["features"], fake["features"], **settings)
    return {"kid": found.mean, "kid_std": found.std}


def _precision_recall(real: Outputs, fake: Outputs, **settings: Any) -> dict[str, float]:
    found = precision_recall(real["features"], fake["features"], **settings)
    return {"precision": found.precision, "recall": found.recall}


def _density_coverage(real: Outputs, fake: Outputs, **settings: Any) -> dict[str, float]:
    found = density_coverage(real["features"], fake["features"], **settings)
    return {"density": found.density, "coverage": found.coverage}


def _inception_score(real: Outputs, fake: Outputs, **settings: Any) -> dict[str, float]:
    found = inception_score(fake["probabilities"], **settings)
    return {"inception_score": found.mean, "inception_score_std": found.std}


def _ms_ssim(real: Outputs, fake: Outputs, **settings: Any) -> dict[str, float]:
    return {"ms_ssim": ms_ssim_diversity(fake["images"], **settings).mean}


NAMED = {
    "fid": NamedMetric(_fid, lambda real, fake: {}, ("fid",)),
    "kid": NamedMetric(
        _kid,
        lambda real, fake: {"subsets": 100, "subset_size": min(1000, real, fake), "seed": 2020},
        ("kid", "kid_std"),
    ),
    "precision_recall": NamedMetric(
        _precision_recall, lambda real, fake: {"k": 3}, ("precision", "recall")
    ),
    "density_coverage": NamedMetric(
        _density_coverage, lambda real, fake: {"k": 5}, ("density", "coverage")
    ),
    "inception_score": NamedMetric(
        _inception_score,
        lambda real, fake: {"splits": 10, "seed": 2020},
        ("inception_score", "inception_score_std"),
    ),
    "ms_ssim": NamedMetric(_ms_ssim, lambda real, fake: {"pairs": 100, "seed": 0}, ("ms_ssim",)),
}


def value_names(metrics: Iterable[str | Callable[..., Any]]) -> list[str]:
    """The names of the values of metrics, which are names or functions."""
    names: list[str] = []
    for metric in metrics:
        if isinstance(metric, str):
            names += NAMED[metric].values
        else:
            names.append(getattr(metric, "__name__", type(metric).__name__))
    return names
