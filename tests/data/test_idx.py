"""Files in the format of MNIST, good and bad, which the tests write."""

import gzip
import struct

import keras
import numpy as np
import pytest

from kerasgan.data import load_mnist, read_idx

pytestmark = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="NumPy alone: the same on all backends"
)
PIXELS = np.random.default_rng(0).integers(0, 256, (5, 28, 28)).astype("uint8")
CODES = {"u1": 8, "i1": 9, "i2": 11, "i4": 12, "f4": 13, "f8": 14}


def idx(array, declared=None):
    shape = declared or array.shape
    header = struct.pack(">BBBB", 0, 0, CODES[array.dtype.str[1:]], len(shape))
    header += struct.pack(f">{len(shape)}I", *shape)
    return header + array.astype(array.dtype.newbyteorder(">")).tobytes()


def write(path, content, packed=False):
    path.write_bytes(gzip.compress(content) if packed else content)
    return path


def mnist(folder, packed, mark="-", labels=(7, 2, 1, 0, 4)):
    end = ".gz" if packed else ""
    write(folder / f"train-images{mark}idx3-ubyte{end}", idx(PIXELS), packed)
    write(folder / f"train-labels{mark}idx1-ubyte{end}", idx(np.array(labels, "uint8")), packed)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("dtype", CODES)
def test_all_types_are_read(tmp_path, dtype, packed):
    array = np.arange(-3, 21).reshape(2, 3, 4).astype(dtype)
    found = read_idx(write(tmp_path / "a", idx(array), packed))
    np.testing.assert_array_equal(found, array)
    assert found.dtype == np.dtype(dtype) and found.flags.writeable


@pytest.mark.parametrize("packed, mark", [(False, "-"), (True, "-"), (False, ".")])
def test_mnist(tmp_path, packed, mark):
    mnist(tmp_path, packed, mark)
    images, labels = load_mnist(tmp_path, return_labels=True)
    assert images.shape == (5, 28, 28, 1) and images.dtype == np.float32
    np.testing.assert_allclose((images[..., 0] + 1) * 127.5, PIXELS, atol=1e-4)
    assert labels.tolist() == [7, 2, 1, 0, 4] and labels.dtype == np.int64
    larger = load_mnist(tmp_path, image_size=56)
    assert larger.shape == (5, 56, 56, 1) and larger.min() >= -1 and larger.max() <= 1
    coarse = larger.reshape(5, 28, 2, 28, 2).mean(axis=(2, 4))
    assert np.corrcoef(coarse.ravel(), images.ravel())[0, 1] > 0.9


def test_missing_files_are_named(tmp_path):
    mnist(tmp_path, True)
    with pytest.raises(FileNotFoundError, match="t10k-images.*other `split`.*Received.*train-im"):
        load_mnist(tmp_path, "test")
    with pytest.raises(FileNotFoundError, match="Received: .*absent.* with no folder"):
        load_mnist(tmp_path / "absent")
    with pytest.raises(FileNotFoundError, match="no such IDX file. Received: .*absent"):
        read_idx(tmp_path / "absent")


def test_what_is_not_mnist_is_refused(tmp_path):
    mnist(tmp_path, False, labels=(1, 2))
    with pytest.raises(ValueError, match=r"5 bytes, one for each image. Received.*shape \(2,\)"):
        load_mnist(tmp_path, return_labels=True)
    write(tmp_path / "train-images-idx3-ubyte", idx(np.zeros((2, 3, 3), "float32")))
    with pytest.raises(ValueError, match=r"bytes of shape \(n, height, width\).*float32"):
        load_mnist(tmp_path)
    with pytest.raises(ValueError, match="'train' or 'test'. Received: split='valid'"):
        load_mnist(tmp_path, "valid")


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    "content, message",
    [
        (b"", "no IDX file"),
        (b"\x89PNG\r\n", "no IDX file: .*begins with .137, 80"),
        (b"\0\0\x07\x01\0\0\0\1\0", "a byte for the type.*begins with .0, 0, 7, 1"),
        (b"\0\0\x08\x00\0", "number of dimensions"),
        (b"\0\0\x08\x03\0\0\0\1", "ends within its header.*declares 3 dimensions"),
        (idx(PIXELS) + b"\0", "does not hold what it declares.*holds more"),
    ],
)
def test_damaged_files_are_refused(tmp_path, content, message, packed):
    with pytest.raises(ValueError, match=f"{message}"):
        read_idx(write(tmp_path / "a", content, packed))


def test_a_file_that_ends_early(tmp_path):
    with pytest.raises(ValueError, match="more than it can hold.*anew. Received.*3920 bytes"):
        read_idx(write(tmp_path / "a", idx(PIXELS)[:-1]))
    with pytest.raises(ValueError, match="holds 3919 bytes"):
        read_idx(write(tmp_path / "a", idx(PIXELS)[:-1], packed=True))
    whole = gzip.compress(idx(PIXELS))
    for damaged in (whole[:-100], whole[:500] + b"?" * 50 + whole[550:]):
        with pytest.raises(ValueError, match="compressed file is damaged.*anew. Received"):
            read_idx(write(tmp_path / "a", damaged))


@pytest.mark.parametrize("packed", [False, True])
def test_huge_declarations_ask_for_no_memory(tmp_path, packed):
    huge = idx(PIXELS, declared=(2**32 - 1, 2**32 - 1, 2**32 - 1))
    with pytest.raises(ValueError, match="more than it can hold.*4294967295, 4294967295"):
        read_idx(write(tmp_path / "a", huge, packed))


def test_a_bomb_is_refused_and_what_is_meant_can_be_allowed(tmp_path):
    zeros = write(tmp_path / "a", idx(np.zeros((3000, 1000), "uint8")), packed=True)
    assert zeros.stat().st_size < 10_000
    with pytest.raises(ValueError, match="larger than `max_bytes`.*3000000 bytes.*bytes=9"):
        read_idx(zeros, max_bytes=999)
    assert read_idx(zeros, max_bytes=3_000_000).shape == (3000, 1000)
    # What follows the declared content is not unpacked.
    bomb = write(tmp_path / "b", idx(PIXELS) + bytes(10_000_000), packed=True)
    with pytest.raises(ValueError, match="holds more"):
        read_idx(bomb)
