"""Several metrics of the same samples, against the same real data."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from keras import ops

from kerasgan.engine.intake.as_samples import as_samples
from kerasgan.features.extractors import FeatureExtractor, get_extractor
from kerasgan.metrics.cached_outputs import cached_outputs
from kerasgan.metrics.conditional_accuracy import conditional_accuracy
from kerasgan.metrics.named_metrics import NAMED, Outputs

Metric = str | Callable[[np.ndarray, np.ndarray], Any]


class SampleEvaluation:
    """Computes metrics of generated samples; the features of the real ones are computed once.

    Args:
        data: Array of real samples `(n, *data_shape)`, images in [-1, 1], or a data set of batches
            of them, such as of `kerasgan.data.image_folder`, which is collected in memory.
        metrics: List of names, of `"fid"`, `"kid"`, `"precision_recall"`, `"density_coverage"`,
            `"inception_score"` and `"ms_ssim"`, or of functions from real and generated features,
            `(n, d)` and `(m, d)`, to a float. Defaults to `("fid", "precision_recall")`.
        extractor: What features are taken of: see `get_extractor`. Defaults to `"inception"`.
        batch_size: Int, samples at a time. Defaults to `64`.
        cache: Folder in which the features of the real samples are kept, as `.npz` files, for the
            next time: 8 kB a sample for `"inception"`. They are known by the bytes of the data,
            `extractor.fingerprint()`, the backend, and the versions of Keras and kerasgan. Where
            the extractor runs code of yours, a few are computed again and compared. `None` keeps
            nothing. Defaults to `None`.

    Raises:
        ValueError: If there is no such metric, it needs probabilities that the extractor does not
            give, or features of a function are to be kept.

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
        cache: str | os.PathLike | None = None,
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
        data = as_samples("data", data)
        self._real: Outputs = cached_outputs(self.extractor, data, batch_size, cache)
        if "inception_score" in self.metrics and self.num_classes is None:
            raise ValueError(
                "The inception score is of a classifier's probabilities: take the extractor "
                f"'inception' or 'digits'. Received: {self.extractor!r}"
            )
        self.data_shape = tuple(np.shape(data)[1:])
        self._weights = self.extractor.fingerprint()
        self._samples: int | None = None
        self._warned: set[str] = set()

    @property
    def num_classes(self) -> int | None:
        """How many classes the extractor knows; `None` if it is no classifier."""
        return self._real["probabilities"].shape[1] if "probabilities" in self._real else None

    @property
    def description(self) -> dict[str, Any]:
        """What the numbers of the last call are of: they compare only where it is the same."""
        return self.describe(self._samples)

    def describe(self, samples: int | None) -> dict[str, Any]:
        """What numbers of so many generated samples are of.

        Returns:
            A dict of `"extractor"`, its name; `"weights"`, its fingerprint, a word that changes
            with its layers and weights, or `None` for a function; `"resize"`; `"real_samples"`;
            `"samples"`; and `"settings"`, a dict of subsets, splits, neighbours and seeds for each
            metric that has any.
        """
        count = len(self._real["features"])
        names = [metric for metric in self.metrics if isinstance(metric, str)]
        settings = {name: NAMED[name].settings(count, samples or count) for name in names}
        return {
            "extractor": self.extractor.name,
            "weights": self._weights,
            "resize": self.extractor.resize,
            "real_samples": count,
            "samples": samples,
            "settings": {name: found for name, found in settings.items() if found},
        }

    def __call__(self, samples: Any, labels: Any = None) -> dict[str, float]:
        """The values, by name.

        Args:
            samples: Array of generated samples, of the shape of the real ones.
            labels: Ints `(n,)`, the classes that were asked for, where the extractor is a
                classifier of just these: adds `"conditional_accuracy"`. Defaults to `None`.
        """
        self.compare_shapes(np.shape(samples)[1:])
        outputs = self.extractor.outputs(samples, self.batch_size)
        fake = {**outputs, "images": ops.convert_to_numpy(samples)}
        self._samples = len(fake["features"])
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", UserWarning)
            values = self._values(fake)
        self._warn_once(caught)
        if labels is not None:
            values["conditional_accuracy"] = conditional_accuracy(
                fake["probabilities"], labels
            ).accuracy
        return values

    def compare_shapes(self, shape: Sequence[int]) -> None:
        """Warns, once, where generated samples have another shape than the real ones."""
        if tuple(shape) == self.data_shape:
            return
        words = (
            "Real and generated samples have different shapes: each are resized from their own, "
            "and what the sizes make of them counts as a difference. Take real samples of the "
            f"generated ones' shape. Received: {self.data_shape} real, {tuple(shape)} generated"
        )
        if words not in self._warned:
            self._warned.add(words)
            warnings.warn(words, stacklevel=3)

    def of_generator(
        self, generate: Callable[[np.ndarray | None], Any], samples: int, classes: int | None
    ) -> dict[str, float]:
        """The values of samples that are made for it, as many of each class.

        Args:
            generate: Callable from labels `(samples,)`, or `None`, to samples.
            samples: Int, how many.
            classes: Int, how many classes the generator knows; `None` if it knows none. Where the
                extractor is a classifier of as many, `"conditional_accuracy"` is among the values.
        """
        labels = None if classes is None else np.arange(samples) % classes
        told = classes is not None and self.num_classes == classes
        return self(generate(labels), labels if told else None)

    def _values(self, fake: Outputs) -> dict[str, float]:
        values: dict[str, float] = {}
        settings = self.description["settings"]
        for metric in self.metrics:
            if isinstance(metric, str):
                compute = NAMED[metric].compute
                values.update(compute(self._real, fake, **settings.get(metric, {})))
            else:
                name = getattr(metric, "__name__", type(metric).__name__)
                values[name] = float(metric(self._real["features"], fake["features"]))
        return values

    def _warn_once(self, caught: list[warnings.WarningMessage]) -> None:
        """Of too few samples, say: not after every epoch."""
        for warning in caught:
            text = str(warning.message)
            if text not in self._warned:
                self._warned.add(text)
                warnings.warn(warning.message, warning.category, stacklevel=3)
