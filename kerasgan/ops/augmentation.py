"""Random changes of images that a gradient flows through."""

from __future__ import annotations

import keras
from keras import ops

from kerasgan.types import Tensor


@keras.saving.register_keras_serializable("kerasgan")
def shift_and_flip(images: Tensor, seed: keras.random.SeedGenerator, pixels: int = 4) -> Tensor:
    """Shifts each image by a few pixels, and mirrors every other one left to right.

    Args:
        images: Tensor `(batch, height, width, channels)`.
        seed: Where the shifts and flips are drawn from.
        pixels: Int, the largest shift in each direction; what it lays bare shows the image
            mirrored at its edge. Defaults to `4`.

    Returns:
        Images of the same shape and range.

    Raises:
        ValueError: If the samples are not images.
    """
    if len(images.shape) != 4:
        raise ValueError(
            "Shifts and flips are for images (batch, height, width, channels). Pass an `augment` "
            "of your own, a function from (samples, seed) to samples, such as one that adds a "
            f"little noise. Received: samples of shape {tuple(images.shape)}"
        )
    images = shift(images, *(random_shifts(images, axis, pixels, seed) for axis in (1, 2)))
    coin = keras.random.uniform((ops.shape(images)[0], 1, 1, 1), dtype="float32", seed=seed)
    return ops.where(coin < 0.5, ops.flip(images, axis=2), images)


def random_shifts(
    images: Tensor, axis: int, pixels: int, seed: keras.random.SeedGenerator
) -> Tensor:
    """Whole numbers from `-pixels` to `pixels`, but less than the image's size, `(batch,)`."""
    most = min(pixels, images.shape[axis] - 1)
    drawn = keras.random.uniform(
        (ops.shape(images)[0],), -most, most + 1, dtype="float32", seed=seed
    )
    # In float32 a draw may round up to the open end.
    return ops.cast(ops.minimum(ops.floor(drawn), most), "int32")


def shift(images: Tensor, down: Tensor, right: Tensor, mirror: bool = True) -> Tensor:
    """Moves each image by whole pixels.

    Args:
        images: Tensor `(batch, height, width, channels)`.
        down, right: Integer tensors `(batch,)`, less than the size of the image.
        mirror: Bool, whether the image is mirrored at its edges, or followed by zeros. Defaults to
            `True`.
    """
    return _shift(_shift(images, down, 1, mirror), right, 2, mirror)


def _shift(images: Tensor, shifts: Tensor, axis: int, mirror: bool) -> Tensor:
    last = images.shape[axis] - 1
    source = ops.arange(last + 1, dtype="int32")[None] - ops.expand_dims(shifts, 1)
    source = ops.reshape(source, (-1, last + 1, 1, 1) if axis == 1 else (-1, 1, last + 1, 1))
    folded = last - ops.abs(last - ops.abs(source))
    moved = ops.take_along_axis(images, ops.broadcast_to(folded, ops.shape(images)), axis)
    if mirror:
        return moved
    return ops.where(ops.equal(folded, source), moved, ops.zeros_like(moved))
