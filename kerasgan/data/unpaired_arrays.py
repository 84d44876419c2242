"""Two arrays of images as a data set of unpaired batches."""

from __future__ import annotations

import numpy as np

from kerasgan.data.batches import Augment, EpochPlan, ImageDataset, batches
from kerasgan.data.sources import ArraySource


def unpaired_arrays(
    x: np.ndarray,
    y: np.ndarray,
    batch_size: int = 1,
    flip: bool = False,
    shuffle: bool = True,
    seed: int | None = None,
    augment: Augment | tuple[Augment | None, Augment | None] | None = None,
    drop_remainder: bool | None = None,
) -> ImageDataset:
    """Draws pairs of batches from two arrays whose images have nothing to do with each other.

    What `unpaired_folders` is for files, for images in memory. The arrays may differ in length: an
    epoch shows every image of the longer one once, and the shorter one is gone through as often
    as needed, in a new order each time.

    Args:
        x: float array `(count_x, height, width, channels)` in [-1, 1]. The first domain.
        y: float array `(count_y, height, width, channels)` in [-1, 1]. The second domain.
        batch_size: int. Images of each domain in a batch. Defaults to 1.
        flip: bool. Whether to mirror half of the images, left to right. Defaults to False.
        shuffle: bool. Whether each epoch has an order of its own. Defaults to True.
        seed: int or None, as in `image_folder`. Defaults to None.
        augment: Keras layer or callable, as in `image_folder`, for both domains, or a tuple
            `(for_x, for_y)`, in which None leaves a domain as it is. Defaults to None.
        drop_remainder: bool or None, as in `image_folder`. Defaults to None.

    Returns:
        A `tf.data.Dataset` on the TensorFlow backend, else a `keras.utils.PyDataset`, of pairs
        `(x, y)`: each `(batch, height, width, channels)`, float32 in [-1, 1].

    Raises:
        ValueError: If an array has another rank or range of values, or an argument is wrong.

    Example:

    ```python
    paintings, photographs = kerasgan.data.painted_photographs(image_size=64)
    pairs = kerasgan.data.unpaired_arrays(paintings, photographs, flip=True, seed=0)
    ```
    """
    sources = [ArraySource(x, flip, name="x"), ArraySource(y, flip, name="y")]
    return batches(EpochPlan(sources, batch_size, shuffle, seed, augment, drop_remainder))
