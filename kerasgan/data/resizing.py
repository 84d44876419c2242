"""Small grey images in another size."""

from __future__ import annotations

import numpy as np
from PIL import Image


def resize(images: np.ndarray, image_size: int) -> np.ndarray:
    """Interpolates images bilinearly.

    Args:
        images: Array `(n, height, width)`, of any range.
        image_size: Int, the height and width to make.

    Returns:
        A float32 array `(n, image_size, image_size)` in the same range.

    Raises:
        ValueError: If `image_size` is not a positive int.
    """
    if not isinstance(image_size, int) or image_size < 1:
        raise ValueError(
            f"`image_size` must be a positive int. Received: image_size={image_size!r}"
        )
    images = images.astype("float32")
    if images.shape[1:] == (image_size, image_size):
        return images
    # Pillow's float mode interpolates without rounding to 256 levels.
    size = (image_size, image_size)
    resized = [Image.fromarray(image).resize(size, Image.Resampling.BILINEAR) for image in images]
    return np.stack([np.asarray(image) for image in resized])
