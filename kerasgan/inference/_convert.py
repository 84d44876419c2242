"""The process that `convert_in_tensorflow` starts: reads its job from standard input."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

import keras

import kerasgan.models  # noqa: F401  Registers the layers that a network may hold.
from kerasgan.inference.export_onnx import write_onnx
from kerasgan.inference.saved_model import write_saved_model

WRITERS: dict[str, Callable] = {"saved_model": write_saved_model, "onnx": write_onnx}


def main() -> None:
    """Does one conversion."""
    job = json.load(sys.stdin)
    network = keras.saving.load_model(job["source"], compile=False)
    WRITERS[job["form"]](network, job["target"], job["card"])


if __name__ == "__main__":
    main()
