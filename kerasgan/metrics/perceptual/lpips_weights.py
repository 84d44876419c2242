"""Where the weights of LPIPS come from."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any

import keras

from kerasgan.engine.model_files import ModelFileError, clip, inspect_weights, reported
from kerasgan.metrics.extractors.convert_inception_weights import save
from kerasgan.metrics.perceptual.convert_lpips_weights import (
    LINEAR,
    VGG16,
    from_published,
    require_pytorch,
    where_from,
)
from kerasgan.networks.lpips_vgg16 import lpips_vgg16

CONVERTED = "lpips-vgg16.weights.h5"


def load_lpips(weights: Any = None) -> keras.Model:
    """The network with its weights.

    Args:
        weights: A converted file, a pair of published ones, or `None` for the converted file in
            Keras's cache, which is downloaded and converted when it is not there.
    """
    if weights is None:
        return _load_cached()
    if isinstance(weights, list | tuple) and len(weights) == 2:
        return from_published(*map(Path, weights))
    if not isinstance(weights, str | os.PathLike) or not str(weights).endswith(".weights.h5"):
        raise ValueError(
            "`weights` must be a file that `convert_lpips_weights` wrote, ending in "
            "'.weights.h5', or the pair of published files, `(vgg16, linear)`. "
            f"Received: weights={weights!r}"
        )
    return _load_converted(Path(weights))


def _load_converted(path: Path) -> keras.Model:
    if not path.is_file():
        raise FileNotFoundError(
            f"There is no file of weights. {where_from()} Received: weights={str(path)!r}"
        )
    network = lpips_vgg16()
    with path.open("rb") as file:
        stored = inspect_weights(file, path.stat().st_size, path)
    shapes = [tuple(variable.shape) for variable in network.weights]
    needed = Counter(shape for shape in shapes if len(shape) > 1)
    if stored.count != len(shapes) or stored.shapes != needed:
        raise ModelFileError(
            "The file holds weights of another network than LPIPS on VGG16. Convert the published "
            f"ones by `convert_lpips_weights`. Received: {stored.count} arrays instead of "
            f"{len(shapes)} in {str(path)!r}"
        )
    with reported("The weights cannot be loaded into the network", path):
        network.load_weights(path)
    return network


def _load_cached() -> keras.Model:
    cache = Path(os.environ.get("KERAS_HOME", "~/.keras")).expanduser() / "kerasgan"
    converted = cache / CONVERTED
    if converted.is_file():
        return _load_converted(converted)
    require_pytorch()
    network = from_published(*(_download(cache, *source) for source in (VGG16, LINEAR)))
    save(network, converted)
    return network


def _download(cache: Path, url: str, digest: str) -> Path:
    try:
        name = url.rsplit("/", 1)[-1]
        return Path(
            keras.utils.get_file(
                name, url, file_hash=digest, cache_dir=str(cache.parent), cache_subdir=cache.name
            )
        )
    except Exception as error:  # Keras raises it bare when there is no network.
        raise ConnectionError(
            f"The weights of LPIPS could not be downloaded. {where_from()} Or take the features of "
            'an extractor that needs no download, such as "digits" or a Keras model. '
            f"Received: {clip(error)}"
        ) from error
