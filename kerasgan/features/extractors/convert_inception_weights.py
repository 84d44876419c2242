"""From the published PyTorch weights of the Inception of 2015-12-05 to Keras."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np

from kerasgan.features.inception_2015 import inception_2015
from kerasgan.features.published_weights import PublishedWeights, checked_target, save
from kerasgan.files import user_path
from kerasgan.model_files import clip

URL = (
    "https://github.com/mseitzer/pytorch-fid/releases/download/fid_weights/"
    "pt_inception-2015-12-05-6726825d.pth"
)
SHA256 = "6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2"
WEIGHTS = PublishedWeights(
    network="the Inception of 2015-12-05",
    converted="inception-2015-12-05.weights.h5",
    converter="convert_inception_weights",
    where_from=f"Get {URL} (96 MB) on a machine with a network, put it on this one and pass its "
    'path: `get_extractor("inception", weights="path/to/the/file.pth")`.',
    instead='Or choose an extractor that needs no download, such as "digits" or a Keras model.',
)
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
    target = checked_target(target)
    save(from_published(user_path(source)), target)
    return target


def from_published(path: Path) -> keras.Model:
    """The network with the weights of the published file."""
    state = WEIGHTS.read(path, URL, SHA256)
    network = inception_2015()
    fill(network, state)
    return network


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
        raise WEIGHTS.unlike(", which has no place for some", clip(unknown[:3]))


def _converted(name: str, value: Any, shape: tuple[int, ...]) -> np.ndarray:
    array = np.empty(0) if value is None else np.asarray(value)
    if array.ndim == 4:
        array = array.transpose(2, 3, 1, 0)
    elif array.ndim == 2:
        array = array.T
    if array.shape != shape or array.dtype.kind != "f":
        raise WEIGHTS.unlike(
            f": {name} must be floats of shape {shape} in the order of Keras",
            "nothing" if value is None else f"{array.dtype} of {array.shape}",
        )
    return array
