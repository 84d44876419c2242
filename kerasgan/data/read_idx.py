"""The file format of MNIST."""

from __future__ import annotations

import gzip
import math
import os
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from kerasgan.files import user_path

TYPES = {8: "u1", 9: "i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}
GZIP_MAGIC = b"\x1f\x8b"
EXPANSION = 1100  # Deflate makes at most 1,032 bytes of one.


def read_idx(path: str | os.PathLike, max_bytes: int = 2**30) -> np.ndarray:
    """Reads an array from an IDX file, the format of MNIST, EMNIST and Fashion-MNIST.

    What the header declares is compared with the bytes that are there, before any memory is asked
    for. Compressed files, known by their first bytes and not by their name, are never unpacked
    beyond what they declare.

    Args:
        path: The file, compressed by gzip or not.
        max_bytes: Int, the largest array to read. Defaults to `2**30`, one GiB.

    Returns:
        An array of the shape and type that the file declares, in the machine's byte order. The
        images of MNIST are uint8 `(n, 28, 28)`, its labels uint8 `(n,)`.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is no IDX file, damaged, incomplete, or larger than `max_bytes`.

    Reference: [the format](https://github.com/cvdfoundation/mnist), by LeCun, Cortes and Burges.
    """
    path = user_path(path)
    if not path.is_file():
        raise FileNotFoundError(f"There is no such IDX file. Received: {str(path)!r}")
    with path.open("rb") as file:
        packed = file.read(2) == GZIP_MAGIC
    try:
        with gzip.open(path, "rb") if packed else path.open("rb") as stream:
            return _read(stream, path, packed, max_bytes)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ValueError(
            "The compressed file is damaged, or was not downloaded to its end. Get it anew. "
            f"Received: {str(path)!r}: {error}"
        ) from error


def _read(stream: Any, path: Path, packed: bool, max_bytes: int) -> np.ndarray:
    dtype, shape, header = _read_header(stream, path)
    declared = math.prod(shape) * dtype.itemsize
    size = path.stat().st_size
    possible = EXPANSION * size if packed else size - header
    if declared > possible:
        raise ValueError(
            "The file declares more than it can hold: it is damaged, or was not downloaded to its "
            f"end. Get it anew. Received: {str(path)!r} of {size} bytes, which declares shape "
            f"{shape}, {declared} bytes"
        )
    if declared > max_bytes:
        raise ValueError(
            "The array is larger than `max_bytes`. If it is meant to be, pass more. "
            f"Received: {str(path)!r}, which declares shape {shape}, {declared} bytes, with "
            f"max_bytes={max_bytes}"
        )
    content = stream.read(declared)
    more = stream.read(1)
    if len(content) < declared or more:
        there = "more" if more else f"{len(content)} bytes"
        raise ValueError(
            "The file does not hold what it declares: it is damaged. Get it anew. Received: "
            f"{str(path)!r}, which declares shape {shape}, {declared} bytes, and holds {there}"
        )
    array = np.frombuffer(content, dtype).reshape(shape)
    return array.astype(dtype.newbyteorder("="))


def _read_header(stream: Any, path: Path) -> tuple[np.dtype, tuple[int, ...], int]:
    """The type, the shape, and the number of bytes that declare them."""
    magic = stream.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0" or magic[2] not in TYPES or not magic[3]:
        raise ValueError(
            "This is no IDX file: one begins with two zeros, a byte for the type (8, 9, 11, 12, 13 "
            "or 14) and one for the number of dimensions. "
            f"Received: {str(path)!r}, which begins with {list(magic)}"
        )
    dimensions = magic[3]
    sizes = stream.read(4 * dimensions)
    if len(sizes) < 4 * dimensions:
        raise ValueError(
            "The file ends within its header: it was not downloaded to its end. Get it anew. "
            f"Received: {str(path)!r}, which declares {dimensions} dimensions"
        )
    shape = tuple(int(size) for size in np.frombuffer(sizes, ">u4"))
    return np.dtype(TYPES[magic[2]]), shape, 4 + len(sizes)
