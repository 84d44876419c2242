"""HDF5 files of weights from strangers."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import h5py

from kerasgan.model_files.error import ModelFileError
from kerasgan.model_files.reporting import clip, reported


@dataclass
class StoredWeights:
    """What a file of weights holds, the optimiser's state aside.

    Args:
        count: Int, the number of arrays.
        elements: Int, the numbers in all of them.
        shapes: How often each shape of two or more dimensions is there.
        fingerprints: Int, the frozen networks that it has fingerprints of in place of weights.
    """

    count: int = 0
    elements: int = 0
    shapes: Counter = field(default_factory=Counter)
    fingerprints: int = 0

    def add(self, shape: tuple[int, ...]) -> None:
        """Adds an array."""
        self.count += 1
        self.elements += math.prod(shape)
        if len(shape) > 1:
            self.shapes[shape] += 1


def inspect_weights(file: BinaryIO, size: int, path: Path) -> StoredWeights:
    """Looks through an HDF5 file without reading any array.

    Args:
        file: The opened file.
        size: Int, its size in bytes.
        path: Its path, for messages.

    Raises:
        ModelFileError: If it is damaged, points into other files, holds anything but plain
            numbers, or declares arrays larger than itself: Keras stores them uncompressed.
    """
    stored, declared = StoredWeights(), 0
    links: dict[str, Any] = {}

    def check(name: str, item: Any) -> None:
        nonlocal declared
        if isinstance(item, h5py.Dataset):
            _check_array(name, item, path)
            declared += math.prod(item.shape) * item.dtype.itemsize
            if not name.startswith("optimizer/"):
                stored.add(tuple(item.shape))
            stored.fingerprints += name.endswith("/vars/fingerprint")

    with reported("The file of weights cannot be read", path), h5py.File(file, "r") as weights:
        # An error within would be lost: links are collected first.
        weights.visititems_links(links.__setitem__)
        for name, link in links.items():
            _check_link(name, link, path)
        weights.visititems(check)
    if declared > size:
        raise ModelFileError(
            "The arrays that the file of weights declares are larger than the file, so they are "
            f"not read. Received: {declared} bytes in {size} bytes of {str(path)!r}"
        )
    return stored


def _check_link(name: str, link: Any, path: Path) -> None:
    if not isinstance(link, h5py.HardLink):
        raise ModelFileError(
            "A file of weights must hold its arrays itself. It points elsewhere, to what may be "
            f"any file of this machine, and is not read. Received: {type(link).__name__} "
            f"{clip(name)!r} in {str(path)!r}"
        )


def _check_array(name: str, array: h5py.Dataset, path: Path) -> None:
    elsewhere = array.shape is None or array.external or array.is_virtual
    # bfloat16 and float8 are opaque to HDF5, of kind V; records and references are not numbers.
    plain = array.dtype.kind in "fiubV" and array.dtype.names is None
    if elsewhere or not plain:
        raise ModelFileError(
            "A file of weights must hold arrays of numbers, and hold them itself. It is not read. "
            f"Received: {clip(name)!r} of {array.dtype}"
            f"{' stored in other files' if elsewhere else ''} in {str(path)!r}"
        )
