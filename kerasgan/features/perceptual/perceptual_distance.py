"""How far apart the images of pairs are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from keras import ops

from kerasgan.samples.shapes import check_positive_ints


class PerceptualDistance:
    """Distances of pairs of samples, with the name that goes with every result.

    `kerasgan.metrics.get_perceptual_distance` makes those of images.

    Args:
        name: String, told with every result.
        function: Callable from two arrays `(batch, ...)` to distances `(batch,)`. For a perceptual
            path length they are squared lengths, which quarter with half the step.
        resize: String or `None`, the mode in which images are resized, told with every result.
            Defaults to `None`.

    Example:

    ```python
    distance = kerasgan.metrics.get_perceptual_distance("lpips")
    distance(images, blurred)  # (n,)
    ```
    """

    def __init__(
        self,
        name: str,
        function: Callable[[np.ndarray, np.ndarray], Any],
        resize: str | None = None,
    ) -> None:
        self.name = name
        self.function = function
        self.resize = resize

    def __call__(self, a: Any, b: Any, batch_size: int = 64) -> np.ndarray:
        """The distances of pairs.

        Args:
            a, b: Arrays of one shape `(n, ...)`; images are in [-1, 1].
            batch_size: Int, pairs at a time. Defaults to `64`.

        Returns:
            A float64 array `(n,)`.

        Raises:
            ValueError: If shapes differ, or the function does not return one number for a pair.
        """
        check_positive_ints(batch_size=batch_size)
        a, b = (np.asarray(ops.convert_to_numpy(x), "float32") for x in (a, b))
        if a.shape != b.shape or not a.size:
            raise ValueError(
                "Two arrays of one shape were expected, the first and the second of each pair. "
                f"Received: {a.shape} and {b.shape}"
            )
        found = []
        for start in range(0, len(a), batch_size):
            pair = a[start : start + batch_size], b[start : start + batch_size]
            values = np.asarray(ops.convert_to_numpy(self.function(*pair)), "float64")
            if values.shape != (len(pair[0]),):
                raise ValueError(
                    f"A distance must return one number for each of {len(pair[0])} pairs. "
                    f"Received: {values.shape} from {self.name!r}"
                )
            found.append(values)
        return np.concatenate(found)

    def __repr__(self) -> str:
        return f"PerceptualDistance(name={self.name!r}, resize={self.resize!r})"
