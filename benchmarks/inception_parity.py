"""Our Inception against those of pytorch-fid and torch-fidelity, with equal random weights.

Install them beside, without what they drag in, then:

    pip install --no-deps --target /tmp/parity pytorch-fid torch-fidelity clean-fid torchvision
    PYTHONPATH=/tmp/parity python benchmarks/inception_parity.py

The weights are random, scaled so that activations neither vanish nor explode; so are the images.
Each line is one tensor, its size, and the largest difference.
"""

import argparse
import importlib
import tempfile
from pathlib import Path
from unittest import mock

from kerasgan.features.inception_2015 import inception_2015
from kerasgan.files import sha256
from kerasgan.metrics import convert_inception_weights, get_extractor, resize_images

import keras
import numpy as np
import torch
import torch.nn.functional as F

TOLERANCE = 1e-4
conversion = importlib.import_module("kerasgan.features.extractors.convert_inception_weights")
# A build of torchvision for another torch fails to import for lack of its operators, unused here.
LIBRARY = torch.library.Library("torchvision", "FRAGMENT")
for operator in "nms", "qnms":
    if not hasattr(torch.ops.torchvision, operator):
        LIBRARY.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")


def random_state(network, seed):
    """Weights in PyTorch's names and order, from those of torch-fidelity's network."""
    rng = np.random.default_rng(seed)
    state = {}
    for name, value in network.items():
        shape = tuple(value.shape)
        if len(shape) > 1:
            fan_in = np.prod(shape[1:])
            array = rng.normal(0.0, np.sqrt(2.0 / fan_in), shape)
        elif name.endswith(("running_var", "bn.weight")):
            array = rng.uniform(0.5, 1.5, shape)
        else:
            array = rng.normal(0.0, 0.1, shape)
        state[name] = torch.tensor(array.astype("float32")) if shape else torch.tensor(0)
    return state


def torch_fidelity_network(path):
    from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3

    wanted = ["2048", "logits_unbiased"]
    return FeatureExtractorInceptionV3("inception", wanted, feature_extractor_weights_path=path)


def pytorch_fid_network(state):
    from pytorch_fid import inception

    with mock.patch.object(inception, "load_state_dict_from_url", lambda *a, **k: state):
        return inception.InceptionV3([3]).eval()


def empty_state():
    """Names and shapes, without a file of weights to begin from."""
    from torch_fidelity import feature_extractor_inceptionv3 as module

    class Stop(Exception):
        pass

    shapes = {}

    def record(self, state_dict, *args, **kwargs):
        shapes.update(torch.nn.Module.state_dict(self))
        raise Stop

    network = module.FeatureExtractorInceptionV3
    with mock.patch.object(network, "load_state_dict", record):
        with mock.patch.object(torch, "load", lambda *a, **k: {}):
            try:
                torch_fidelity_network("none")
            except Stop:
                pass
    return shapes


def report(what, theirs, ours):
    theirs, ours = np.asarray(theirs, "float64"), np.asarray(ours, "float64")
    difference = np.abs(theirs - ours).max()
    scale = np.abs(theirs).max()
    print(f"{what:48} {scale:10.4g} {difference:12.2e} {difference / scale:12.2e}")
    return difference


def compare_networks(state, levels, differences):
    images = levels.astype("float32") / 127.5 - 1.0
    batch = torch.tensor(levels.transpose(0, 3, 1, 2))
    with tempfile.TemporaryDirectory() as folder, torch.no_grad():
        source, converted = Path(folder) / "random.pth", Path(folder) / "random.weights.h5"
        torch.save(state, source)
        with mock.patch.object(conversion, "SHA256", sha256(source)):
            convert_inception_weights(source, converted)
        pytorch = get_extractor("inception", "legacy_pytorch", converted).outputs(images)
        tensorflow = get_extractor("inception", "legacy_tensorflow", converted).outputs(images)
        features = pytorch_fid_network(state)(batch.float() / 255.0)[0].squeeze(-1).squeeze(-1)
        differences.append(report("pytorch-fid, features", features, pytorch["features"]))
        features, logits = torch_fidelity_network(str(source))(batch)
    differences.append(report("torch-fidelity, features", features, tensorflow["features"]))
    probabilities = torch.softmax(logits, 1)
    what = "torch-fidelity, probabilities without bias"
    differences.append(report(what, probabilities, tensorflow["probabilities"]))


def compare_resizing(levels, differences):
    from cleanfid.resize import build_resizer
    from torch_fidelity.interpolate_compat_tensorflow import (
        interpolate_bilinear_2d_like_tensorflow1x as tensorflow_1,
    )

    images = levels.astype("float32") / 127.5 - 1.0
    batch = torch.tensor(levels.transpose(0, 3, 1, 2)).float()
    clean = build_resizer("clean")
    expected = {
        "clean": np.stack([clean(image) for image in levels]),
        "legacy_pytorch": F.interpolate(batch, (299, 299), mode="bilinear", align_corners=False)
        .numpy()
        .transpose(0, 2, 3, 1),
        "legacy_tensorflow": tensorflow_1(batch, size=(299, 299), align_corners=False)
        .numpy()
        .transpose(0, 2, 3, 1),
    }
    size = f"{levels.shape[1]}x{levels.shape[2]}"
    for mode, theirs in expected.items():
        ours = resize_images(images, (299, 299), mode)
        what = f"{mode}, {size} to 299, of [-1, 1]"
        differences.append(report(what, theirs / 127.5 - 1.0, ours))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--images", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    rng = np.random.default_rng(arguments.seed)
    state = random_state(empty_state(), arguments.seed)
    published = sum(value.numel() for value in state.values() if value.ndim)
    ours = inception_2015().count_params()
    print(f"Keras on {keras.backend.backend()}, torch {torch.__version__}")
    print(f"parameters: theirs {published}, ours {ours} without the 1008 biases of the logits")
    print(f"{'':48} {'largest':>10} {'difference':>12} {'relative':>12}")
    differences = []
    levels = rng.integers(0, 256, (arguments.images, 64, 48, 3), dtype=np.uint8)
    compare_networks(state, levels, differences)
    for shape in (32, 32), (64, 48), (299, 299), (512, 400):
        compare_resizing(rng.integers(0, 256, (2, *shape, 3), dtype=np.uint8), differences)
    good = published - ours == 1008 and max(differences) < TOLERANCE
    print("equal within" if good else "NOT equal within", TOLERANCE)
    raise SystemExit(not good)


if __name__ == "__main__":
    main()
