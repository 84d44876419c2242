"""Metrics of a saved generator."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from kerasgan.inference.load_generator import load_generator
from kerasgan.inference.loaded_generator import LoadedGenerator
from kerasgan.metrics.sample_evaluation import Metric, SampleEvaluation
from kerasgan.samples.shapes import check_positive_ints


def evaluate_generator(
    generator: str | os.PathLike | LoadedGenerator,
    data: Any,
    metrics: Sequence[Metric] = ("fid", "kid", "precision_recall", "density_coverage"),
    samples: int = 2048,
    extractor: Any = "inception",
    seed: int = 0,
    batch_size: int = 64,
    cache: str | os.PathLike | None = None,
) -> dict[str, Any]:
    """Measures the samples of a saved generator against real ones.

    Of a generator that knows classes, as many samples of each class are made; where the extractor
    is a classifier of just these classes, `conditional_accuracy` is the share of samples that it
    takes for what was asked for.

    Args:
        generator: Path of a saved generator, see `load_generator`, or a loaded one.
        data: Array of real samples `(n, *data_shape)`, images in [-1, 1], or a data set of batches
            of them, such as of `kerasgan.data.image_folder`, which is collected in memory.
        metrics: See `kerasgan.metrics.SampleEvaluation`. Defaults to
            `("fid", "kid", "precision_recall", "density_coverage")`.
        samples: Int, how many are generated. Defaults to `2048`.
        extractor: See `kerasgan.metrics.get_extractor`. Defaults to `"inception"`.
        seed: Int, the seed of the latents. Defaults to `0`.
        batch_size: Int, samples at a time. Defaults to `64`.
        cache: Folder in which the features of the real samples are kept for the next time, see
            `kerasgan.metrics.SampleEvaluation`. Defaults to `None`.

    Returns:
        A dict of the values by name, and of what they are of: `"extractor"`, `"weights"`,
        `"resize"`, `"real_samples"`, `"samples"`, `"settings"` and `"seed"`.

    Raises:
        ValueError: If the generator cannot be loaded, or there is no such metric.

    Example:

    ```python
    images = kerasgan.data.load_digits(image_size=32)
    kerasgan.evaluate_generator("saved_models/digits_dcgan", images, extractor="digits")
    ```
    """
    check_positive_ints(samples=samples, batch_size=batch_size)
    loaded = generator if isinstance(generator, LoadedGenerator) else load_generator(generator)
    evaluation = SampleEvaluation(data, metrics, extractor, batch_size, cache)
    values = evaluation.of_generator(
        lambda labels: loaded(samples, seed, batch_size, labels), samples, loaded.card["classes"]
    )
    return {**values, **evaluation.description, "seed": seed}
