"""From the published PyTorch weights of the Inception of 2015-12-05 to Keras."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np

from kerasgan.engine.model_files import ModelFileError, clip, reported
from kerasgan.files import replace_file, sha256
from kerasgan.networks.inception_2015 import inception_2015

FILE = "pt_inception-2015-12-05-6726825d.pth"
URL = f"https://github.com/mseitzer/pytorch-fid/releases/download/fid_weights/{FILE}"
SHA256 = "6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2"
# In the order of Keras's variables; a convolution and the last layer have the first only.
PARTS = ("weight", "bias", "running_mean", "running_var")
UNUSED = "num_batches_tracked", "fc_bias"


def convert_inception_weights(source: str | os.PathLike, target: str | os.PathLike) -> Path:
    """Converts the published PyTorch weights to a file that needs no PyTorch.

    Args:
        source: The file `pt_inception-2015-12-05-6726825d.pth`; the SHA-256 of its bytes is
            checked.
        target: The file to write, `….weights.h5`, of 96 MB. It goes wherever
            `get_extractor("inception", weights=…)` is called.

    Returns:
        The path of the file that was written.

    Raises:
        ImportError: If PyTorch is not installed.
        FileNotFoundError: If there is no such source.
        ModelFileError: If the source is another file than the published one.
        ValueError: If the target does not end in `.weights.h5`.

    Example:

    ```python
    kerasgan.metrics.convert_inception_weights(
        "pt_inception-2015-12-05-6726825d.pth", "inception.weights.h5"
    )
    ```
    """
    target = Path(target)
    if not target.name.endswith(".weights.h5"):
        raise ValueError(f"`target` must end in '.weights.h5'. Received: target={str(target)!r}")
    state = read_pytorch(Path(source))
    network = inception_2015()
    fill(network, state)
    save(network, target)
    return target


def fill(network: keras.Model, state: Mapping[str, Any]) -> None:
    """Sets the network's weights from those of PyTorch.

    Args:
        network: What `inception_2015` returned.
        state: Arrays by PyTorch's names, such as `"Mixed_5b.branch1x1.conv.weight"`; convolutions
            are `(out, in, height, width)`.

    Raises:
        ModelFileError: If some are missing, of another shape or too many.
    """
    arrays = {name.replace(".", "_"): value for name, value in state.items()}
    for layer in network.layers:
        values = []
        for variable, part in zip(layer.weights, PARTS, strict=False):
            name = f"{layer.name}_{part}"
            values.append(_converted(name, arrays.pop(name, None), tuple(variable.shape)))
        layer.set_weights(values)
    unknown = sorted(name for name in arrays if not name.endswith(UNUSED))
    if unknown:
        raise ModelFileError(
            "The weights are of another network than the Inception of 2015-12-05, which has no "
            f"place for some. {where_from()} Received: {clip(unknown[:3])}"
        )


def _converted(name: str, value: Any, shape: tuple[int, ...]) -> np.ndarray:
    array = np.empty(0) if value is None else np.asarray(value)
    if array.ndim == 4:
        array = array.transpose(2, 3, 1, 0)
    elif array.ndim == 2:
        array = array.T
    if array.shape != shape or array.dtype.kind != "f":
        raise ModelFileError(
            "The weights are of another network than the Inception of 2015-12-05: "
            f"{name} must be floats of shape {shape} in the order of Keras. {where_from()} "
            f"Received: {'nothing' if value is None else f'{array.dtype} of {array.shape}'}"
        )
    return array


def read_pytorch(path: Path) -> dict[str, Any]:
    """The published file's arrays, after its bytes were checked."""
    if not path.is_file():
        raise FileNotFoundError(
            f"There is no file of weights. {where_from()} Received: {str(path)!r}"
        )
    require_pytorch()
    found = sha256(path)
    if found != SHA256:
        raise ModelFileError(
            "This is not the published file of weights, or not the whole of it, and its numbers "
            f"would compare with no other. {where_from()} Received: {str(path)!r} of SHA-256 "
            f"{found}"
        )
    import torch

    with reported("The file of weights cannot be read", path):
        state = torch.load(path, map_location="cpu", weights_only=True)
        return {name: value.numpy() for name, value in state.items()}


def save(network: keras.Model, path: Path) -> None:
    """Writes a file of weights that is there complete or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{os.getpid()}.{path.name}")
    try:
        network.save_weights(temporary)
        replace_file(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def where_from() -> str:
    """What a user without the file may do, for messages."""
    return (
        f"Get {URL} (96 MB) on a machine with a network, put it on this one and pass its path: "
        '`get_extractor("inception", weights="path/to/the/file.pth")`.'
    )


def require_pytorch() -> None:
    """Raises an ImportError before anything is downloaded in vain."""
    if importlib.util.find_spec("torch") is None:
        raise ImportError(
            "The published weights of the Inception network are a PyTorch file, so PyTorch is "
            "needed once, to read them: `pip install kerasgan[torch]`. Or convert them on another "
            "machine by `convert_inception_weights`, and pass that file as `weights`. "
            "Received: no module torch"
        )
