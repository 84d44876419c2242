"""Checks of the shapes that networks are asked for, with errors that say what is allowed."""

from __future__ import annotations

import math
from collections.abc import Sequence

from kerasgan.integers import is_positive_int as is_positive_int


def check_image_shape(image_shape: Sequence[int | None], sizes_optional: bool = False) -> tuple:
    """Return `image_shape` as a tuple of three after checking it.

    Args:
        image_shape: sequence `(height, width, channels)`.
        sizes_optional: bool, whether height and width may be `None`. Defaults to `False`.

    Returns:
        The tuple `(height, width, channels)`.

    Raises:
        ValueError: if it is anything but three positive integers.
    """
    shape = _as_tuple(image_shape)
    sizes = shape[:2]
    if sizes_optional:
        sizes = tuple(size for size in sizes if size is not None)
    if len(shape) != 3 or not all(is_positive_int(size) for size in (*sizes, shape[-1])):
        optional = " Height and width may be None." if sizes_optional else ""
        raise ValueError(
            "`image_shape` must be three positive integers (height, width, channels), such as "
            f"(64, 64, 3).{optional} Received: image_shape={image_shape}"
        )
    return shape


def check_data_shape(data_shape: Sequence[int]) -> tuple[int, ...]:
    """Return `data_shape` as a tuple after checking that it is a vector's or an image's.

    Args:
        data_shape: sequence, `(features,)` or `(height, width, channels)`.

    Returns:
        The tuple.

    Raises:
        ValueError: if it is anything but one or three positive integers.
    """
    shape = _as_tuple(data_shape)
    if len(shape) not in (1, 3) or not all(is_positive_int(size) for size in shape):
        raise ValueError(
            "`data_shape` must be positive integers: (features,) for vectors, such as (2,), or "
            "(height, width, channels) for images, such as (28, 28, 1). "
            f"Received: data_shape={data_shape}"
        )
    return shape


def check_positive_ints(**arguments: object) -> None:
    """Raise a ValueError that names the first argument that is not a positive integer."""
    for name, value in arguments.items():
        if not is_positive_int(value):
            raise ValueError(f"`{name}` must be a positive integer. Received: {name}={value!r}")


def _as_tuple(shape: Sequence[int | None]) -> tuple:
    return tuple(shape) if isinstance(shape, Sequence) and not isinstance(shape, str) else ()


def check_weights(**weights: float) -> None:
    """Refuse weights of loss terms that are no finite numbers from 0 up.

    Args:
        **weights: the weights, by the names of the arguments.

    Raises:
        ValueError: if one is something else.
    """
    for name, value in weights.items():
        if not (isinstance(value, int | float) and 0.0 <= value < math.inf):
            raise ValueError(
                f"`{name}` must be a number from 0 up, 0 for none. Received: {name}={value!r}"
            )


def check_counts(**counts: int) -> None:
    """Refuse what is no int from 0 up.

    Args:
        **counts: the numbers, by the names of the arguments.

    Raises:
        ValueError: if one is something else.
    """
    for name, value in counts.items():
        if value != 0 and not is_positive_int(value):
            raise ValueError(
                f"`{name}` must be an int from 0 up, 0 for none. Received: {name}={value!r}"
            )
