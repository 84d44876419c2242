"""Augmentation by Keras layers, with random numbers that do not depend on what was drawn before."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import keras

# A Keras layer, or any callable from a batch of images to a batch of images.
Augment = Callable[..., Any]
# To be held while a layer restarts its random streams and draws from them.
ONE_AT_A_TIME = threading.Lock()


def one_per_source(augment: Any, count: int) -> tuple[Augment | None, ...]:
    """Returns what augments each of the sources.

    Raises:
        ValueError: If it is neither one for all of them nor one for each.
    """
    augments = tuple(augment) if isinstance(augment, (tuple, list)) else (augment,) * count
    if len(augments) != count or not all(item is None or callable(item) for item in augments):
        raise ValueError(
            "`augment` must be a Keras layer, a callable, None, or a tuple with one of these for "
            f"each of the {count} domains. Received: augment={augment!r}"
        )
    return augments


def random_streams(augment: Augment | None) -> list[Any]:
    """The random streams of a layer and of those in it, always in the same order.

    They are the states of Keras's seed generators and, in layers of keras-cv, `tf.random.Generator`
    objects. A callable that is no layer has none that could be found.
    """
    if not isinstance(augment, keras.layers.Layer):
        return []
    # `variables` is `weights` and, beyond them, the states of the seed generators.
    weights = {id(variable) for variable in augment.weights}
    states = [variable for variable in augment.variables if id(variable) not in weights]
    return [*states, *(item for item in vars(augment).values() if hasattr(item, "reset_from_seed"))]


def apply(augment: Augment | None, images: Any, seeds: Any = None) -> Any:
    """Augments a batch.

    Args:
        augment: A layer, which is called with `training=True`, a callable, or `None`.
        images: Tensor `(batch, height, width, channels)`.
        seeds: A seed from 0 to 2³¹ - 1 for each of the layer's streams, which then begin anew; an
            array or tensor of integers. `None` lets them go on. Defaults to `None`.
    """
    if augment is None:
        return images
    if not isinstance(augment, keras.layers.Layer):
        return augment(images)
    if seeds is not None:
        _restart(random_streams(augment), seeds)
    return augment(images, training=True)


def _restart(streams: Sequence[Any], seeds: Any) -> None:
    for index, stream in enumerate(streams):
        if hasattr(stream, "reset_from_seed"):
            stream.reset_from_seed(seeds[index])
        else:  # A seed, and how many draws were made from it.
            seed = keras.ops.cast(seeds[index], stream.dtype)
            stream.assign(keras.ops.stack([seed, keras.ops.zeros_like(seed)]))
