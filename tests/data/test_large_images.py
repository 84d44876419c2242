"""Images of more pixels than Pillow reads unasked are called large, not damaged."""

import warnings

import pytest
from PIL import Image

from kerasgan.data import image_folder
from kerasgan.data.decoding import decode_image
from tests.data.files import folder_of, plain, values


@pytest.fixture(autouse=True)
def low_limit(monkeypatch):
    """As if 320 pixels were what 89 million are."""
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 320)


@pytest.fixture(params=[".png", ".jpg", ".tif"])
def large(request, tmp_path):
    path = tmp_path / f"large{request.param}"
    plain(50, (40, 30)).save(path)
    return path


def test_the_size_is_named_and_the_limit(large):
    with pytest.raises(ValueError, match=r"more pixels.*MAX_IMAGE_PIXELS = .*large.*1200 pixels"):
        decode_image(large)
    Image.MAX_IMAGE_PIXELS = None
    assert decode_image(large).size == (40, 30)


def test_skipping_names_the_size(large):
    folder_of(large.parent, [10, 20, 30])
    with pytest.warns(UserWarning, match=r"1 of 4 .*1 larger than Pillow's limit.*large"):
        dataset = image_folder(large.parent, 4, on_error="skip", shuffle=False)
    assert values(dataset) == [10, 20, 30]


def test_pillows_warning_of_an_attack_is_explained(large, tmp_path):
    Image.MAX_IMAGE_PIXELS = 1000
    with pytest.warns() as caught:
        assert decode_image(large).size == (40, 30)
    ours = [str(w.message) for w in caught if w.category is UserWarning]
    assert len(ours) == 1 and "1,200 pixels" in ours[0] and "you trust your files" in ours[0]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ValueError, match="more pixels than Pillow reads unasked"):
            decode_image(large)
