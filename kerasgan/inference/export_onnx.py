"""Saves a generator as ONNX."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import keras
from keras import ops

from kerasgan.files import new_file, user_path
from kerasgan.inference.card import build_card
from kerasgan.inference.export_generator import resolve_name
from kerasgan.inference.inputs import structured
from kerasgan.inference.tensorflow_process import convert_in_tensorflow, require_package
from kerasgan.inference.trials import check_equal, outputs_for, trial_inputs


def export_onnx(gan: keras.Model, path: str | os.PathLike, name: str | None = None) -> Path:
    """Writes a generator as an ONNX file, which onnxruntime and many devices run.

    The moving average of the generator is written where there is one. The graph has the inputs of
    the network, such as latents, latents and labels, or images in [-1, 1], of any batch size. Needs
    the extra: `pip install "kerasgan[onnx]"`.

    Args:
        gan: A kerasgan model.
        path: File to write; appears complete or not at all.
        name: String, which generator, a key of `gan.generators`. Needed where there are several.

    Returns:
        The file, as a `pathlib.Path`.

    Raises:
        RuntimeError: If ONNX Runtime, where it is installed, does not run the file, or computes
            something else than the network does.

    Example:

    ```python
    export_onnx(gan, "digits.onnx")
    session = onnxruntime.InferenceSession("digits.onnx")
    (images,) = session.run(None, {session.get_inputs()[0].name: latents})
    ```
    """
    require_package("tf2onnx", "kerasgan[onnx]")
    name = resolve_name(gan, name)
    network, path = gan.inference_network(name), user_path(path)
    with new_file(path) as temporary:
        if keras.backend.backend() == "tensorflow":
            write_onnx(network, temporary, build_card(gan, name))
        else:
            convert_in_tensorflow(network, "onnx", temporary, build_card(gan, name))
    return path


def write_onnx(network: keras.Model, path: str | os.PathLike, card: dict) -> None:
    """Writes a network through tf2onnx, and tries it; runs on the TensorFlow backend only."""
    # Keras exports only what has been called once, which a network fresh from a file has not.
    inputs = [ops.zeros([n or 8 for n in x.shape], dtype=x.dtype) for x in network.inputs]
    names = [config["name"] for config in card["inputs"]]
    network(structured(network, names, inputs))
    network.export(str(path), format="onnx", verbose=False)
    if importlib.util.find_spec("onnxruntime") is not None:
        _try(network, path, card)


def _try(network: keras.Model, path: str | os.PathLike, card: dict) -> None:
    """Runs what was written, and compares a batch of it with the network's."""
    import onnxruntime

    inputs = trial_inputs(card)
    try:
        session = onnxruntime.InferenceSession(Path(path).read_bytes())
        given = [node.name for node in session.get_inputs()]
        own = [tensor.name for tensor in network.inputs]
        if set(own) != set(given):  # Latents come before labels.
            nodes = sorted(session.get_inputs(), key=lambda node: "int" in node.type)
            own = [node.name for node in nodes]
        feeds = dict(zip(own, inputs, strict=True))
        (made,) = session.run(None, feeds)
    except Exception as error:  # ONNX Runtime's own have no common base.
        raise RuntimeError(
            "ONNX Runtime cannot run what tf2onnx wrote of this network. A layer that draws random "
            "numbers in inference is a likely cause: export a SavedModel by `export_generator`. "
            f"Received: {str(error).strip().splitlines()[0]}"
        ) from error
    check_equal(made.astype("float32"), outputs_for(network, inputs, card), "ONNX Runtime")
