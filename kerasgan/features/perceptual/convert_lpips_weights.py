"""From the published PyTorch weights of LPIPS to Keras."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np

from kerasgan.features.lpips_vgg16 import lpips_vgg16
from kerasgan.features.published_weights import PublishedWeights, checked_target, save
from kerasgan.files import user_path
from kerasgan.model_files import clip

# URL and SHA-256 of what torchvision and LPIPS 0.1 publish.
VGG16 = (
    "https://download.pytorch.org/models/vgg16-397923af.pth",
    "397923af8e79cdbb6a7127f12361acd7a2f83e06b05044ddf496e83de57a5bf0",
)
LINEAR = (
    "https://github.com/toshas/torch-fidelity/releases/download/v0.2.0/weights-vgg16-lpips.pth",
    "a78928a0af1e5f0fcb1f3b9e8f8c3a2a5a3de244d830ad5c1feddc79b8432868",
)
WEIGHTS = PublishedWeights(
    network="LPIPS on VGG16",
    converted="lpips-vgg16.weights.h5",
    converter="convert_lpips_weights",
    where_from=f"Get {VGG16[0]} (528 MB) and {LINEAR[0]} (7 kB) on a machine with a network, put "
    'them on this one and pass both paths: `get_perceptual_distance("lpips", weights=(vgg16, '
    "linear))`.",
    instead="Or take the features of an extractor that needs no download, such as "
    '"digits" or a Keras model.',
)
UNUSED = "classifier_"  # Of VGG16, the dense layers.


def convert_lpips_weights(
    vgg16: str | os.PathLike, linear: str | os.PathLike, target: str | os.PathLike
) -> Path:
    """Converts the published PyTorch weights of LPIPS to a file that needs no PyTorch.

    Args:
        vgg16: The file `vgg16-397923af.pth` of torchvision; the SHA-256 of its bytes is checked.
        linear: The file `weights-vgg16-lpips.pth` of torch-fidelity, which is `vgg.pth` of LPIPS
            0.1, likewise.
        target: The file to write, `….weights.h5`, of 59 MB. It goes wherever
            `get_perceptual_distance("lpips", weights=…)` is called.

    Returns:
        The path of the file that was written.

    Raises:
        ImportError: If PyTorch is not installed.
        FileNotFoundError: If there is no such source.
        ModelFileError: If a source is another file than the published one.
        ValueError: If the target does not end in `.weights.h5`.

    Example:

    ```python
    kerasgan.metrics.convert_lpips_weights(
        "vgg16-397923af.pth", "weights-vgg16-lpips.pth", "lpips.weights.h5"
    )
    ```
    """
    target = checked_target(target)
    save(from_published(user_path(vgg16), user_path(linear)), target)
    return target


def from_published(vgg16: Path, linear: Path) -> keras.Model:
    """The network with the weights of both published files."""
    state: dict[str, np.ndarray] = {}
    for path, (url, digest) in ((vgg16, VGG16), (linear, LINEAR)):
        state.update(WEIGHTS.read(path, url, digest))
    network = lpips_vgg16()
    fill(network, state)
    return network


def fill(network: keras.Model, state: Mapping[str, Any]) -> None:
    """Sets the network's weights from those of PyTorch.

    Args:
        network: What `lpips_vgg16` returned.
        state: Arrays by PyTorch's names, such as `"features.0.weight"` and
            `"lin0.model.1.weight"`; convolutions are `(out, in, height, width)`.

    Raises:
        ModelFileError: If some are missing, of another shape or too many.
    """
    arrays = {name.replace(".", "_"): np.asarray(value) for name, value in state.items()}
    for layer in [*network.get_layer("features").layers, *network.layers]:
        if not isinstance(layer, keras.layers.Conv2D):
            continue
        names = [f"{layer.name}_weight", f"{layer.name}_bias"][: len(layer.weights)]
        values = [arrays.pop(name, np.empty(0)) for name in names]
        values = [value.transpose(2, 3, 1, 0) if value.ndim == 4 else value for value in values]
        for name, value, variable in zip(names, values, layer.weights, strict=True):
            if value.shape != tuple(variable.shape) or value.dtype.kind != "f":
                raise WEIGHTS.unlike(
                    f": {name} must be floats of shape {tuple(variable.shape)} in the order of "
                    "Keras",
                    f"{value.dtype} of {value.shape}",
                )
        layer.set_weights(values)
    unknown = sorted(name for name in arrays if not name.startswith(UNUSED))
    if unknown:
        raise WEIGHTS.unlike(", which has no place for some", clip(unknown[:3]))
