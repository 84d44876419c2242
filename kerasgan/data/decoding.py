"""One decoder for image files of all kinds, used by every backend."""

from __future__ import annotations

import os

from PIL import Image, ImageOps

from kerasgan.data.pixel_values import PixelValues
from kerasgan.data.stored_numbers import has_deep_colours, stored_numbers
from kerasgan.data.unreadable import Unreadable

MODES = {1: "L", 3: "RGB"}
# Pillow raises one, and where warnings are made errors the other, for images of many pixels.
TOO_LARGE = (Image.DecompressionBombError, Image.DecompressionBombWarning)


def decode_image(
    path: str | os.PathLike[str],
    channels: int = 3,
    min_side: int | None = None,
    values: PixelValues | None = None,
) -> Image.Image:
    """Reads an image file into an 8-bit Pillow image, whatever the file holds.

    Grey, palette, CMYK and 16-bit files are converted, transparent ones laid over white, of
    animated ones the first frame is taken, and the camera's EXIF orientation is honoured.

    Args:
        path: str or path. The file.
        channels: int. 3 for an RGB image, 1 for a grey one. Defaults to 3.
        min_side: int or None. If given, a JPEG whose sides are much longer may be decoded at
            1/2, 1/4 or 1/8 of its size, which is several times faster, with both sides still at
            least this long. Defaults to None, the full size.
        values: `PixelValues` or None. Which values of a file are black and white. None for what
            its type promises: 0 to 65535 for 16 bits, 0 to 1 for floating point. Defaults to
            None.

    Returns:
        A `PIL.Image.Image` of mode `"RGB"` or `"L"`.

    Raises:
        ValueError: If the file cannot be used. The message names the file.
    """
    if channels not in MODES:
        raise ValueError(f"`channels` must be 1 (grey) or 3 (RGB). Received: channels={channels!r}")
    try:
        return read_image(path, channels, min_side, values or PixelValues())
    except Unreadable as error:
        raise ValueError(str(error)) from error.__cause__


def read_image(
    path: str | os.PathLike[str], channels: int, min_side: int | None, values: PixelValues
) -> Image.Image:
    """As `decode_image`, but raises `Unreadable`, which knows the reason."""
    mode = MODES[channels]
    try:
        with Image.open(path) as image:
            stored, deep = stored_numbers(image), has_deep_colours(image)
            pixels, pages = image.width * image.height, _pages(image)
            if min_side is not None:
                image.draft(None, (min_side, min_side))
            ImageOps.exif_transpose(image, in_place=True)
            image.load()
            plain = image if stored is not None else _opaque(image, mode)
    except TOO_LARGE as error:
        raise _too_large(path, error) from error
    # Pillow's decoders raise OSError, SyntaxError, struct.error and others for a damaged file.
    except Exception as error:
        raise Unreadable(
            "damaged, or no images that Pillow reads",
            "An image file could not be read: it is missing, damaged, or of a kind that Pillow "
            "cannot convert. Remove or replace it.",
            path,
            f"{type(error).__name__}: {error}",
        ) from error
    _say_what_is_unusual(values, path, pixels, pages)
    if stored is not None:
        grey = values.from_numbers(stored.array(plain), stored, path)
        return grey if mode == "L" else grey.convert(mode)
    return values.from_bytes(plain, deep, path)


def _opaque(image: Image.Image, mode: str) -> Image.Image:
    """Returns an image of at most 8 bits in a mode, laid over white where it is transparent."""
    if image.mode == mode and "transparency" not in image.info:
        return image  # `convert` would copy it.
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, (255, 255, 255, 255))
        image = Image.alpha_composite(white, image)
    return image.convert(mode)


def _pages(image: Image.Image) -> int:
    """How many pages a file has. Animations are not counted: their first frame stands for them."""
    return getattr(image, "n_frames", 1) if image.format == "TIFF" else 1


def _too_large(path: str | os.PathLike[str], error: BaseException) -> Unreadable:
    return Unreadable(
        "larger than Pillow's limit, `PIL.Image.MAX_IMAGE_PIXELS`",
        "An image file has more pixels than Pillow reads unasked, lest a small file fill the "
        "memory; it need not be damaged. Make the image smaller, or, if you trust it, raise the "
        "limit before: `PIL.Image.MAX_IMAGE_PIXELS = 1_000_000_000`, or `None` for none.",
        path,
        str(error),
    )


def _say_what_is_unusual(
    values: PixelValues, path: str | os.PathLike[str], pixels: int, pages: int
) -> None:
    limit = Image.MAX_IMAGE_PIXELS
    if limit is not None and pixels > limit:
        values.say_once(
            "large",
            f"An image file has {pixels:,} pixels. It is read, in each epoch anew, which takes "
            "long: smaller copies save that. Pillow warns of an attack at such sizes; "
            "`PIL.Image.MAX_IMAGE_PIXELS = None` says that you trust your files. Other files are "
            f"not named. Received: {os.fspath(path)!r}",
        )
    if pages > 1:
        values.say_once(
            "pages",
            f"An image file has {pages} pages, of which the first is read. To use the others, "
            f"save each as a file. Other files are not named. Received: {os.fspath(path)!r}",
        )
