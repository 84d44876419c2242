import importlib.util

import keras
import numpy as np
import pytest
from scipy import ndimage

from kerasgan.features.extractors import inception_weights
from kerasgan.features.extractors.convert_inception_weights import fill
from kerasgan.features.inception_2015 import inception_2015
from kerasgan.metrics import convert_inception_weights, get_extractor
from kerasgan.model_files import ModelFileError

pytestmark = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="benchmarks/inception_parity.py has the others"
)
LAST = "branch1x1 branch3x3_2a branch3x3_2b branch3x3dbl_3a branch3x3dbl_3b branch_pool".split()


@pytest.fixture(scope="module")
def network():
    keras.config.set_dtype_policy("mixed_float16")  # Which it does not follow.
    network = inception_2015()
    keras.config.set_dtype_policy("float32")
    network.run_eagerly = True  # For one image, to compile takes longest.
    return network


def torch_name(layer):
    """`Mixed_5b_branch1x1_conv` of Keras is `Mixed_5b.branch1x1.conv` of PyTorch."""
    stem, _, part = layer.name.rpartition("_")
    block, _, branch = stem.partition("_branch")
    return ".".join(filter(None, (block, branch and f"branch{branch}", part)))


def state_of(network):
    """Weights in PyTorch's form: convolutions of zeros, so that the last offsets come through."""
    state = {"fc.bias": np.ones(1008, "float32")}
    for layer in network.layers:
        name = torch_name(layer)
        if isinstance(layer, keras.layers.Conv2D):
            height, width, inputs, outputs = layer.kernel.shape
            state[f"{name}.weight"] = np.zeros((outputs, inputs, height, width), "float32")
        if isinstance(layer, keras.layers.BatchNormalization):
            filters = layer.gamma.shape[0]
            values = {"weight": 1, "bias": -1, "running_mean": 2, "running_var": 4}
            for part, value in values.items():
                state[f"{name}.{part}"] = np.full(filters, value, "float32")
            state[f"{name}.num_batches_tracked"] = np.array(0)
    for index, branch in enumerate(LAST, 1):
        state[f"Mixed_7c.{branch}.bn.bias"] += index + 1.0
    weight = np.zeros((1008, 2048), "float32")
    weight[7, 0], weight[9, 2047] = 1.0, 2.0
    state["fc.weight"] = weight
    return state


def test_it_has_the_parameters_of_the_published_one_but_the_biases_of_logits(network):
    assert network.count_params() == 23_885_392 - 1008
    assert not network.trainable_weights
    assert {layer.compute_dtype for layer in network.layers[1:]} == {"float32"}
    assert {output.dtype for output in network.outputs} == {"float32"}


def test_pools_count_no_padding_and_the_last_takes_the_maximum(network):
    grid = np.random.default_rng(0).normal(size=(1, 5, 5, 1)).astype("float32")
    inside = grid[0, ..., 0]
    size = ndimage.uniform_filter(np.ones((5, 5)), 3, mode="constant")
    mean = ndimage.uniform_filter(inside, 3, mode="constant") / size
    found = network.get_layer("Mixed_7b_pool")(grid)[0, ..., 0]
    np.testing.assert_allclose(found, mean, atol=1e-6)
    found = network.get_layer("Mixed_7c_pool")(grid)[0, ..., 0]
    np.testing.assert_array_equal(found, ndimage.maximum_filter(inside, 3, mode="nearest"))


def test_weights_of_pytorch_come_to_their_places_and_survive_a_file(network, tmp_path, monkeypatch):
    fill(network, state_of(network))
    path = tmp_path / "inception.weights.h5"
    network.save_weights(path)
    # The same network again, emptied: to build another takes seconds.
    network.layers[-1].set_weights([np.zeros((2048, 1008))])
    network.get_layer("Mixed_7c_branch1x1_bn").set_weights([np.zeros(320)] * 4)
    monkeypatch.setattr(inception_weights, "inception_2015", lambda: network)
    extractor = get_extractor("inception", resize="legacy_tensorflow", weights=path)
    outputs = extractor.outputs(np.zeros((1, 4, 6, 1)))
    # With convolutions of zeros: offset − mean / √(variance + ε), then ReLU.
    values = np.arange(1, 7) - 2 / np.sqrt(4 + 1e-3)
    expected = np.repeat(values, [320, 384, 384, 384, 384, 192])
    np.testing.assert_allclose(outputs["features"][0], expected.clip(0), atol=1e-5)
    powers = np.exp(np.eye(1008)[7] * expected[0] + np.eye(1008)[9] * 2 * expected[-1])
    np.testing.assert_allclose(outputs["probabilities"][0], powers / powers.sum(), rtol=1e-4)
    assert (extractor.name, extractor.resize) == ("inception", "legacy_tensorflow")


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("Conv2d_1a_3x3.conv.weight", None, "Conv2d_1a_3x3_conv_weight.*Received: nothing"),
        ("Conv2d_1a_3x3.conv.weight", np.zeros((32, 1, 3, 3), "f"), r"of \(3, 3, 1, 32\)"),
        ("AuxLogits.fc.weight", np.zeros((2, 2), "f"), "no place.*'AuxLogits_fc_weight'"),
    ],
)
def test_weights_of_another_network_are_refused(network, name, value, message):
    state = {**state_of(network), name: value}
    with pytest.raises(ModelFileError, match=message):
        fill(network, {key: array for key, array in state.items() if array is not None})


def test_files_that_are_not_the_published_ones_are_refused(tmp_path):
    if importlib.util.find_spec("torch") is None:
        pytest.skip("PyTorch is not installed")
    other = tmp_path / "inception.pth"
    other.write_bytes(b"other")
    with pytest.raises(ModelFileError, match="not the file that is.*SHA-256 d9298a10d1b073"):
        get_extractor("inception", weights=other)
    with pytest.raises(FileNotFoundError, match=r"fid_weights/pt_inc.*Received: .*none\.pth"):
        get_extractor("inception", weights=tmp_path / "none.pth")
    with pytest.raises(ValueError, match=r"`target` must end in '\.weights\.h5'"):
        convert_inception_weights(other, tmp_path / "inception.h5")
