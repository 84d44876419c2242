"""Distances of images: LPIPS against PyTorch's layers, and squared distances of features."""

import importlib.util
import sys

import keras
import numpy as np
import pytest

from kerasgan.features.lpips_vgg16 import lpips_vgg16
from kerasgan.features.perceptual import lpips_weights
from kerasgan.features.perceptual.convert_lpips_weights import fill
from kerasgan.features.perceptual.get_perceptual_distance import of_network
from kerasgan.metrics import PerceptualDistance, convert_lpips_weights, get_perceptual_distance
from kerasgan.model_files import ModelFileError

pytestmark = [
    pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="the same on all"),
    pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="PyTorch is the oracle"),
]
IMAGES = np.random.default_rng(0).uniform(-1, 1, (2, 2, 16, 18, 3)).astype("float32")
# The places of convolutions in torchvision's VGG16, with a pooling before some.
PLACES = [0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28]
WIDTHS = [64, 64, 128, 128, 256, 256, 256, *[512] * 6]
TAPS = [2, 7, 14, 21, 28]


@pytest.fixture(scope="module")
def state():
    rng = np.random.default_rng(1)
    found, before = {}, 3
    for place, width in zip(PLACES, WIDTHS, strict=True):
        kernel = rng.standard_normal((width, before, 3, 3), "float32")
        found[f"features.{place}.weight"] = kernel * np.float32(np.sqrt(2 / (9 * before)))
        found[f"features.{place}.bias"] = rng.standard_normal(width, "float32") / 10
        before = width
    for i, tap in enumerate(TAPS):
        width = found[f"features.{tap}.bias"].size
        found[f"lin{i}.model.1.weight"] = rng.random((1, width, 1, 1), "float32")
    return found


@pytest.fixture(scope="module")
def network(state):
    network = lpips_vgg16()
    fill(network, {**state, "classifier.0.weight": np.ones((2, 2))})
    return network


def by_pytorch(state, a, b):
    import torch
    from torch.nn import functional

    state = {name: torch.tensor(value) for name, value in state.items()}
    shift, scale = torch.tensor([[-0.030, -0.088, -0.188], [0.458, 0.448, 0.450]])[..., None, None]
    pair = [(torch.tensor(x).permute(0, 3, 1, 2) - shift) / scale for x in (a, b)]
    total = 0.0
    for place in PLACES:
        if place in (5, 10, 17, 24):
            pair = [functional.max_pool2d(x, 2) for x in pair]
        weights = state[f"features.{place}.weight"], state[f"features.{place}.bias"]
        pair = [functional.conv2d(x, *weights, padding=1).relu() for x in pair]
        if place in TAPS:
            first, second = (x / (x.norm(dim=1, keepdim=True) + 1e-10) for x in pair)
            weights = state[f"lin{TAPS.index(place)}.model.1.weight"]
            places = functional.conv2d((first - second) ** 2, weights)
            total = total + places.mean(dim=(1, 2, 3))
    return total.numpy()


def test_lpips_is_that_of_pytorch(network, state):
    a, b = IMAGES
    distance = of_network(network)
    expected = by_pytorch(state, a, b)
    np.testing.assert_allclose(distance(a, b), expected, rtol=1e-5)
    assert (expected > 0.05).all() and distance.name == "lpips"
    np.testing.assert_array_equal(distance(a, a), 0.0)
    grey = [x[..., :1] for x in (a, b)]
    in_colours = [np.repeat(x, 3, axis=-1) for x in grey]
    np.testing.assert_allclose(distance(*grey), distance(*in_colours), rtol=1e-6)
    assert network.count_params() == 14_714_688 + 1472 and not network.trainable_variables


def test_large_images_are_averaged_as_by_stylegan():
    seen = []

    class Network:
        def predict_on_batch(self, pair):
            seen.append(pair)
            return np.zeros(len(pair[0]))

    image = np.linspace(-1, 1, 512 * 512 * 3).reshape(1, 512, 512, 3)
    of_network(Network())(image, -image)
    expected = [image[0, y : y + 2, x : x + 2].mean(axis=(0, 1)) for y, x in ((0, 0), (4, 6))]
    assert seen[0][0].shape == (1, 256, 256, 3)
    np.testing.assert_allclose([seen[0][0][0, 0, 0], seen[0][0][0, 2, 3]], expected, rtol=1e-5)


def test_features_and_functions_are_distances():
    a, b = IMAGES[..., :1]

    def halves(images):
        return images.reshape(len(images), -1) / 2

    distance = get_perceptual_distance(halves)
    assert (distance.name, distance.resize) == ("squared distance of halves features", None)
    expected = np.sum((a - b) ** 2, axis=(1, 2, 3)) / 4
    np.testing.assert_allclose(distance(a, b, batch_size=1), expected, rtol=1e-5)
    assert get_perceptual_distance("digits").resize == "clean"
    own = PerceptualDistance("own", lambda a, b: 0.0)
    assert get_perceptual_distance(own) is own
    with pytest.raises(ValueError, match=r"each of 2 pairs. Received: \(\) from 'own'"):
        own(a, b)
    with pytest.raises(ValueError, match=r"Two arrays of one shape.*and \(1, 16, 18, 1\)"):
        own(a, b[:1])


def test_saved_weights_are_those_converted(tmp_path, network):
    path = tmp_path / "lpips.weights.h5"
    network.save_weights(path)
    loaded = lpips_weights.load_lpips(path)
    for found, expected in zip(loaded.get_weights(), network.get_weights(), strict=True):
        np.testing.assert_array_equal(found, expected)


def test_other_weights_are_refused(tmp_path, network, state, monkeypatch):
    with pytest.raises(ModelFileError, match=r"lin0_model_1_weight must be .*Received.*\(0,\)"):
        fill(network, {k: v for k, v in state.items() if not k.startswith("lin0")})
    with pytest.raises(ModelFileError, match=r"no place for some.*Received: \['lin5'\]"):
        fill(network, {**state, "lin5": np.ones(1)})
    other = tmp_path / "other.pth"
    other.write_bytes(b"weights")
    with pytest.raises(ModelFileError, match="not the file that is published.*vgg16-397923af"):
        convert_lpips_weights(other, other, tmp_path / "x.weights.h5")
    with pytest.raises(FileNotFoundError, match=r"weights=\(vgg16, linear\).*absent"):
        get_perceptual_distance("lpips", weights=(tmp_path / "absent", other))
    with pytest.raises(ValueError, match="`weights` must be a file that.*other.pth"):
        get_perceptual_distance("lpips", weights=other)
    with pytest.raises(ValueError, match="`target` must end in '.weights.h5'.*'x.h5'"):
        convert_lpips_weights(other, other, "x.h5")
    with pytest.raises(ValueError, match="`weights` does not belong.*with 'digits'"):
        get_perceptual_distance("digits", weights=other)
    with pytest.raises(ValueError, match=r"16 pixels high.*'digits'.*\(1, 8, 8, 3\)"):
        of_network(network)(np.zeros((1, 8, 8, 3)), np.zeros((1, 8, 8, 3)))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    unreachable = (other.with_name("unreachable.pth").as_uri(), "0" * 64)
    monkeypatch.setattr(lpips_weights, "VGG16", unreachable)
    with pytest.raises(ConnectionError, match="Get https.*vgg16-397923af.*unreachable"):
        get_perceptual_distance("lpips")
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ImportError, match=r"pip install kerasgan\[torch\].*`weights`"):
        get_perceptual_distance("lpips")
