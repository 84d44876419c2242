"""How similar generated images are to each other, at several scales."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from kerasgan.metrics.checks import as_float
from kerasgan.samples.shapes import check_positive_ints

WEIGHTS = np.array([0.0448, 0.2856, 0.3001, 0.2363, 0.1333])  # Of the scales, the finest first.
WINDOW = 11
SIGMA = 1.5
CHUNK = 64  # Pairs at once.


class MSSSIMDiversity(NamedTuple):
    """What `ms_ssim_diversity` finds.

    Args:
        mean: Float in [0, 1], the mean similarity of pairs: 1 if all images are the same.
        std: Float, its standard deviation over the pairs.
        by_class: Dictionary from label to mean similarity; empty without labels.
        pairs: Int, how many pairs in all.
        scales: Int, how many scales the images have room for, of 5.
        seed: Int, by which pairs were drawn.
    """

    mean: float
    std: float
    by_class: dict[int, float]
    pairs: int
    scales: int
    seed: int | None


def ms_ssim_diversity(
    images: Any,
    labels: Any = None,
    pairs: int = 100,
    value_range: tuple[float, float] = (-1.0, 1.0),
    seed: int | None = 0,
) -> MSSSIMDiversity:
    """The mean multi-scale structural similarity of random pairs of generated images.

    The less similar the images of a class, the more diverse it is: a class whose generated images
    are clearly more similar than its real ones has collapsed. Needs no network; it compares what
    lies at the same place, so it says little of images that are not aligned.

    Scales halve the image while it is larger than the window of 11 pixels: five need 176 pixels,
    and 28 pixels have two. Weights are scaled to a sum of 1, so figures of other scales cannot be
    compared.

    Args:
        images: Array `(n, height, width, channels)`, at least 11 pixels high and wide.
        labels: Array `(n,)` of ints: pairs are drawn within each class. `None` for one class.
            Defaults to `None`.
        pairs: Int, pairs of different images to draw in each class. Defaults to `100`.
        value_range: The smallest and the largest possible value. Defaults to `(-1.0, 1.0)`.
        seed: Int, equal seeds give equal pairs; `None` for new ones. Defaults to `0`.

    Returns:
        A `MSSSIMDiversity`.

    Raises:
        ValueError: If images have the wrong shape or range, or a class has a single one.

    Example:

    ```python
    images, labels = kerasgan.data.load_digits(32, return_labels=True)
    kerasgan.metrics.ms_ssim_diversity(images, labels).mean  # 0.54; 0.19 without labels
    ```

    Reference: [Odena et al., 2017](https://arxiv.org/abs/1610.09585), section 4.2;
    [Wang et al., 2003](https://doi.org/10.1109/ACSSC.2003.1292216).
    """
    images = _checked(images, value_range)
    labels = np.zeros(len(images), int) if (alone := labels is None) else np.asarray(labels)
    if labels.shape != (len(images),):
        raise ValueError(
            f"One label for each of {len(images)} images was expected. "
            f"Received: labels of shape {labels.shape}"
        )
    check_positive_ints(pairs=pairs)
    rng = np.random.default_rng(seed)
    found = {
        int(label): _similarities(images, *_pairs(rng, labels, label, pairs), value_range)
        for label in np.unique(labels)
    }
    values = np.concatenate(list(found.values()))
    by_class = {} if alone else {label: float(of.mean()) for label, of in found.items()}
    mean, std = float(values.mean()), float(values.std())
    return MSSSIMDiversity(mean, std, by_class, len(values), _scales(images), seed)


def _checked(images: Any, value_range: tuple[float, float]) -> np.ndarray:
    images = as_float(images)
    if images.ndim != 4 or not images.size or min(images.shape[1:3]) < WINDOW:
        raise ValueError(
            f"Images of shape (n, height, width, channels) were expected, {WINDOW} pixels high and "
            f"wide or more. Received: images of shape {images.shape}"
        )
    low, high = value_range
    slack = 0.1 * (high - low)  # Networks and resizing overstep a range a little.
    if not (low < high and low - slack <= images.min() <= images.max() <= high + slack):
        raise ValueError(
            f"Images are not in the range {value_range!r}: pass the right `value_range`. "
            f"Received: values from {images.min():.4g} to {images.max():.4g}"
        )
    return images


def _pairs(
    rng: np.random.Generator, labels: np.ndarray, label: Any, pairs: int
) -> tuple[np.ndarray, np.ndarray]:
    places = np.flatnonzero(labels == label)
    if len(places) < 2:
        raise ValueError(
            f"A pair needs two images: leave class {label} out, or give more of it. "
            f"Received: {len(places)} image of class {label}"
        )
    first = rng.integers(0, len(places), pairs)
    # One to n - 1 places further on: never the same image.
    second = (first + rng.integers(1, len(places), pairs)) % len(places)
    return places[first], places[second]


def _similarities(
    images: np.ndarray, first: np.ndarray, second: np.ndarray, value_range: tuple[float, float]
) -> np.ndarray:
    """MS-SSIM of pairs: `(pairs,)`."""
    low, high = value_range
    weights = WEIGHTS[: _scales(images)]
    weights = weights / weights.sum()
    found = []
    for start in range(0, len(first), CHUNK):
        places = slice(start, start + CHUNK)
        a, b = (
            (images[of[places]].astype("float64") - low) / (high - low) for of in (first, second)
        )
        product = np.ones((len(a), a.shape[-1]))
        for scale, weight in enumerate(weights):
            if scale:
                a, b = _halved(a), _halved(b)
            luminance, structure = _ssim(a, b)
            last = scale == len(weights) - 1
            similarity = (structure * luminance if last else structure).mean(axis=(1, 2))
            product *= np.maximum(similarity, 0.0) ** weight
        found.append(product.mean(axis=1))
    return np.concatenate(found)


def _ssim(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Luminance and structure at every place, of values in [0, 1]: `(n, height, width, c)`."""
    c1, c2 = 0.01**2, 0.03**2
    mean_a, mean_b = _blurred(a), _blurred(b)
    squares, product = mean_a**2 + mean_b**2, mean_a * mean_b
    luminance = (2.0 * product + c1) / (squares + c1)
    spread = _blurred(a * a + b * b) - squares
    together = _blurred(a * b) - product
    return luminance, (2.0 * together + c2) / (spread + c2)


def _blurred(x: np.ndarray) -> np.ndarray:
    taps = np.exp(-0.5 * ((np.arange(WINDOW) - WINDOW // 2) / SIGMA) ** 2)
    taps /= taps.sum()
    for axis in (1, 2):
        size = x.shape[axis] - WINDOW + 1
        x = sum(tap * x.take(range(i, i + size), axis) for i, tap in enumerate(taps))
    return x


def _halved(x: np.ndarray) -> np.ndarray:
    # An odd last row or column is there twice.
    x = np.pad(x, [(0, 0), (0, x.shape[1] % 2), (0, x.shape[2] % 2), (0, 0)], "symmetric")
    n, height, width, channels = x.shape
    return x.reshape(n, height // 2, 2, width // 2, 2, channels).mean(axis=(2, 4))


def _scales(images: np.ndarray) -> int:
    side, scales = min(images.shape[1:3]), 1
    while scales < len(WEIGHTS) and (side := (side + 1) // 2) >= WINDOW:
        scales += 1
    return scales
