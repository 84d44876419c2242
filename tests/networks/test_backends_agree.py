"""Equal weights and inputs give equal outputs on every backend that is installed."""

import importlib.util
import os
import subprocess
import sys

import keras
import numpy as np
import pytest

from kerasgan import networks

# Those with convolutions, whose alignment the backends could see differently.
BUILDERS = {
    "dcgan_generator": (lambda: networks.dcgan_generator((16, 16, 1), 4, 4), (2, 4)),
    "dcgan_discriminator": (lambda: networks.dcgan_discriminator((16, 16, 1), 4), (2, 16, 16, 1)),
    "resnet_translator": (lambda: networks.resnet_translator((16, 16, 3), 4, 1), (2, 16, 20, 3)),
    "patchgan_discriminator": (
        lambda: networks.patchgan_discriminator((32, 32, 3), 2),
        (2, 35, 32, 3),
    ),
}


def outputs():
    """Each network's outputs, for weights and inputs from NumPy."""
    results = {}
    for name, (build, shape) in BUILDERS.items():
        rng = np.random.default_rng(0)
        model = build()
        model.set_weights([abs(rng.normal(0.1, 0.2, size=w.shape)) for w in model.weights])
        inputs = rng.normal(size=shape).astype("float32")
        results[name] = model.predict(inputs, verbose=0)
    return results


# Each of the other two agrees with TensorFlow, and so with each other.
OTHERS = ["jax", "torch"] if keras.backend.backend() == "tensorflow" else ["tensorflow"]


@pytest.mark.parametrize("backend", OTHERS)
def test_backends_agree(backend, tmp_path):
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed")
    path = tmp_path / "outputs.npz"
    environment = {**os.environ, "KERAS_BACKEND": backend}
    subprocess.run([sys.executable, __file__, str(path)], env=environment, check=True)
    with np.load(path) as theirs:
        for name, ours in outputs().items():
            np.testing.assert_allclose(theirs[name], ours, atol=1e-4, rtol=1e-4, err_msg=name)


if __name__ == "__main__":
    np.savez(sys.argv[1], **outputs())
