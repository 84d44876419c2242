"""Where the weights of the Inception of 2015-12-05 come from."""

from __future__ import annotations

import os

import keras

from kerasgan.features.extractors.convert_inception_weights import (
    SHA256,
    URL,
    WEIGHTS,
    from_published,
)
from kerasgan.features.inception_2015 import inception_2015
from kerasgan.features.published_weights import save
from kerasgan.files import user_path


def load_inception(weights: str | os.PathLike | None = None) -> keras.Model:
    """The network with its weights.

    Args:
        weights: A file in the published or the converted form, or `None` for the converted file
            in Keras's cache, which is downloaded and converted when it is not there.
    """
    if weights is None:
        return _load_cached()
    path = user_path(weights)
    WEIGHTS.require_file(path)
    if path.name.endswith(".weights.h5"):
        return WEIGHTS.load_converted(inception_2015(), path)
    if path.suffix not in (".pth", ".pt"):
        raise ValueError(
            "`weights` must be the published file, ending in '.pth', or one that "
            "`convert_inception_weights` wrote, ending in '.weights.h5'. "
            f"Received: weights={str(path)!r}"
        )
    return from_published(path)


def _load_cached() -> keras.Model:
    converted = WEIGHTS.cached()
    if converted.is_file():
        return WEIGHTS.load_converted(inception_2015(), converted)
    WEIGHTS.require_pytorch()
    network = from_published(WEIGHTS.download(URL, SHA256))
    save(network, converted)
    return network
