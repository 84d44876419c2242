"""Files whose values are no bytes: read rightly, or refused with the range that was found."""

import numpy as np
import pytest
from PIL import Image

from kerasgan.data import image_folder, unpaired_folders
from kerasgan.data.decoding import decode_image
from kerasgan.data.pixel_values import PixelValues
from tests.data.files import epoch, folder_of, write_png16, write_tiff

RAMP = np.linspace(0.0, 1.0, 256).reshape(16, 16)
GREYS = np.rint(255 * RAMP)


def spread(low: float, high: float, dtype: str) -> np.ndarray:
    return (low + (high - low) * RAMP).astype(dtype)


def grey(path, value_range=None):
    return np.asarray(decode_image(path, 1, values=PixelValues(value_range))).astype(int)


@pytest.mark.parametrize(
    "low, high, dtype, told",
    [
        (0, 255, "float32", r"from 0 to 1.*\(0, 255\)` would suit.*from 0 to 255"),
        (-1000, 3000, "float32", r"\(-1000, 3000\)` would suit.*from -1000 to 3000"),
        (-1, 1, "float32", r"\(-1, 1\)` would suit.*from -1 to 1\b"),
        (0, 255, "int32", r"do not say.*\(0, 255\)` would suit.*from 0 to 255"),
        (0, 2_000_000, "int32", r"\(0, 2000000\)` would suit"),
        (-300, 300, "int16", r"16 bits with a sign.*\(-300, 300\)` would suit"),
        (-100, 100, "int8", r"8 bits with a sign.*\(-100, 100\)` would suit"),
        (0, 4_000_000_000, "uint32", r"32 bits do not say.*from 0 to 4000000000"),
    ],
)
def test_a_range_is_asked_for_and_used(low, high, dtype, told, tmp_path):
    path, numbers = tmp_path / "0.tif", spread(low, high, dtype)
    if dtype == "float32":
        Image.fromarray(numbers).save(path)
    else:
        write_tiff(path, numbers, kind=1 if dtype.startswith("u") else 2)
    with pytest.raises(ValueError, match=f"`value_range=.*{told}.*0.tif|{told}"):
        grey(path)
    # Integers have been cut: of 200 steps some greys are one off.
    assert np.abs(grey(path, (low, high)) - GREYS).max() <= 1


@pytest.mark.parametrize("suffix, bits", [(".png", 12), (".tif", 10), (".png", 14), (".tif", 8)])
def test_fewer_bits_in_files_of_sixteen(suffix, bits, tmp_path):
    white = 2**bits - 1
    for name in "ab":
        Image.fromarray(spread(0, white, "uint16")).save(tmp_path / f"{name}{suffix}")
    values = PixelValues()
    with pytest.warns(UserWarning, match=rf"end at {white}.*`value_range=\(0, {white}\)`.*a\."):
        decode_image(tmp_path / f"a{suffix}", 1, values=values)
    decode_image(tmp_path / f"b{suffix}", 1, values=values)  # Said once.
    assert np.abs(grey(tmp_path / f"a{suffix}", (0, white)) - GREYS).max() <= 1
    # As dark as that, if one says so.
    assert grey(tmp_path / f"a{suffix}", (0, 65535)).max() == round(white / 257)


def test_colours_of_sixteen_bits(tmp_path):
    full, dark = tmp_path / "full.png", tmp_path / "dark.png"
    colours = np.stack([RAMP, RAMP[::-1], RAMP.T], axis=-1)
    write_png16(full, (colours * 65535).astype("uint16"))
    write_png16(dark, (colours * 4095).astype("uint16"))
    assert np.abs(np.asarray(decode_image(full)) - 255 * colours).max() <= 1
    with pytest.warns(UserWarning, match="'.*dark.png' end below 4096.*8 bits"):
        decode_image(dark)
    with pytest.raises(ValueError, match="upper 8, to which `value_range` cannot be applied"):
        decode_image(dark, values=PixelValues((0, 4095)))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("value_range", [None, (0, 1)])
def test_what_is_no_number_is_refused(bad, value_range, tmp_path):
    numbers = spread(0, 1, "float32")
    numbers[3, :2] = bad
    Image.fromarray(numbers).save(tmp_path / "0.tif")
    with pytest.raises(ValueError, match=r"numpy.nan_to_num.*0.tif' \(2 of 256 values are NaN"):
        grey(tmp_path / "0.tif", value_range)


