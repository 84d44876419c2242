"""From what a user names to a distance of images."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import ops

from kerasgan.features.extractors import FeatureExtractor, get_extractor
from kerasgan.features.perceptual.lpips_weights import load_lpips
from kerasgan.features.perceptual.perceptual_distance import PerceptualDistance
from kerasgan.samples.value_checks import check_images

SMALLEST = 16  # Pixels, which four poolings leave one of.
LARGEST = 256


def get_perceptual_distance(
    distance: str
    | keras.Model
    | Callable[[Any], Any]
    | FeatureExtractor
    | PerceptualDistance = "lpips",
    weights: str | os.PathLike | tuple[str | os.PathLike, str | os.PathLike] | None = None,
) -> PerceptualDistance:
    """Returns what tells how different two images look.

    Numbers of different distances do not compare. Those of papers are of `"lpips"`.

    Args:
        distance: One of

            - `"lpips"`, the learned distance of the literature on VGG16. Grey images are repeated
              in three channels, and images of 512 pixels or more made smaller, to 256 or a little
              more, as StyleGAN's authors do. Its weights, 528 MB of which 59 MB are kept, are
              downloaded once and converted by PyTorch.
            - anything that `get_extractor` takes: the squared Euclidean distance of the features,
              and named so. `"digits"` works offline.
            - a `PerceptualDistance`, which is returned.
        weights: For `"lpips"`, the path of what `kerasgan.metrics.convert_lpips_weights` wrote, or
            the paths of both published files, `(vgg16, linear)`. `None` to download them or take
            them from `~/.keras/kerasgan`. Defaults to `None`.

    Returns:
        A `PerceptualDistance`.

    Raises:
        ConnectionError: If the weights of `"lpips"` are neither there nor to be downloaded.
        ImportError: If they have yet to be converted and PyTorch is not installed.
        ValueError: If there is no such distance, or an argument does not belong to it.

    Example:

    ```python
    distance = kerasgan.metrics.get_perceptual_distance("digits")
    distance(images, images[:, ::-1])  # (n,)
    ```

    Reference: [Zhang et al., 2018](https://arxiv.org/abs/1801.03924).
    """
    if isinstance(distance, str) and distance == "lpips":
        return of_network(load_lpips(weights))
    if weights is not None:
        raise ValueError(
            "`weights` does not belong to this distance; leave it out. "
            f"Received: weights={weights!r} with {distance!r}"
        )
    return distance if isinstance(distance, PerceptualDistance) else _of_features(distance)


def of_network(network: keras.Model) -> PerceptualDistance:
    """The distance that `lpips_vgg16` computes, of images of any size and of one or three colours.

    Args:
        network: What `kerasgan.features.lpips_vgg16` returned, with its weights.
    """

    def function(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        found = network.predict_on_batch([_prepared(a), _prepared(b)])
        return ops.convert_to_numpy(found)[: len(a)]

    return PerceptualDistance("lpips", function)


def _of_features(distance: Any) -> PerceptualDistance:
    extractor = get_extractor(distance)

    def function(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        first, second = (extractor.features(x, len(x)).astype("float64") for x in (a, b))
        return np.sum((first - second) ** 2, axis=1)

    name = f"squared distance of {extractor.name} features"
    return PerceptualDistance(name, function, extractor.resize)


def _prepared(images: np.ndarray) -> np.ndarray:
    check_images("images", images)
    if images.ndim != 4 or images.shape[-1] not in (1, 3) or min(images.shape[1:3]) < SMALLEST:
        raise ValueError(
            f"LPIPS is of images (n, height, width, 1 or 3), {SMALLEST} pixels high and wide or "
            "more: resize them by `kerasgan.metrics.resize_images`, or take the features of an "
            f"extractor, such as 'digits'. Received: images of shape {images.shape}"
        )
    if images.shape[-1] == 1:
        images = np.repeat(images, 3, axis=-1)
    n, height, width, channels = images.shape
    factor = height // LARGEST
    if factor > 1 and height % factor == 0 and width % factor == 0:
        blocks = (n, height // factor, factor, width // factor, factor, channels)
        images = images.reshape(blocks).mean(axis=(2, 4))
    return images
