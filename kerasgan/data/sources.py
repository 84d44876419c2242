"""Where images come from: a folder or an array, one at a time, by number."""

from __future__ import annotations

import math
from numbers import Integral
from typing import Protocol

import numpy as np
from PIL import Image

from kerasgan.data.damaged_files import check_on_error, readable, refuse_empty
from kerasgan.data.decoding import decode_image
from kerasgan.data.image_files import ImagePaths, list_images
from kerasgan.data.pixel_values import PixelValues

CROPS = ("center", "random", None)
# The CycleGAN authors enlarge an image to 286 pixels and cut 256 out of it.
RANDOM_CROP_SCALE = 286 / 256


class Source(Protocol):
    """Images by number. `image_shape` is `(height, width, channels)`."""

    image_shape: tuple[int, int, int]

    def __len__(self) -> int: ...

    def load(self, index: int, rng: np.random.Generator) -> np.ndarray:
        """Returns an image, float32 in [-1, 1]. All that is random in it comes from `rng`."""
        ...


class FolderSource:
    """The image files of a folder or a list, cropped and flipped on the way."""

    def __init__(
        self,
        path: ImagePaths,
        image_size: int | tuple[int, int],
        channels: int = 3,
        crop: str | None = "center",
        flip: bool = False,
        recursive: bool = False,
        on_error: str = "raise",
        value_range: tuple[float, float] | None = None,
    ) -> None:
        if crop not in CROPS:
            raise ValueError(f"`crop` must be one of {CROPS}. Received: crop={crop!r}")
        if channels not in (1, 3):
            raise ValueError(
                f"`channels` must be 1 (grey) or 3 (RGB). Received: channels={channels!r}"
            )
        self.image_shape = (*_height_and_width(image_size), channels)
        self.crop = crop
        self.flip = flip
        self.values = PixelValues(value_range)
        check_on_error(on_error)
        self.files = list_images(path, recursive)
        if on_error == "skip":
            self.files = readable(self.files, channels, self._min_side, self.values)
        else:
            refuse_empty(self.files)

    def __len__(self) -> int:
        return len(self.files)

    def load(self, index: int, rng: np.random.Generator) -> np.ndarray:
        """Returns the image of a file, float32 in [-1, 1]."""
        height, width, channels = self.image_shape
        image = decode_image(self.files[index], channels, self._min_side, self.values)
        box = self._crop_box(image, rng)
        image = image.resize((width, height), Image.Resampling.BICUBIC, box=box)
        pixels = np.asarray(image, dtype=np.float32).reshape(self.image_shape)
        if self.flip:
            pixels = _maybe_flip(pixels, rng)
        return pixels / 127.5 - 1.0

    @property
    def _zoom(self) -> float:
        return RANDOM_CROP_SCALE if self.crop == "random" else 1.0

    @property
    def _min_side(self) -> int:
        return math.ceil(self._zoom * max(self.image_shape[:2]))

    def _crop_box(
        self, image: Image.Image, rng: np.random.Generator
    ) -> tuple[float, float, float, float]:
        """The part of the image to resize, so that cropping and resizing are one operation."""
        if self.crop is None:
            return (0.0, 0.0, float(image.width), float(image.height))
        height, width, _ = self.image_shape
        scale = self._zoom * max(width / image.width, height / image.height)
        across, down = min(width / scale, image.width), min(height / scale, image.height)
        x, y = rng.random(2) if self.crop == "random" else (0.5, 0.5)
        left, top = x * (image.width - across), y * (image.height - down)
        # Rounding must not carry the box past the border, which Pillow refuses.
        return (left, top, min(left + across, image.width), min(top + down, image.height))


class ArraySource:
    """The images of an array, `(count, height, width, channels)`, float in [-1, 1]."""

    def __init__(self, images: np.ndarray, flip: bool = False, name: str = "images") -> None:
        images = np.asarray(images)
        if images.ndim != 4 or len(images) == 0:
            raise ValueError(
                f"`{name}` must hold images of shape (count, height, width, channels), at least "
                f"one. Received: an array of shape {images.shape}"
            )
        # Written so that NaN, which no comparison holds for, is refused too.
        if images.dtype.kind != "f" or not (images.min() >= -1.001 and images.max() <= 1.001):
            raise ValueError(
                f"`{name}` must be float with values in [-1, 1]. For values in [0, 255], pass "
                f"`{name} / 127.5 - 1.0`. Received: dtype {images.dtype}, values from "
                f"{images.min()} to {images.max()}"
            )
        self.images = images
        self.image_shape = images.shape[1:]
        self.flip = flip

    def __len__(self) -> int:
        return len(self.images)

    def load(self, index: int, rng: np.random.Generator) -> np.ndarray:
        """Returns an image of the array, float32 in [-1, 1]."""
        image = self.images[index].astype(np.float32)
        return _maybe_flip(image, rng) if self.flip else image


def _height_and_width(image_size: int | tuple[int, int]) -> tuple[int, int]:
    size = tuple(image_size) if isinstance(image_size, (tuple, list)) else (image_size,) * 2
    if len(size) != 2 or not all(_is_positive_int(side) for side in size):
        raise ValueError(
            "`image_size` must be a positive int or a pair (height, width) of them. "
            f"Received: image_size={image_size!r}"
        )
    return int(size[0]), int(size[1])


def _is_positive_int(value: object) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool) and int(value) > 0


def _maybe_flip(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return image[:, ::-1] if rng.random() < 0.5 else image
