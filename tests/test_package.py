"""The package as a user finds it."""

import importlib
import importlib.metadata
import importlib.util
import inspect
import os
import subprocess
import sys
from pathlib import Path

import pytest

import kerasgan

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ["callbacks", "data", "engine", "inference", "layers", "losses", "models", "networks"]
PACKAGES += ["constraints", "metrics", "penalties", "schedules"]

WITHOUT_TENSORFLOW = """
import sys

class Without:
    def __init__(self, finder):
        self.finder = finder

    def __getattr__(self, name):
        return getattr(self.finder, name)

    def find_spec(self, name, path=None, target=None):
        absent = name.split(".")[0] == "tensorflow"
        return None if absent else self.finder.find_spec(name, path, target)

sys.meta_path[:] = [Without(finder) for finder in sys.meta_path]
import numpy as np
import kerasgan

gan = kerasgan.models.VanillaGAN((2,), latent_dim=2, generator_units=4, discriminator_units=3)
gan.compile(generator_ema=0.9)
gan.fit(np.zeros((8, 2), "float32"), batch_size=4, verbose=0)
gan.save(sys.argv[1])
assert gan.generate(3, seed=0).shape == (3, 2)
assert "tensorflow" not in sys.modules
"""


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_trains_where_tensorflow_is_absent(backend, tmp_path):
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed")
    environment = {**os.environ, "KERAS_BACKEND": backend, "PYTHONPATH": str(ROOT)}
    subprocess.run(
        [sys.executable, "-c", WITHOUT_TENSORFLOW, str(tmp_path / "gan.keras")],
        env=environment,
        cwd=tmp_path,
        check=True,
    )


def test_version():
    try:
        installed = importlib.metadata.version("kerasgan")
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("kerasgan runs from its sources and is not installed")
    assert kerasgan.__version__ == installed


def public_objects():
    modules = [importlib.import_module(f"kerasgan.{name}") for name in PACKAGES]
    for module in (kerasgan, *modules):
        yield module.__name__, module
        for name, value in vars(module).items():
            own = getattr(value, "__module__", "").startswith("kerasgan")
            if not name.startswith("_") and own and not inspect.ismodule(value):
                yield f"{module.__name__}.{name}", value


PUBLIC = dict(public_objects())


def test_what_is_public_was_found():
    names = {"kerasgan.models.CycleGAN", "kerasgan.losses.Minimax", "kerasgan.export_generator"}
    assert names < set(PUBLIC) and len(PUBLIC) > 40


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_is_documented(name):
    value = PUBLIC[name]
    assert (vars(value) if inspect.isclass(value) else {"__doc__": value.__doc__})["__doc__"]


@pytest.mark.parametrize("name", [name for name, value in PUBLIC.items() if inspect.isclass(value)])
def test_every_public_method_is_documented(name):
    for method, value in vars(PUBLIC[name]).items():
        function = getattr(value, "__func__", getattr(value, "fget", value))
        if not method.startswith("_") and inspect.isfunction(function):
            assert function.__doc__, f"{name}.{method}"
