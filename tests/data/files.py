"""Image files that the tests make."""

import struct
import zlib
from pathlib import Path

import keras
import numpy as np
from PIL import Image

TENSORFLOW = keras.backend.backend() == "tensorflow"


def plain(value: int, size: tuple[int, int] = (20, 16)) -> Image.Image:
    """A grey RGB image of one value, (width, height)."""
    return Image.new("RGB", size, (value, value, value))


def folder_of(path: Path, values: list[int], size: tuple[int, int] = (20, 16)) -> Path:
    """A folder of one-coloured PNG files, named in the order of their values."""
    path.mkdir(parents=True, exist_ok=True)
    for number, value in enumerate(values):
        plain(value, size).save(path / f"{number:03d}.png")
    return path


def epoch(dataset) -> list:
    """The batches of the next epoch as tuples of NumPy arrays."""
    batches = [batch if isinstance(batch, tuple) else (batch,) for batch in dataset]
    return [tuple(np.asarray(keras.ops.convert_to_numpy(t)) for t in batch) for batch in batches]


def values(dataset, column: int = 0) -> list[int]:
    """The grey values of one-coloured images in the order in which an epoch brings them."""
    pixels = np.concatenate([batch[column] for batch in epoch(dataset)])[:, 0, 0, 0]
    return [int(round(float(v))) for v in (pixels + 1.0) * 127.5]


def write_tiff(path: Path, numbers: np.ndarray, kind: int = 1, photometric: int = 1) -> None:
    """A TIFF of one channel. `kind`: 1 without a sign, 2 with one; `photometric` 0: 0 is white."""
    content = numbers.astype(numbers.dtype.newbyteorder("<")).tobytes()
    (height, width), bits = numbers.shape, 8 * numbers.dtype.itemsize
    tags = {256: width, 257: height, 258: bits, 259: 1, 262: photometric, 273: 8, 277: 1}
    tags |= {278: height, 279: len(content), 339: kind}
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags.items())
    count = struct.pack("<H", len(tags))
    head = b"II" + struct.pack("<HI", 42, 8 + len(content))
    path.write_bytes(head + content + count + entries + struct.pack("<I", 0))


def write_png16(path: Path, colours: np.ndarray) -> None:
    """A PNG of three channels of 16 bits, which Pillow reads and does not write."""

    def chunk(name: bytes, content: bytes) -> bytes:
        check = zlib.crc32(name + content)
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)

    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in colours)
    header = struct.pack(">IIBBBBB", colours.shape[1], colours.shape[0], 16, 2, 0, 0, 0)
    chunks = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunks)
