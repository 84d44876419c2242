"""What the numbers in an image file are, as far as its type tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

# Tags of a TIFF file. Pillow keeps the numbers, and forgets what these say of them.
BITS, PHOTOMETRIC, SAMPLE_FORMAT = 258, 262, 339
WHITE_IS_ZERO = 0
SIGNED = 2


@dataclass(frozen=True)
class StoredNumbers:
    """What the numbers of a file are.

    Args:
        kind: Str, in words.
        promise: The numbers of black and white that the type of the file promises, or `None` for
            one that promises none.
        dtype: What Pillow's array is to be seen as, where that is not what it says it is.
            Defaults to `None`.
        inverted: Bool, whether the least number is white. Defaults to `False`.
    """

    kind: str
    promise: tuple[float, float] | None
    dtype: type | None = None
    inverted: bool = False

    def array(self, image: Image.Image) -> np.ndarray:
        """Returns the numbers, `(height, width)`."""
        numbers = np.asarray(image)
        return numbers if self.dtype is None else numbers.view(self.dtype)


def stored_numbers(image: Image.Image) -> StoredNumbers | None:
    """Tells what the numbers of an opened file are that has one channel of more than 8 bits.

    Args:
        image: The file as Pillow opens it, before anything else is done with it.

    Returns:
        `None` for files of 8 bits or fewer, and for colours, which Pillow gives as 8 bits.
    """
    tags: Any = getattr(image, "tag_v2", None) or {}
    inverted = tags.get(PHOTOMETRIC) == WHITE_IS_ZERO
    signed = _first(tags, SAMPLE_FORMAT, 1) == SIGNED
    if image.mode == "F":
        return StoredNumbers("floating point", (0.0, 1.0), None, inverted)
    if image.mode == "I" and image.format not in ("PNG", "PPM"):  # Those keep 16 bits in 32.
        bits = _first(tags, BITS, 32)
        # Pillow counts 32 bits without a sign as if they had one.
        dtype = np.uint32 if bits == 32 and tags and not signed else None
        kind = f"integers of {bits} bits{' with a sign' if dtype is None else ''}"
        return StoredNumbers(kind, None, dtype, inverted)
    if image.format == "FITS" and image.mode == "I;16":
        return StoredNumbers("integers of 16 bits with a sign", None, np.int16)
    if image.mode.startswith("I"):
        bits = _first(tags, BITS, 16)
        return StoredNumbers(f"{bits} bits", (0.0, 2.0**bits - 1.0), None, inverted)
    if image.mode == "L" and signed:
        return StoredNumbers("integers of 8 bits with a sign", None, np.int8)
    return None


def has_deep_colours(image: Image.Image) -> bool:
    """Whether an opened file holds colours of 16 bits, of which Pillow reads the upper 8."""
    return image.format in ("PNG", "TIFF") and ";16" in str(getattr(image, "tile", [])[:1])


def _first(tags: Any, tag: int, default: int) -> int:
    values = tags.get(tag, default)
    return int(values[0] if isinstance(values, tuple) else values)
