"""Random changes of images that a gradient flows through."""

from __future__ import annotations

import math

import keras
from keras import ops

from kerasgan.export import kerasgan_export
from kerasgan.types import Tensor


@kerasgan_export
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
    down, right = (random_shifts(images, axis, pixels, seed) for axis in (1, 2))
    images = shift(images, down, right)
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
    size = images.shape[axis]
    places = ops.arange(size, dtype="int32")
    source = places - ops.expand_dims(shifts, 1)  # (batch, size): where each place takes from.
    if mirror:
        source = size - 1 - ops.abs(size - 1 - ops.abs(source))
    # As a product with a matrix of zeros and ones, since TensorFlow's gather along an axis has no
    # gradient under XLA inside a condition.
    choice = ops.cast(ops.equal(ops.expand_dims(source, 2), places), images.dtype)
    if axis == 2:
        return ops.matmul(ops.expand_dims(choice, 1), images)
    rows = ops.matmul(choice, ops.reshape(images, (-1, size, math.prod(images.shape[2:]))))
    return ops.reshape(rows, (-1, *images.shape[1:]))


def random_colours(images: Tensor, seed: keras.random.SeedGenerator) -> Tensor:
    """Brightness ± 0.5, then saturation times 0 to 2, then contrast times 0.5 to 1.5."""
    shape = (ops.shape(images)[0], 1, 1, 1)
    brightness, saturation, contrast = (
        keras.random.uniform(shape, low, low + width, dtype="float32", seed=seed)
        for low, width in ((-0.5, 1.0), (0.0, 2.0), (0.5, 1.0))
    )
    images = images + brightness
    grey = ops.mean(images, axis=3, keepdims=True)
    images = grey + (images - grey) * saturation
    mean = ops.mean(images, axis=(1, 2, 3), keepdims=True)
    return mean + (images - mean) * contrast


def random_translation(images: Tensor, ratio: float, seed: keras.random.SeedGenerator) -> Tensor:
    """Shifts by up to `ratio` of the size in each direction, zeros where nothing is left."""
    down, right = (
        random_shifts(images, axis, int(images.shape[axis] * ratio + 0.5), seed) for axis in (1, 2)
    )
    return shift(images, down, right, mirror=False)


def random_cutout(images: Tensor, ratio: float, seed: keras.random.SeedGenerator) -> Tensor:
    """Zeros in a box of `ratio` of the height and the width, which may lie half outside."""
    inside = [_random_interval(images, axis, ratio, seed) for axis in (1, 2)]
    return ops.where(ops.logical_and(*inside), ops.zeros_like(images), images)


def _random_interval(
    images: Tensor, axis: int, ratio: float, seed: keras.random.SeedGenerator
) -> Tensor:
    """Which places of an axis are in an interval around a random one, broadcast to images."""
    size = images.shape[axis]
    length = int(size * ratio + 0.5)
    places = size + 1 - length % 2
    drawn = keras.random.uniform((ops.shape(images)[0], 1), 0, places, dtype="float32", seed=seed)
    first = ops.cast(ops.minimum(ops.floor(drawn), places - 1), "int32") - length // 2
    place = ops.arange(size, dtype="int32")[None]
    inside = ops.logical_and(place >= first, place < first + length)
    return ops.reshape(inside, (-1, size, 1, 1) if axis == 1 else (-1, 1, size, 1))
