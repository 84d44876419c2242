"""From what a user names to a feature extractor."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import Any

import keras
import numpy as np

from kerasgan.features.extractors.digits_classifier import load_digits_classifier
from kerasgan.features.extractors.feature_extractor import FeatureExtractor
from kerasgan.features.extractors.inception_weights import load_inception
from kerasgan.features.extractors.resizing import check_mode, resize_images
from kerasgan.types import Game

INCEPTION_SHAPE = (299, 299, 3)


def get_extractor(
    extractor: str | keras.Model | Callable[[Any], Any] | FeatureExtractor = "inception",
    resize: str | None = None,
    weights: str | os.PathLike | None = None,
) -> FeatureExtractor:
    """Returns what turns images into the features that metrics compare.

    Numbers of different extractors or modes of resizing do not compare. Those of papers are of
    `"inception"`.

    Args:
        extractor: One of

            - `"inception"`, the network of the literature, with 2,048 features and 1,008 classes.
              Images are rounded to 256 levels, as in files, and grey ones are repeated in three
              channels. Its weights are downloaded once, 96 MB, and converted by PyTorch.
            - `"digits"`, a small classifier of 32×32 grey digits that comes with kerasgan, with 64
              features and 10 classes. Its accuracy stands in `digits_classifier.json` beside it.
            - a `keras.Model` from images in [-1, 1] to features, or to a dict of `"features"` and
              `"probabilities"`. Grids of features are averaged. Images are resized to what a
              functional or sequential one declares; others get them as they are.
            - a function from `(batch, height, width, channels)` to the same.
            - a `FeatureExtractor`, which is returned.
        resize: How images of another size than the network's are resized: `"clean"`,
            `"legacy_pytorch"` or `"legacy_tensorflow"`, see `kerasgan.metrics.resize_images`.
            `None` for `"clean"`, which functions do without. Defaults to `None`.
        weights: Path of the weights of `"inception"`, as published or as
            `kerasgan.metrics.convert_inception_weights` wrote them. `None` to download them or
            take them from `~/.keras/kerasgan`. Defaults to `None`.

    Returns:
        A `FeatureExtractor`.

    Raises:
        ConnectionError: If the weights of `"inception"` are neither there nor to be downloaded.
        ImportError: If they have yet to be converted and PyTorch is not installed.
        ValueError: If there is no such extractor, or an argument does not belong to it.

    Example:

    ```python
    inputs = keras.Input((224, 224, 3))
    levels = keras.layers.Rescaling(127.5, 127.5)(inputs)  # This network takes [0, 255].
    backbone = keras.applications.EfficientNetB0(include_top=False)
    extractor = kerasgan.metrics.get_extractor(keras.Model(inputs, backbone(levels)))
    extractor.features(gan.generate(1000))  # (1000, 1280)
    ```
    """
    if isinstance(extractor, FeatureExtractor):
        _refuse_others(repr(extractor), resize=resize, weights=weights)
        return extractor
    if resize is not None:
        check_mode(resize)
    if isinstance(extractor, str) and extractor == "inception":
        return _inception(resize or "clean", weights)
    _refuse_others(repr(extractor), weights=weights)
    if isinstance(extractor, str) and extractor == "digits":
        return _of_model(load_digits_classifier(), resize or "clean", "digits")
    if isinstance(extractor, keras.Model) and not isinstance(extractor, Game):
        return _of_model(extractor, resize or "clean", extractor.name)
    if callable(extractor) and not isinstance(extractor, Game | type):
        _refuse_others("a function, which resizes by itself", resize=resize)
        name = getattr(extractor, "__name__", type(extractor).__name__)
        return FeatureExtractor(name, extractor)
    raise ValueError(
        '`extractor` must be "inception", "digits", a Keras model of images, or a function. '
        f"Received: extractor={extractor!r}"
    )


def _refuse_others(extractor: str, **arguments: Any) -> None:
    for name, value in arguments.items():
        if value is not None:
            raise ValueError(
                f"`{name}` does not belong to this extractor; leave it out. "
                f"Received: {name}={value!r} with {extractor}"
            )


def _inception(resize: str, weights: str | os.PathLike | None) -> FeatureExtractor:
    network = load_inception(weights)

    def function(inputs: np.ndarray) -> dict[str, np.ndarray]:
        outputs = _predict(inputs, network)
        return {
            "features": outputs["features"],
            "probabilities": _softmax(outputs["logits"]),
        }

    return FeatureExtractor(
        "inception", function, partial(prepare_for_inception, resize=resize), resize, network
    )


def prepare_for_inception(images: np.ndarray, resize: str) -> np.ndarray:
    """Images in [-1, 1] as the published implementations feed them.

    They read files of 256 levels; pytorch-fid scales these by `level / 127.5 - 1`, the others by
    `(level - 128) / 128`.
    """
    levels = np.clip(np.round((images + 1.0) * 127.5), 0.0, 255.0)
    images = (levels / 127.5 - 1.0).astype("float32")
    images = _fit(images, INCEPTION_SHAPE, resize)
    if resize == "legacy_pytorch":
        return images
    return ((images + 1.0) * 127.5 - 128.0) / 128.0


def _softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits.astype("float64") - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def _predict(inputs: np.ndarray, model: keras.Model) -> Any:
    # Each replica of a strategy predicts the whole batch, and the first one's comes first.
    return keras.tree.map_structure(
        lambda x: keras.ops.convert_to_numpy(x)[: len(inputs)], model.predict_on_batch(inputs)
    )


def _of_model(model: keras.Model, resize: str, name: str) -> FeatureExtractor:
    shape = getattr(model, "input_shape", None)
    if shape is not None and (not isinstance(shape, tuple) or len(shape) != 4):
        raise ValueError(
            "The model of an extractor must take one batch of images, of shape (batch, height, "
            f"width, channels). Received: {name!r} with inputs of shape {shape}"
        )
    predict = partial(_predict, model=model)
    if shape is None:
        return FeatureExtractor(name, predict, None, None, model)
    prepare = partial(_fit, shape=shape[1:], resize=resize)
    return FeatureExtractor(name, predict, prepare, resize, model)


def _fit(images: np.ndarray, shape: tuple[int | None, ...], resize: str) -> np.ndarray:
    """Images of the shape that a network takes; `None` stands for any size."""
    height, width, channels = images.shape[1:]
    if channels == 1 and shape[-1] == 3:
        images = np.repeat(images, 3, axis=-1)
    elif shape[-1] not in (None, channels):
        raise ValueError(
            f"The extractor takes images of {shape[-1]} channels. Make colours grey by "
            "`images.mean(axis=-1, keepdims=True)`, or take another extractor. "
            f"Received: images of shape {images.shape}"
        )
    return resize_images(images, (shape[0] or height, shape[1] or width), resize)
