"""What may be fed to a game: entries in a structure, and what is read by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import keras
from keras import ops

from kerasgan.samples.batch_shapes import fits, static_shape, unpack_pair
from kerasgan.samples.entry import CLASSES, Entry
from kerasgan.samples.misfit_report import ELSEWHERE, MisfitReport
from kerasgan.types import Tensor

# The kinds of samples of so many axes, where nobody declares any.
KIND_OF_RANK = {3: "image", 4: "video"}


def by_rank(name: str, shape: tuple[int | None, ...]) -> Entry:
    """An entry of samples of which only the shape is known: images, videos, or any numbers."""
    return Entry(name, shape, KIND_OF_RANK.get(len(shape), "points"))


def entries_of(signature: Any) -> list[Entry]:
    """The entries of a signature, in the order in which they are declared."""
    return list(_walk(signature))


def _walk(signature: Any) -> Iterator[Any]:
    if isinstance(signature, Mapping | tuple):
        parts = signature.values() if isinstance(signature, Mapping) else signature
        for part in parts:
            yield from _walk(part)
    else:
        yield signature


def check_signature(owner: str, signature: Any) -> None:
    """Refuses what declares nothing that could be fed.

    Args:
        owner: String, the model's name.
        signature: An `Entry`; a pair `(x, y)`; a dict by the entries' names; or, within these,
            tuples and dicts again.

    Raises:
        ValueError: If it is anything else, or two entries have one name.
    """
    entries = entries_of(signature)
    wrong = [entry for entry in entries if not isinstance(entry, Entry)]
    if wrong or not entries or not _holds_together(signature, outermost=True):
        raise ValueError(
            f"`{owner}.signature` must be a `kerasgan.Entry`, a pair of them for `fit(x, y)`, or a "
            "dict of more, each under its name; tuples of two or more and dicts may stand within. "
            f"Received: {signature!r}"
        )
    names = [entry.name for entry in entries]
    if len(set(names)) < len(names):
        raise ValueError(
            f"The entries of `{owner}.signature` must have names of their own, which errors go by. "
            f"Received: {names}"
        )


def _holds_together(signature: Any, outermost: bool = False) -> bool:
    if isinstance(signature, Entry):
        return True
    if isinstance(signature, Mapping):
        named = all(key == part.name for key, part in signature.items() if isinstance(part, Entry))
        return bool(signature) and named and all(map(_holds_together, signature.values()))
    enough = len(signature) == 2 if outermost else len(signature) > 1
    return enough and all(map(_holds_together, signature))


def parts_of(owner: str, signature: Any, data: Any, advice: str = "") -> list[tuple[Entry, Any]]:
    """Each entry of a signature, and what belongs to it of what Keras hands to a step.

    Args:
        owner: String, the model's name.
        signature: Of a pair the entries are `x` and `y`, of every other structure `x`. Beside a
            single entry a `y` is not used.
        data: Tensors, or anything else that has their shapes and types.
        advice: String, a sentence for the errors. Defaults to `""`.

    Raises:
        ValueError: If the structure, a shape, or the type of classes is another.
    """
    x, y = unpack_pair(data)
    is_pair = isinstance(signature, tuple)
    fed = (x, y) if is_pair else x
    parts = list(_side_by_side(signature, fed))
    report = MisfitReport(owner, signature, x, y, parts, advice)
    if any(part is ELSEWHERE for _, part in parts) or (
        y is not None and isinstance(signature, Mapping)
    ):
        raise ValueError(report.of_structure())
    for entry, part in parts:
        if not _fits(entry, part):
            raise ValueError(report.of_shape(entry, part))
    for entry, part in parts:
        if entry.kind in CLASSES and "int" not in keras.backend.standardize_dtype(part.dtype):
            raise ValueError(report.of_dtype(entry, part))
    return parts


def _side_by_side(signature: Any, data: Any) -> Iterator[tuple[Entry, Any]]:
    """The entries with their parts; all are elsewhere where the data are of another structure."""
    if isinstance(signature, Entry):
        yield signature, data
    elif isinstance(signature, Mapping):
        same = isinstance(data, Mapping) and set(data) == set(signature)
        for key, part in signature.items():
            yield from _side_by_side(part, data[key] if same else ELSEWHERE)
    else:
        same = isinstance(data, list | tuple) and len(data) == len(signature)
        for index, part in enumerate(signature):
            yield from _side_by_side(part, data[index] if same else ELSEWHERE)


def _fits(entry: Entry, part: Any) -> bool:
    column = entry.kind == "labels" and fits(part, (1,))
    return column or fits(part, entry.shape)


def unpacked(owner: str, signature: Any, data: Any, advice: str = "") -> Any:
    """What the players' losses read of a batch: a structure of tensors like the signature.

    Numbers become float32. Classes become int32; what lies outside of them is put at their ends,
    so that no backend fails on it before training has told of it.

    Args:
        owner, signature, data, advice: See `parts_of`.
    """
    if signature is None:
        raise NotImplementedError(
            f"A game says what it is fed: define `signature`, such as `kerasgan.Entry('samples', "
            f"(2,), 'points')`, or `unpack(data)`. Received: {owner} with neither"
        )
    parts = parts_of(owner, signature, data, advice)
    return _packed(signature, iter([as_kind(entry, part) for entry, part in parts]))


def as_kind(entry: Entry, part: Any) -> Tensor:
    """A part of a batch as its entry says: float32, or classes as int32."""
    if entry.num_classes is None:
        return ops.cast(part, "float32")
    classes = ops.cast(part, "int32")
    if entry.kind == "labels" and len(static_shape(classes) or ()) == 2:
        classes = ops.reshape(classes, (-1,))
    return ops.clip(classes, 0, entry.num_classes - 1)


def _packed(signature: Any, tensors: Iterator[Tensor]) -> Any:
    if isinstance(signature, Entry):
        return next(tensors)
    if isinstance(signature, Mapping):
        return {key: _packed(part, tensors) for key, part in signature.items()}
    return tuple(_packed(part, tensors) for part in signature)
