"""Padding that mirrors the image at its edges."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from kerasgan.export import kerasgan_export
from kerasgan.types import Tensor


@kerasgan_export
class ReflectionPadding2D(keras.layers.Layer):
    """Pad images by their own mirror image, without repeating the edge.

    Zero padding shows as a frame in generated images; reflection does not. It is used before
    convolutions with `padding="valid"`.

    Args:
        padding: int, or pair of ints `(height, width)`: pixels added on each side. Must be
            smaller than the image. Defaults to `1`.

    Call arguments:
        inputs: tensor `(batch, height, width, channels)`.

    Output shape:
        `(batch, height + 2 * padding, width + 2 * padding, channels)`.

    Raises:
        ValueError: if `padding` is not one or two integers from 0 up, or the image is not
            larger than it.

    Example:

    ```python
    ReflectionPadding2D(3)(images)  # (8, 64, 64, 3) -> (8, 70, 70, 3)
    ```
    """

    def __init__(self, padding: int | tuple[int, int] = 1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.padding = _as_pair(padding)
        self.input_spec = keras.layers.InputSpec(ndim=4)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Check that the images are larger than the padding."""
        for size, pad in zip(input_shape[1:3], self.padding, strict=True):
            if size is not None and pad >= size:
                raise ValueError(
                    "Reflection needs images larger than the padding. Pad less, or use larger "
                    f"images. Received: padding={self.padding}, input_shape={input_shape}"
                )
        self.built = True

    def call(self, inputs: Tensor) -> Tensor:
        """Pad the images."""
        height, width = self.padding
        if height == 0 and width == 0:
            return inputs
        pad_width = ((0, 0), (height, height), (width, width), (0, 0))
        return ops.pad(inputs, pad_width, mode="reflect")

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """The padded shape."""
        batch, *sizes, channels = input_shape
        padded = [
            None if size is None else size + 2 * pad
            for size, pad in zip(sizes, self.padding, strict=True)
        ]
        return (batch, *padded, channels)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {**super().get_config(), "padding": self.padding}


def _as_pair(padding: Any) -> tuple[int, int]:
    pair = padding if isinstance(padding, (tuple, list)) else (padding, padding)
    if len(pair) != 2 or any(type(pad) is not int or pad < 0 for pad in pair):
        raise ValueError(
            "`padding` must be an integer from 0 up, or a pair of them (height, width). "
            f"Received: padding={padding}"
        )
    return tuple(pair)
