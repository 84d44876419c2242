"""Where the weights of LPIPS come from."""

from __future__ import annotations

import os
from typing import Any

import keras

from kerasgan.features.lpips_vgg16 import lpips_vgg16
from kerasgan.features.perceptual.convert_lpips_weights import (
    LINEAR,
    VGG16,
    WEIGHTS,
    from_published,
)
from kerasgan.features.published_weights import save
from kerasgan.files import user_path


def load_lpips(weights: Any = None) -> keras.Model:
    """The network with its weights.

    Args:
        weights: A converted file, a pair of published ones, or `None` for the converted file in
            Keras's cache, which is downloaded and converted when it is not there.
    """
    if weights is None:
        return _load_cached()
    if isinstance(weights, list | tuple) and len(weights) == 2:
        return from_published(*map(user_path, weights))
    if not isinstance(weights, str | os.PathLike) or not str(weights).endswith(".weights.h5"):
        raise ValueError(
            "`weights` must be a file that `convert_lpips_weights` wrote, ending in "
            "'.weights.h5', or the pair of published files, `(vgg16, linear)`. "
            f"Received: weights={weights!r}"
        )
    return WEIGHTS.load_converted(lpips_vgg16(), user_path(weights))


def _load_cached() -> keras.Model:
    converted = WEIGHTS.cached()
    if converted.is_file():
        return WEIGHTS.load_converted(lpips_vgg16(), converted)
    WEIGHTS.require_pytorch()
    network = from_published(*(WEIGHTS.download(*source) for source in (VGG16, LINEAR)))
    save(network, converted)
    return network
