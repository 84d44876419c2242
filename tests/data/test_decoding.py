"""Every kind of file becomes eight bits of grey or of red, green and blue."""

import numpy as np
import pytest
from PIL import Image

from kerasgan.data.decoding import decode_image
from kerasgan.data.image_types import COMMON
from tests.data.files import plain


def pixel(path, **kwargs):
    return np.asarray(decode_image(path, **kwargs))[4, 4].tolist()


@pytest.mark.parametrize("extension", COMMON)
def test_all_types(extension, tmp_path):
    path = tmp_path / f"image{extension}"
    plain(100).save(path)
    image = decode_image(path)
    assert image.mode == "RGB" and image.size == (20, 16)
    np.testing.assert_allclose(pixel(path), 100, atol=3)


def test_grey_and_rgb_are_converted_to_what_is_asked(tmp_path):
    Image.new("L", (8, 8), 77).save(tmp_path / "grey.png")
    assert pixel(tmp_path / "grey.png") == [77, 77, 77]
    plain(50).save(tmp_path / "rgb.png")
    assert pixel(tmp_path / "rgb.png", channels=1) == 50


def test_cmyk(tmp_path):
    Image.new("CMYK", (8, 8), (0, 255, 255, 0)).save(tmp_path / "red.jpg")
    red, green, blue = pixel(tmp_path / "red.jpg")
    assert red > 200 and green < 60 and blue < 60


def test_transparency_lies_over_white(tmp_path):
    Image.new("RGBA", (8, 8), (255, 0, 0, 128)).save(tmp_path / "half.webp", lossless=True)
    np.testing.assert_allclose(pixel(tmp_path / "half.webp"), [255, 127, 127], atol=2)
    Image.new("LA", (8, 8), (0, 0)).save(tmp_path / "clear.png")
    assert pixel(tmp_path / "clear.png") == [255, 255, 255]


@pytest.mark.parametrize("extension", [".png", ".tiff"])
def test_sixteen_bits_are_scaled_and_not_clipped(extension, tmp_path):
    path = tmp_path / f"deep{extension}"
    Image.fromarray(np.full((8, 8), 32768, np.uint16)).save(path)
    assert pixel(path) == [128, 128, 128]  # 32768 / 257 = 127.5


def test_the_first_frame_of_an_animation(tmp_path):
    frames = [plain(value).convert("P") for value in (51, 204)]
    frames[0].save(tmp_path / "moving.gif", save_all=True, append_images=frames[1:])
    np.testing.assert_allclose(pixel(tmp_path / "moving.gif"), 51, atol=3)


def test_the_cameras_orientation(tmp_path):
    image = plain(0, (20, 10))
    image.paste((255, 255, 255), (0, 0, 10, 10))  # The left half is white.
    exif = Image.Exif()
    exif[0x0112] = 6  # To be turned by a quarter, clockwise.
    image.save(tmp_path / "turned.jpg", exif=exif)
    upright = np.asarray(decode_image(tmp_path / "turned.jpg"))
    assert upright.shape == (20, 10, 3)
    assert upright[2].min() > 200 and upright[-3].max() < 50  # White is on top.


@pytest.mark.parametrize("content", [b"", b"no image at all", None])
def test_a_damaged_file_is_named(content, tmp_path):
    path = tmp_path / "damaged.png"
    if content is None:
        Image.effect_noise((64, 64), 90).save(path)
        path.write_bytes(path.read_bytes()[:600])
    else:
        path.write_bytes(content)
    with pytest.raises(ValueError, match="could not be read.*damaged.png"):
        decode_image(path)


def test_wrong_channels(tmp_path):
    with pytest.raises(ValueError, match="must be 1 .grey. or 3 .RGB.. Received: channels=4"):
        decode_image(tmp_path / "any.png", channels=4)
