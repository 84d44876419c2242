"""One decoder for image files of all kinds, used by every backend and by inference."""

from __future__ import annotations

import os

import numpy as np
from PIL import Image, ImageOps

EXTENSIONS = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif")


def decode_image(
    path: str | os.PathLike[str], channels: int = 3, min_side: int | None = None
) -> Image.Image:
    """Reads an image file into an 8-bit Pillow image, whatever the file holds.

    Grey, palette, CMYK and 16-bit files are converted, transparent ones laid over white, of
    animated ones the first frame is taken, and the camera's EXIF orientation is honoured.
    Floating-point files (TIFF) are read as values in [0, 1].

    Args:
        path: str or path. The file.
        channels: int. 3 for an RGB image, 1 for a grey one. Defaults to 3.
        min_side: int or None. If given, a JPEG whose sides are much longer may be decoded at
            1/2, 1/4 or 1/8 of its size, which is several times faster, with both sides still at
            least this long. Defaults to None, the full size.

    Returns:
        A `PIL.Image.Image` of mode `"RGB"` or `"L"`.

    Raises:
        ValueError: If the file cannot be read. The message names the file.
    """
    if channels not in (1, 3):
        raise ValueError(f"`channels` must be 1 (grey) or 3 (RGB). Received: channels={channels!r}")
    try:
        with Image.open(path) as image:
            if min_side is not None:
                image.draft(None, (min_side, min_side))
            upright = ImageOps.exif_transpose(image)
            return _to_eight_bits(upright).convert("RGB" if channels == 3 else "L")
    # Pillow's decoders raise OSError, SyntaxError, struct.error and others for a damaged file.
    except Exception as error:
        raise ValueError(
            "An image file could not be read: it is missing, damaged, or of a kind that Pillow "
            "cannot convert. Remove or replace it. "
            f"Received: {os.fspath(path)!r} ({type(error).__name__}: {error})"
        ) from error


def _to_eight_bits(image: Image.Image) -> Image.Image:
    """Returns the image in mode L, RGB or another that Pillow converts faithfully to these."""
    if image.mode.startswith("I"):
        # 16 bits, kept in 16 or 32; Pillow would clip the values at 255 instead of scaling them.
        values = np.clip(np.asarray(image, dtype=np.float64) / 257.0, 0.0, 255.0)
        return Image.fromarray(np.rint(values).astype(np.uint8))
    if image.mode == "F":
        values = np.clip(np.asarray(image) * 255.0, 0.0, 255.0)
        return Image.fromarray(np.rint(values).astype(np.uint8))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, (255, 255, 255, 255))
        return Image.alpha_composite(white, image)
    return image
