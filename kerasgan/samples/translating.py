"""Translating images of any size, bytes as bytes: the same in memory and loaded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from keras import ops

from kerasgan.ops.images import from_uint8, to_uint8
from kerasgan.samples.in_batches import in_batches
from kerasgan.samples.shapes import check_positive_ints

LARGEST = 1.01  # Resampling overshoots a little.
OUT_OF_RANGE = (
    "Images must be uint8 in 0..255, or floating point in [-1, 1]: divide by 127.5 and take 1 off, "
    "or pass `images.astype('uint8')`."
)


def least_size(size_multiple: int) -> int:
    """The least side of an image whose sides are padded to multiples.

    They are padded by the image's own mirror image: it must be larger than what is added, and leave
    more than a pixel after the halvings that ask for the multiple.
    """
    return size_multiple + 1 if size_multiple > 1 else 1


def too_small(size_multiple: int) -> str:
    """What to tell of smaller ones."""
    return f"Images must have at least {least_size(size_multiple)} pixels a side."


def translate_images(
    function: Callable[[Any], Any],
    images: Any,
    channels: int | None,
    batch_size: int,
    margin: int = 0,
    size_multiple: int = 1,
    sides: Sequence[int | None] = (None, None),
) -> np.ndarray:
    """Translates images by a network, or what was saved of one.

    Args:
        function: Callable from float32 images `(batch, height, width, channels)` in [-1, 1], sides
            multiples of `size_multiple`, to the same.
        images: Array `(n, height, width, channels)`, uint8 or floating point in [-1, 1], of sides
            larger than `size_multiple`. Other sides than multiples of it are padded by reflection
            and cropped back.
        channels: Int, those that the network takes.
        batch_size: Int, images at a time.
        margin: Int, by how much of its own mirror image an image is enlarged at each side for its
            translation. Defaults to `0`.
        size_multiple: Int, what the network takes multiples of. Defaults to `1`: sides of any size.
        sides: Height and width, where the network takes no others. Defaults to `(None, None)`.

    Returns:
        An array of the same height and width: uint8 if uint8 was given, else float32 in [-1, 1].

    Raises:
        ValueError: If the images are of another shape, type or range, or `margin` is no int from
            0 up.
    """
    check_positive_ints(batch_size=batch_size)
    if type(margin) is not int or margin < 0:
        raise ValueError(f"`margin` must be an int from 0 up. Received: margin={margin!r}")
    images = ops.convert_to_numpy(images)
    inputs = _checked(images, channels, size_multiple)
    height, width = inputs.shape[1:3]
    beyond = [margin + -(side + 2 * margin) % size_multiple for side in (height, width)]
    padding = ((0, 0), *((margin, end) for end in beyond), (0, 0))
    inputs = np.pad(inputs, padding, mode="reflect")
    if any(side not in (None, size) for side, size in zip(sides, inputs.shape[1:3], strict=True)):
        raise ValueError(
            f"This translator takes images of {sides[0]} by {sides[1]} pixels: resize them. "
            f"Received: shape {images.shape} and margin={margin}"
        )
    outputs = in_batches(function, inputs, batch_size)
    outputs = outputs[:, margin : margin + height, margin : margin + width]
    return to_uint8(outputs) if images.dtype == np.uint8 else outputs


def _checked(images: np.ndarray, channels: int | None, size_multiple: int) -> np.ndarray:
    """The images as float32 in [-1, 1]."""
    if images.ndim != 4 or images.shape[-1] != (channels or images.shape[-1]) or not len(images):
        raise ValueError(
            f"`images` must be of shape (n, height, width, {channels}); one image has n=1. "
            f"Received: shape {images.shape}"
        )
    if min(images.shape[1:3]) < least_size(size_multiple):
        raise ValueError(f"{too_small(size_multiple)} Received: shape {images.shape}")
    if images.dtype == np.uint8:
        return from_uint8(images)
    if images.dtype.kind in "iubc":
        raise ValueError(f"{OUT_OF_RANGE} Received: dtype {images.dtype}")
    inputs = images.astype("float32")
    low, high = inputs.min(), inputs.max()
    if not (-LARGEST <= low and high <= LARGEST):  # So that NaN is refused as well.
        raise ValueError(f"{OUT_OF_RANGE} Received: values from {low:.4g} to {high:.4g}")
    return inputs
