"""A model saved on one backend loads and goes on training on another."""

import importlib.util
import os
import subprocess
import sys

import keras
import numpy as np
import pytest

import kerasgan  # noqa: F401

SCRIPT = """
import sys
import numpy as np
from tests.conformance.catalogue import CATALOGUE

row = CATALOGUE[0]
model = row.make_compiled(generator_ema=0.9)
model.fit(*row.data(), batch_size=4, verbose=0)
model.save(sys.argv[1] + "/model.keras")
np.save(sys.argv[1] + "/latents.npy", latents := np.ones((3, 3), "float32"))
np.save(sys.argv[1] + "/samples.npy", model.inference_network("generator").predict(latents))
"""
OTHERS = {"tensorflow", "jax", "torch"} - {keras.backend.backend()}


@pytest.mark.parametrize("backend", sorted(OTHERS))
def test_it_loads_and_trains(backend, tmp_path):
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed")
    subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)],
        env={**os.environ, "KERAS_BACKEND": backend},
        check=True,
    )
    model = keras.saving.load_model(tmp_path / "model.keras")
    samples = model.inference_network("generator").predict_on_batch(
        np.load(tmp_path / "latents.npy")
    )
    np.testing.assert_allclose(samples, np.load(tmp_path / "samples.npy"), atol=1e-5)
    assert int(model.optimizer.iterations) == 2
    data = np.random.default_rng(0).uniform(-1, 1, (8, 2)).astype("float32")
    history = model.fit(data, batch_size=4, verbose=0).history
    assert np.isfinite(history["loss"]).all() and int(model.optimizer.iterations) == 4
