"""What a metric asks about images."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import ops

from kerasgan.features.extractors.network_fingerprint import fingerprint_of
from kerasgan.samples.shapes import check_positive_ints
from kerasgan.samples.value_checks import check_images

Outputs = dict[str, np.ndarray]


class FeatureExtractor:
    """Turns images into features, and into probabilities of classes where its network has any.

    `kerasgan.metrics.get_extractor` makes them.

    Args:
        name: String, told with every result.
        function: Callable from what `prepare` returns to `"features"` `(batch, d)`, or to a dict
            of these and `"probabilities"` `(batch, classes)`. Features that are a grid
            `(batch, height, width, d)` are averaged over it.
        prepare: Callable from images in [-1, 1], `(batch, height, width, channels)`, to the
            inputs of `function`. `None` leaves them as they are. Defaults to `None`.
        resize: String or `None`, the mode in which `prepare` resizes, told with every result.
            Defaults to `None`.
        model: `keras.Model` or `None`, whose layers and weights tell two extractors of a name
            apart. Defaults to `None`.

    Example:

    ```python
    extractor = kerasgan.metrics.get_extractor("digits")
    extractor.features(gan.generate(1000))  # (1000, 64)
    extractor.name, extractor.resize  # ("digits", "clean")
    ```
    """

    def __init__(
        self,
        name: str,
        function: Callable[[Any], Any],
        prepare: Callable[[np.ndarray], np.ndarray] | None = None,
        resize: str | None = None,
        model: keras.Model | None = None,
    ) -> None:
        self.name = name
        self.function = function
        self.prepare = prepare
        self.resize = resize
        self.model = model

    def features(self, images: Any, batch_size: int = 64) -> np.ndarray:
        """The features of images.

        Args:
            images: Array `(n, height, width, channels)`, in [-1, 1]; where the extractor is a
                function, samples `(n, ...)` of any kind.
            batch_size: Int, images at a time. Defaults to `64`.

        Returns:
            A float32 array `(n, d)`.

        Raises:
            ValueError: If the images have another shape or range.
        """
        return self.outputs(images, batch_size)["features"]

    def probabilities(self, images: Any, batch_size: int = 64) -> np.ndarray:
        """The probabilities of classes; arguments as those of `features`.

        Returns:
            A float32 array `(n, classes)`, whose rows add up to 1.

        Raises:
            ValueError: If the extractor knows no classes.
        """
        outputs = self.outputs(images, batch_size)
        if "probabilities" not in outputs:
            raise ValueError(
                "This extractor gives features only, and the metric needs probabilities of "
                'classes: take "inception" or "digits", or a model whose outputs are a dict of '
                f'"features" and "probabilities". Received: extractor {self.name!r}'
            )
        return outputs["probabilities"]

    def outputs(self, images: Any, batch_size: int = 64) -> Outputs:
        """Features and, if there are any, probabilities, of one pass; see `features`."""
        check_positive_ints(batch_size=batch_size)
        check_images("images", images)
        images = ops.convert_to_numpy(images)
        if images.ndim != 4 and (self.model is not None or images.ndim < 2):
            raise ValueError(
                "`images` must be of shape (n, height, width, channels); for grey ones without "
                "channels pass `images[..., None]`, for other samples take a function as "
                f"extractor. Received: images of shape {images.shape}"
            )
        parts = []
        for start in range(0, len(images), batch_size):
            stop = min(start + batch_size, len(images))
            # The last one overlaps the one before: of one size, networks compile once.
            outputs = self._batch(images[max(0, stop - batch_size) : stop])
            parts.append({key: array[start - stop :] for key, array in outputs.items()})
        return {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}

    def fingerprint(self) -> str | None:
        """A word of 16 letters that changes with all that the features depend on.

        That is the network's layers and how they are connected, which output is taken, dtype
        policies, weights, the preparation of images with mode and size of resizing, and the source
        of classes and functions that are neither Keras's nor kerasgan's.

        `None` of a function, which nothing is known about.
        """
        if self.model is None:
            return None
        functions = [self.prepare, self.function]
        return fingerprint_of(self.model, functions, [self.name, self.resize])

    def __repr__(self) -> str:
        return f"FeatureExtractor(name={self.name!r}, resize={self.resize!r})"

    def _batch(self, images: np.ndarray) -> Outputs:
        images = images.astype("float32", copy=False)
        inputs = images if self.prepare is None else self.prepare(images)
        outputs = self.function(inputs)
        if not isinstance(outputs, dict):
            outputs = {"features": outputs}
        arrays = {
            key: np.asarray(ops.convert_to_numpy(outputs[key]), "float32")
            for key in ("features", "probabilities")
            if key in outputs
        }
        arrays["features"] = self._flat(arrays.get("features"), len(images))
        return arrays

    def _flat(self, features: np.ndarray | None, count: int) -> np.ndarray:
        if features is not None and features.ndim == 4:
            features = features.mean(axis=(1, 2))
        if features is None or features.ndim != 2 or len(features) != count:
            raise ValueError(
                f"An extractor must return features of shape ({count}, d) for {count} images, or "
                'a dict with "features" and perhaps "probabilities". Received: '
                f"{'no features' if features is None else features.shape} from {self.name!r}"
            )
        return features
