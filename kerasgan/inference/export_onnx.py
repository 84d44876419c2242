"""Saves a generator as ONNX."""

from __future__ import annotations

import os
from pathlib import Path

import keras
from keras import ops

from kerasgan.files import new_file
from kerasgan.inference.card import build_card
from kerasgan.inference.export_generator import resolve_name
from kerasgan.inference.tensorflow_process import convert_in_tensorflow, require_package


def export_onnx(gan: keras.Model, path: str | os.PathLike, name: str | None = None) -> Path:
    """Writes a generator as an ONNX file, which onnxruntime and many devices run.

    The moving average of the generator is written where there is one. The graph has one input,
    latents or images in [-1, 1], or two, latents and labels, of any batch size. Needs the extra:
    `pip install "kerasgan[onnx]"`.

    Args:
        gan: A kerasgan model.
        path: File to write; appears complete or not at all.
        name: String, which generator, a key of `gan.generators`. Needed where there are several.

    Returns:
        The file, as a `pathlib.Path`.

    Example:

    ```python
    export_onnx(gan, "digits.onnx")
    session = onnxruntime.InferenceSession("digits.onnx")
    (images,) = session.run(None, {session.get_inputs()[0].name: latents})
    ```
    """
    require_package("tf2onnx", "kerasgan[onnx]")
    name = resolve_name(gan, name)
    network, path = gan.inference_network(name), Path(path)
    with new_file(path) as temporary:
        if keras.backend.backend() == "tensorflow":
            write_onnx(network, temporary)
        else:
            convert_in_tensorflow(network, "onnx", temporary, build_card(gan, name))
    return path


def write_onnx(network: keras.Model, path: str | os.PathLike, card: dict | None = None) -> None:
    """Writes a network through tf2onnx; runs on the TensorFlow backend only."""
    # Keras exports only what has been called once, which a network fresh from a file has not.
    inputs = [ops.zeros([n or 8 for n in x.shape], dtype=x.dtype) for x in network.inputs]
    network(inputs if len(inputs) > 1 else inputs[0])
    network.export(str(path), format="onnx", verbose=False)