@pytest.mark.parametrize("dtype, white", [("uint8", 255), ("uint16", 65535), ("float32", 1)])
def test_zero_may_be_white(dtype, white, tmp_path):
    kind = 3 if dtype == "float32" else 1
    for photometric, expected in ((1, GREYS), (0, 255 - GREYS)):
        write_tiff(tmp_path / "0.tif", spread(0, white, dtype), kind, photometric)
        assert np.abs(grey(tmp_path / "0.tif") - expected).max() <= 1


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr"])
def test_bytes_are_scaled_too(mode, tmp_path):
    """Bits and bytes of a narrower range, of every mode that Pillow converts."""
    image = Image.fromarray((100 * RAMP).astype("uint8")).convert("RGB").convert(mode)
    image.save(tmp_path / "0.tif")
    plain = grey(tmp_path / "0.tif")
    scaled = grey(tmp_path / "0.tif", (0, 100))
    np.testing.assert_array_equal(scaled, np.rint((plain * 2.55).clip(0, 255)))


def test_bytes_are_no_part_of_a_wider_range(tmp_path):
    folder_of(tmp_path, [100])
    for value_range in ((0, 4095), (-1000, 3000), (-1, 1)):
        with pytest.raises(ValueError, match="holds bytes.*a folder of their own"):
            grey(tmp_path / "000.png", value_range)


@pytest.mark.parametrize("dtype", ["float32", "uint16", "uint8"])
def test_values_outside_are_cut_off_and_many_are_told(dtype, tmp_path):
    write_tiff(tmp_path / "0.tif", spread(0, 200, dtype), 3 if dtype == "float32" else 1)
    values = PixelValues((0, 20))
    with pytest.warns(UserWarning, match="% of the values.* lie outside.*Received: value_range"):
        pixels = np.asarray(decode_image(tmp_path / "0.tif", 1, values=values))
    assert pixels.max() == 255 and pixels.min() == 0
    assert grey(tmp_path / "0.tif", (0, 150)).max() == 255  # Few: without a word.


def test_pages(tmp_path):
    pages = [Image.new("L", (8, 8), value) for value in (51, 102, 204)]
    pages[0].save(tmp_path / "0.tif", save_all=True, append_images=pages[1:])
    with pytest.warns(UserWarning, match="has 3 pages, of which the first is read.*0.tif"):
        assert grey(tmp_path / "0.tif").max() == 51


@pytest.mark.parametrize(
    "wrong", [(1, 0), (0, 0), 255, (0, 1, 2), (0, np.nan), ("a", "b"), (0, True)]
)
def test_wrong_ranges(wrong, tmp_path):
    with pytest.raises(ValueError, match="pair of numbers.*Received: value_range="):
        image_folder(folder_of(tmp_path, [1]), 4, value_range=wrong)


def test_folders(tmp_path):
    (tmp_path / "a").mkdir()
    Image.fromarray(spread(-1000, 3000, "float32")).save(tmp_path / "a" / "0.tif")
    folder_of(tmp_path / "b", [100])
    with pytest.raises(Exception, match="values from -1000 to 3000"):
        epoch(image_folder(tmp_path / "a", 16))
    ((images,),) = epoch(image_folder(tmp_path / "a", 16, channels=1, value_range=(-1000, 3000)))
    np.testing.assert_allclose(images[0, ..., 0], 2 * RAMP - 1, atol=0.01)
    kwargs = {"crop": "center", "flip": False}
    pairs = unpaired_folders(
        tmp_path / "a", tmp_path / "b", 16, value_range=((-1000, 3000), None), **kwargs
    )
    ((x, y),) = epoch(pairs)
    np.testing.assert_allclose(x[0, ..., 1], 2 * RAMP - 1, atol=0.01)
    np.testing.assert_allclose(y, 100 / 127.5 - 1, atol=1e-6)
    (tmp_path / "b" / "000.png").unlink()
    Image.fromarray(spread(-1000, 3000, "float32")).save(tmp_path / "b" / "1.tif")
    ((x, y),) = epoch(
        unpaired_folders(tmp_path / "a", tmp_path / "b", 16, value_range=(-1000, 3000), **kwargs)
    )
    np.testing.assert_array_equal(x, y)


def test_skipping_names_the_reasons(tmp_path):
    folder_of(tmp_path, [10, 20])
    (tmp_path / "bad.png").write_bytes(b"no image")
    Image.fromarray(spread(0, 9, "float32")).save(tmp_path / "f.tif")
    told = r"2 of 4 .*1 damaged.*bad.png'; 1 values that need `value_range`: '.*f.tif'"
    with pytest.warns(UserWarning, match=told):
        image_folder(tmp_path, 4, on_error="skip")
