"""Where the weights of the Inception of 2015-12-05 come from."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import keras

from kerasgan.engine.model_files import ModelFileError, clip, inspect_weights, reported
from kerasgan.metrics.extractors.convert_inception_weights import (
    FILE,
    SHA256,
    URL,
    fill,
    read_pytorch,
    require_pytorch,
    save,
    where_from,
)
from kerasgan.networks.inception_2015 import inception_2015

CONVERTED = "inception-2015-12-05.weights.h5"


def load_inception(weights: str | os.PathLike | None = None) -> keras.Model:
    """The network with its weights.

    Args:
        weights: A file in the published or the converted form, or `None` for the converted file
            in Keras's cache, which is downloaded and converted when it is not there.
    """
    if weights is None:
        return _load_cached()
    path = Path(weights)
    if not path.is_file():
        raise FileNotFoundError(
            f"There is no file of weights. {where_from()} Received: weights={str(path)!r}"
        )
    if path.name.endswith(".weights.h5"):
        return _load_converted(path)
    if path.suffix not in (".pth", ".pt"):
        raise ValueError(
            "`weights` must be the published file, ending in '.pth', or one that "
            "`convert_inception_weights` wrote, ending in '.weights.h5'. "
            f"Received: weights={str(path)!r}"
        )
    state = read_pytorch(path)
    network = inception_2015()
    fill(network, state)
    return network


def _load_converted(path: Path) -> keras.Model:
    network = inception_2015()
    with path.open("rb") as file:
        stored = inspect_weights(file, path.stat().st_size, path)
    shapes = [tuple(variable.shape) for variable in network.weights]
    needed = Counter(shape for shape in shapes if len(shape) > 1)
    if stored.count != len(shapes) or stored.shapes != needed:
        raise ModelFileError(
            "The file holds weights of another network than the Inception of 2015-12-05. Convert "
            f"the published ones by `convert_inception_weights`. Received: {stored.count} arrays "
            f"instead of {len(shapes)} in {str(path)!r}"
        )
    with reported("The weights cannot be loaded into the network", path):
        network.load_weights(path)
    return network


def _load_cached() -> keras.Model:
    converted = _cache() / CONVERTED
    if converted.is_file():
        return _load_converted(converted)
    require_pytorch()
    state = read_pytorch(_download())
    network = inception_2015()
    fill(network, state)
    save(network, converted)
    return network


def _download() -> Path:
    cache = _cache()
    try:
        return Path(
            keras.utils.get_file(
                FILE, URL, file_hash=SHA256, cache_dir=str(cache.parent), cache_subdir=cache.name
            )
        )
    except Exception as error:  # Keras raises it bare when there is no network.
        raise ConnectionError(
            f"The weights of the Inception network could not be downloaded. {where_from()} Or "
            'choose an extractor that needs no download, such as "digits" or a Keras model. '
            f"Received: {clip(error)}"
        ) from error


def _cache() -> Path:
    return Path(os.environ.get("KERAS_HOME", "~/.keras")).expanduser() / "kerasgan"
