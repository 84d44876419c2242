import importlib.util
import json
import sys
from importlib import resources

import keras
import numpy as np
import pytest

import kerasgan
from kerasgan.features.extractors import inception_weights
from kerasgan.metrics import get_extractor

once = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="the same on all")


@pytest.fixture(scope="module")
def digits():
    return get_extractor("digits")


def test_the_classifier_of_digits_is_as_good_as_its_card_says(digits):
    from sklearn.model_selection import train_test_split

    images, labels = kerasgan.data.load_digits(32, return_labels=True)
    _, held_out, _, expected = train_test_split(
        images, labels, test_size=0.2, random_state=0, stratify=labels
    )
    card = resources.files("kerasgan.features.extractors") / "digits_classifier.json"
    outputs = digits.outputs(held_out, batch_size=100)
    found = outputs["probabilities"].argmax(axis=1)
    card = json.loads(card.read_text())
    assert np.mean(found == expected) == card["test_accuracy"] > 0.98
    assert len(held_out) == card["test_images"]
    np.testing.assert_allclose(outputs["probabilities"].sum(axis=1), 1.0, atol=1e-5)
    # 60 images in the last of four batches have the features that they have alone.
    assert outputs["features"].shape == (360, 64) and outputs["features"].dtype == "float32"
    alone = digits.features(held_out[300:])
    np.testing.assert_allclose(outputs["features"][300:], alone, atol=1e-5)


@once
def test_the_classifier_sees_smaller_digits_in_its_own_size(digits):
    images, labels = kerasgan.data.load_digits(8, return_labels=True)
    assert np.mean(digits.probabilities(images[:500]).argmax(axis=1) == labels[:500]) > 0.98


@once
def test_models_and_functions_are_extractors():
    images = np.random.default_rng(0).uniform(-1, 1, (5, 4, 6, 1)).astype("float32")
    inputs = keras.Input((None, None, 3))
    model = keras.Model(inputs, keras.layers.Rescaling(2.0, 1.0)(inputs), name="double")
    extractor = get_extractor(model, resize="legacy_pytorch")
    assert (extractor.name, extractor.resize) == ("double", "legacy_pytorch")
    # Grey is repeated in the three channels, and grids are averaged.
    expected = np.repeat(2 * images.mean(axis=(1, 2)) + 1, 3, axis=1)
    np.testing.assert_allclose(extractor.features(images, batch_size=2), expected, atol=1e-6)

    def halves(images):
        return {"features": images.reshape(len(images), -1) / 2}

    extractor = get_extractor(halves)
    assert (extractor.name, extractor.resize, extractor.fingerprint()) == ("halves", None, None)
    found = extractor.features(images, batch_size=3)
    np.testing.assert_array_equal(found, images.reshape(5, -1) / 2)
    assert get_extractor(extractor) is extractor
    with pytest.raises(ValueError, match="features only.*Received: extractor 'halves'"):
        extractor.probabilities(images)


@once
def test_the_fingerprint_changes_with_weights_and_resizing():
    model = keras.Sequential([keras.Input((4, 4, 1)), keras.layers.Conv2D(2, 3)], name="small")
    first = get_extractor(model).fingerprint()
    assert first == get_extractor(model, resize="clean").fingerprint() and len(first) == 16
    assert first != get_extractor(model, resize="legacy_pytorch").fingerprint()
    model.layers[0].bias.assign([0.0, 1.0])
    assert first != get_extractor(model).fingerprint()


@once
@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.zeros((2, 8, 8)), r"`images\[..., None\]`.*Received: .*\(2, 8, 8\)"),
        (np.full((2, 8, 8, 1), 255.0), r"images / 127\.5 - 1\.0.*from 255 to 255"),
        (np.zeros((2, 8, 8, 3)), r"takes images of 1 channels.*Received: .*\(2, 8, 8, 3\)"),
    ],
)
def test_images_that_cannot_be_right_are_refused(digits, images, message):
    with pytest.raises(ValueError, match=message):
        digits.features(images)


@once
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("vgg",), "\"digits\", a Keras model.*Received: extractor='vgg'"),
        (("digits", None, "file.pth"), "`weights` does not belong.*'file.pth' with 'digits'"),
        ((np.tanh, "clean"), "resizes by itself"),
        (("digits", "bilinear"), "Received: resize='bilinear'"),
        (
            (keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)]),),
            r"inputs of shape \(None, 3\)",
        ),
    ],
)
def test_arguments_that_do_not_fit_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        get_extractor(*arguments)


@once
def test_a_function_that_returns_no_features_is_refused():
    extractor = get_extractor(lambda images: images.mean())
    with pytest.raises(ValueError, match=r"shape \(2, d\) for 2 images.*Received: \(\) from"):
        extractor.features(np.zeros((2, 8, 8, 1)))


@once
def test_without_a_network_or_pytorch_the_error_says_where_the_weights_are(tmp_path, monkeypatch):
    if importlib.util.find_spec("torch") is None:
        pytest.skip("PyTorch is not installed")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr(inception_weights, "URL", (tmp_path / "unreachable.pth").as_uri())
    with pytest.raises(
        ConnectionError, match=r"Get https.*pt_inc.*`get_extractor\(\"inception\", w.*unreachable"
    ):
        get_extractor("inception")
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ImportError, match=r"pip install kerasgan\[torch\].*`weights`"):
        get_extractor("inception")
