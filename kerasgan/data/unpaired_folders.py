"""Two folders of image files as a data set of unpaired batches."""

from __future__ import annotations

import os
from typing import Any

from kerasgan.data.batches import Augment, EpochPlan, ImageDataset, batches
from kerasgan.data.image_files import ImagePaths
from kerasgan.data.sources import FolderSource
from kerasgan.data.value_range import Range


def unpaired_folders(
    a: ImagePaths,
    b: ImagePaths,
    image_size: int | tuple[int, int],
    batch_size: int = 1,
    channels: int = 3,
    crop: str | None = "random",
    flip: bool = True,
    shuffle: bool = True,
    seed: int | None = None,
    augment: Augment | tuple[Augment | None, Augment | None] | None = None,
    recursive: bool = False,
    drop_remainder: bool | None = None,
    on_error: str = "raise",
    value_range: Range | tuple[Range | None, Range | None] | None = None,
) -> ImageDataset:
    """Reads pairs of batches from two folders whose images have nothing to do with each other.

    It is what a translator such as CycleGAN learns from. An epoch shows every image of the larger
    folder once; the smaller one is gone through as often as needed, in a new order each time. The
    defaults are those of the CycleGAN authors: one image of each domain at a time, random crops
    and flips. For testing, pass `crop="center", flip=False, shuffle=False`.

    Args:
        a: str or path, the folder of the first domain, "x"; or a list of files, as in
            `image_folder`.
        b: str or path, the folder of the second domain, "y"; likewise.
        image_size: int or pair of ints `(height, width)`. The size of the images in the batches.
        batch_size: int. Images of each domain in a batch. Defaults to 1.
        channels: int. 3 for RGB, 1 for grey. Defaults to 3.
        crop: `"center"`, `"random"` or None, as in `image_folder`. Defaults to `"random"`.
        flip: bool. Whether to mirror half of the images, left to right. Defaults to True.
        shuffle: bool. Whether each epoch has an order of its own. Defaults to True.
        seed: int or None, as in `image_folder`. Defaults to None.
        augment: Keras layer or callable, as in `image_folder`, for both domains, or a tuple
            `(for_x, for_y)`, in which None leaves a domain as it is. Defaults to None.
        recursive: bool. Whether to read folders within the folders too. Defaults to False.
        drop_remainder: bool or None, as in `image_folder`. Defaults to None.
        on_error: `"raise"` or `"skip"`, what to do about files that cannot be read, as in
            `image_folder`. Defaults to `"raise"`.
        value_range: pair of numbers or None, the values of black and white, as in `image_folder`,
            for both domains; or a pair `(of_a, of_b)` of these. Defaults to None.

    Returns:
        A `tf.data.Dataset` on the TensorFlow backend, else a `keras.utils.PyDataset`, of pairs
        `(x, y)`: each `(batch, height, width, channels)`, float32 in [-1, 1].

    Raises:
        FileNotFoundError: If one of the folders, or a file of a list, does not exist.
        ValueError: If one holds no image of an accepted type, or none that can be read, or an
            argument is wrong. A file that cannot be used raises one that names it when its turn
            comes; outside of `fit`, tf.data makes a `tf.errors.InvalidArgumentError` of it.

    Example:

    ```python
    pairs = kerasgan.data.unpaired_folders("monet/trainA", "monet/trainB", image_size=256, seed=0)
    gan.fit(pairs, epochs=200)
    ```
    """
    ranges = _one_per_domain(value_range)
    reading = (image_size, channels, crop, flip, recursive, on_error)
    x = FolderSource(a, *reading, ranges[0])
    y = FolderSource(b, *reading, ranges[1])
    if len(x) == len(y) and all(map(os.path.samefile, x.files, y.files)):
        raise ValueError(
            "The two domains are one folder, and there is nothing to translate between. Pass two. "
            f"Received: a={str(a)!r}, b={str(b)!r}"
        )
    return batches(EpochPlan([x, y], batch_size, shuffle, seed, augment, drop_remainder))


def _one_per_domain(value_range: Any) -> tuple[Any, Any]:
    """The range of each domain, which need not be one yet."""
    each = isinstance(value_range, tuple | list) and len(value_range) == 2
    if each and all(item is None or isinstance(item, tuple | list) for item in value_range):
        return value_range[0], value_range[1]
    return value_range, value_range
