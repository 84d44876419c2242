"""Numbers of any range to bytes: which of them are black and white is known, or asked."""

from __future__ import annotations

import os
import warnings
from typing import Any

import numpy as np
from PIL import Image

from kerasgan.data.stored_numbers import StoredNumbers
from kerasgan.data.unreadable import Unreadable
from kerasgan.data.value_range import (
    Range,
    check_value_range,
    lies_within,
    likely_range,
    told,
)

# Values that end below this part of what their type holds are more probably of fewer bits.
DARK = 0.25


class PixelValues:
    """Makes 8 bits of the numbers in a data set's files, and says once what looks wrong in them.

    Args:
        value_range: Pair of numbers or `None`. The values of black and white in all files, beyond
            which values are cut off. `None` for what the type of each file promises, beyond which
            they are refused. Defaults to `None`.

    Raises:
        ValueError: If it is no such pair.
    """

    def __init__(self, value_range: Range | None = None) -> None:
        self.value_range = None if value_range is None else check_value_range(value_range)
        self._said: dict[str, object] = {}

    def say_once(self, kind: str, message: str) -> None:
        """Warns, unless a warning of this kind has been given."""
        own = object()  # One of several threads finds its own.
        if self._said.setdefault(kind, own) is own:
            warnings.warn(message, stacklevel=2)

    def from_numbers(
        self, numbers: np.ndarray, stored: StoredNumbers, path: str | os.PathLike[str]
    ) -> Image.Image:
        """Returns numbers `(height, width)` as an image of mode L.

        Raises:
            Unreadable: If it cannot be known which numbers are black and white.
        """
        low, high = self._range_of(numbers, stored, path)
        # float32 counts to 2²⁴: enough for what has at most 16 bits.
        wide = np.float32 if numbers.dtype.itemsize <= 2 else np.float64
        scaled = (numbers.astype(wide) - wide(low)) * wide(255.0 / (high - low))
        pixels = np.rint(np.clip(scaled, 0.0, 255.0)).astype(np.uint8)
        return Image.fromarray(255 - pixels if stored.inverted else pixels)

    def from_bytes(
        self, image: Image.Image, deep: bool, path: str | os.PathLike[str]
    ) -> Image.Image:
        """Returns an image of mode L or RGB with the range spread over all 256 levels.

        Args:
            image: The image.
            deep: Bool, whether its file holds 16 bits, of which these are the upper 8.
            path: Its file.

        Raises:
            Unreadable: If the range is not one of bytes.
        """
        if deep:
            self._look_at_deep_colours(image, path)
        if self.value_range is None:
            return image
        low, high = self.value_range
        if low < 0.0 or high > 255.0:
            raise Unreadable(
                "bytes, which are not of this `value_range`",
                "An image file holds bytes, which end at 0 and 255: by "
                f"value_range=({told((low, high))}) it would lose contrast. Keep such files in a "
                "folder of their own, and leave `value_range` out for it.",
                path,
            )
        levels = np.arange(256)
        outside = np.tile((levels < low) | (levels > high), len(image.getbands()))
        counts = np.array(image.histogram())
        self._look_at_share(counts[outside].sum() / counts.sum(), path)
        table = np.rint(np.clip((levels - low) * (255.0 / (high - low)), 0.0, 255.0)).astype(int)
        return image.point(table.tolist() * len(image.getbands()))

    def _range_of(
        self, numbers: np.ndarray, stored: StoredNumbers, path: str | os.PathLike[str]
    ) -> Range:
        finite = np.isfinite(numbers)
        if not finite.all():
            raise Unreadable(
                "NaN or infinite",
                "An image file holds values that are no numbers. Replace them, as by "
                "`numpy.nan_to_num`, and save it again.",
                path,
                f"{numbers.size - int(finite.sum())} of {numbers.size} values are NaN or infinite",
            )
        least, most = float(numbers.min()), float(numbers.max())
        if self.value_range is not None:
            low, high = self.value_range
            self._look_at_share(np.mean((numbers < low) | (numbers > high)), path)
            return self.value_range
        self._refuse_beyond(stored, least, most, path)
        low, high = stored.promise or (0.0, 1.0)
        if stored.kind != "floating point" and 0.0 < most < DARK * high:
            self._say_dark(path, stored.kind, most, 2.0 ** max(int(most).bit_length(), 8) - 1.0)
        return low, high

    def _refuse_beyond(
        self, stored: StoredNumbers, least: float, most: float, path: str | os.PathLike[str]
    ) -> None:
        if stored.promise is not None:
            if lies_within(least, most, stored.promise):
                return
            expected = f"Files of {stored.kind} promise values from {told(stored.promise, ' to ')}"
        else:
            expected = f"Files of {stored.kind} do not say which values are black and white"
        raise Unreadable(
            "values that need `value_range`",
            f"It cannot be known how bright the values of an image file are. {expected}. Pass the "
            "values of black and white, which hold for all files: "
            f"`value_range=({told(likely_range(least, most))})` would suit this one.",
            path,
            f"values from {told((least, most), ' to ')}",
        )

    def _look_at_deep_colours(self, image: Image.Image, path: str | os.PathLike[str]) -> None:
        if self.value_range is not None:
            raise Unreadable(
                "colours of 16 bits, for which `value_range` cannot be used",
                "Of colours of 16 bits Pillow reads the upper 8, to which `value_range` cannot be "
                "applied. Save them with 8 bits, scaled as they should be.",
                path,
            )
        extremes: Any = image.getextrema()
        most = max(np.ravel(extremes))
        if 0 < most < DARK * 256:
            self.say_once(
                "dark",
                f"Colours of 16 bits in {os.fspath(path)!r} end below {(int(most) + 1) * 256}, and "
                "are read as nearly black: 65535 is white. If they hold fewer bits, save them with "
                "8 bits, scaled as they should be. Other files are not named.",
            )

    def _say_dark(self, path: str | os.PathLike[str], kind: str, most: float, white: float) -> None:
        self.say_once(
            "dark",
            f"The values of an image file of {kind} end at {most:g}, and it is read as nearly "
            f"black. If fewer bits are meant, pass `value_range=(0, {white:g})`; if it is as dark "
            f"as that, `value_range=(0, {65535 if kind != '12 bits' else 4095})` says so. Other "
            f"files are not named. Received: {os.fspath(path)!r}",
        )

    def _look_at_share(self, share: Any, path: str | os.PathLike[str]) -> None:
        if share > 0.5 and self.value_range is not None:
            self.say_once(
                "outside",
                f"{share:.0%} of the values of an image file lie outside of `value_range` and "
                "become black or white. Pass the range of the values in the files. Other files "
                f"are not named. Received: value_range=({told(self.value_range)}) for "
                f"{os.fspath(path)!r}",
            )
