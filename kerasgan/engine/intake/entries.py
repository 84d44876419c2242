"""What of the data a game reads, each part beside the entry that says what it must be."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from kerasgan.samples.batch_shapes import static_shape
from kerasgan.samples.entry import Entry
from kerasgan.samples.signature import by_rank, check_signature, entries_of, parts_of
from kerasgan.types import Tensor

# What a game without a signature is watched for: samples that look like images, or videos.
UNDECLARED = [
    Entry("images", (None, None, None), "image"),
    Entry("videos", (None, None, None, None), "video"),
    Entry("samples", (None,), "points"),
]


def is_declared(model: Any) -> bool:
    """Whether a game's `signature` tells what it is fed.

    It does not where a class beneath has an `unpack` of its own, which may take anything.
    """
    for cls in type(model).__mro__:
        if "signature" in vars(cls):
            return model.signature is not None
        if "unpack" in vars(cls):
            return False
    return False


def entries_in(model: Any, data: Any) -> list[tuple[Entry, Any]]:
    """The entries of a game, each with what belongs to it.

    Without a signature the kind of each array goes by its rank, and the second one holds labels
    where the game has a `num_classes`.

    Args:
        model: An `AdversarialModel`.
        data: What Keras hands to a step, or structures like it of what has shapes and types.

    Raises:
        ValueError: If the data are not what the game declares.
    """
    if is_declared(model):
        return parts_of(type(model).__name__, model.signature, data, model.feeding)
    shapes = [(static_shape(leaf), leaf) for leaf in keras.tree.flatten(data)]
    found = [(by_rank("samples", shape[1:]), leaf) for shape, leaf in shapes if shape]
    labels = _labels(model)
    return found if labels is None else [*found, (labels, data[1])]


def watched_entries(model: Any) -> list[Entry]:
    """What the values of training batches are held against.

    Raises:
        ValueError: If the game's signature declares nothing that could be fed.
    """
    if is_declared(model):
        check_signature(type(model).__name__, model.signature)
        return entries_of(model.signature)
    labels = _labels(model)
    return UNDECLARED if labels is None else [*UNDECLARED, labels]


def watched_parts(model: Any, data: Any, batch: Any) -> list[tuple[Entry, list[Tensor]]]:
    """Each of `watched_entries` with the tensors of a training batch that it speaks of.

    Args:
        model: An `AdversarialModel`.
        data: What Keras handed to the step.
        batch: What the game's `unpack` returned.
    """
    if is_declared(model):
        return [(entry, [part]) for entry, part in entries_in(model, data)]
    tensors = [tensor for tensor in keras.tree.flatten(batch) if ops.is_tensor(tensor)]
    real = [tensor for tensor in tensors if keras.backend.is_float_dtype(tensor.dtype)]
    images, videos = ([tensor for tensor in real if len(tensor.shape) == rank] for rank in (4, 5))
    others = [tensor for tensor in real if len(tensor.shape) not in (4, 5)]
    labels = [] if _labels(model) is None else [[batch[1]]]
    return list(zip(watched_entries(model), [images, videos, others, *labels], strict=True))


def _labels(model: Any) -> Entry | None:
    classes = getattr(model, "num_classes", None)
    return None if classes is None else Entry("labels", (), "labels", num_classes=classes)
