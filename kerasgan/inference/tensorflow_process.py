"""Conversions that need Keras's TensorFlow backend, started from the other backends."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import keras

import kerasgan


def convert_in_tensorflow(
    network: keras.Model, form: str, target: str | os.PathLike, card: dict
) -> None:
    """Writes a network in another form, in a fresh process with the TensorFlow backend.

    Keras chooses its backend once for a process. The network goes over as a `.keras` file, which
    all backends read.

    Args:
        network: The network to convert.
        form: `"saved_model"` or `"onnx"`.
        target: Where the new process writes.
        card: Dict, the card of the generator.
    """
    require_package("tensorflow", "tensorflow")
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / "network.keras"
        network.save(source)
        job = {
            "source": str(source),
            "form": form,
            "target": str(Path(target).resolve()),
            "card": card,
        }
        command = [sys.executable, "-m", "kerasgan.inference._convert"]
        done = subprocess.run(
            command, input=json.dumps(job), env=_environment(), capture_output=True, text=True
        )
    if done.returncode != 0:
        lines = "\n".join(done.stderr.strip().splitlines()[-12:])
        raise RuntimeError(
            f"The network could not be converted to {form} by Keras's TensorFlow backend. "
            "Layers of your own must be registered with Keras and importable there. "
            f"Received: exit status {done.returncode} and the message\n{lines}"
        )


def require_package(package: str, requirement: str) -> None:
    """Fails where a package is not installed, with the command that installs it."""
    if importlib.util.find_spec(package) is None:
        raise ImportError(
            f"This needs the package `{package}`, which is not installed. Install it with "
            f'`pip install "{requirement}"`. '
            f"Received: Keras's {keras.backend.backend()} backend without {package}"
        )


def _environment() -> dict[str, str]:
    here = str(Path(kerasgan.__file__).resolve().parents[1])
    search = [here, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        **os.environ,
        "KERAS_BACKEND": "tensorflow",
        "PYTHONPATH": os.pathsep.join(search),
        # The device belongs to the process that trains.
        "CUDA_VISIBLE_DEVICES": "-1",
        "TF_CPP_MIN_LOG_LEVEL": "2",
    }
