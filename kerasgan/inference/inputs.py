"""What goes into a generator: as its model declares it, or as the shapes of its network tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from kerasgan.samples.entry import Entry

LATENTS = "latents"
# Arguments of a call of a loaded generator and of its endpoints.
RESERVED = ("n", "seed", "batch_size", "self")
# Where nobody tells how many classes there are: any that an int32 holds.
ANY_CLASS = 2**31 - 1
# What the sides of images must be multiples of, for a translator that nobody declares.
SIZE_MULTIPLE = 4


def inputs_of(
    network: Any, declared: Sequence[Entry] | None = None, classes: int | None = None
) -> tuple[Entry, ...]:
    """An entry for each input of a network, in their order.

    Args:
        network: A Keras model, or a `SavedModelNetwork`.
        declared: The entries, where a model or a card declares them; they are checked. Defaults to
            `None`: they are told from the shapes.
        classes: Int, the number of classes, for labels that nobody declares. Defaults to `None`.

    Raises:
        ValueError: If the entries do not fit the network, or nothing tells what its inputs are.
    """
    if declared is None:
        return _told(network, classes)
    names = [entry.name for entry in declared]
    if len(set(names)) < len(names) or any(
        name in RESERVED or not name.isidentifier() for name in names
    ):
        raise ValueError(
            "The inputs of a generator are arguments by these names: give each one of its own, of "
            f"letters, digits and underscores, other than {RESERVED}. Received: {names}"
        )
    shapes = shapes_of(network, names)
    pairs = zip(declared, shapes or (), strict=False)
    if not _has_one_output(network) or shapes is None or len(shapes) != len(names):
        fit = False
    else:
        fit = all(_agree(entry.shape, shape) for entry, shape in pairs)
    if not fit:
        entries = ", ".join(f"{entry.name} {(None, *entry.shape)}" for entry in declared)
        raise ValueError(
            "`generator_inputs` declares an entry for each input of a network, in their order, and "
            f"the network has one output. Received: {entries} for {_described(network)}"
        )
    return tuple(declared)


def _told(network: Any, classes: int | None) -> tuple[Entry, ...]:
    """Latents, latents and labels, or an image: what could be meant by the shapes."""
    shape, drawn = getattr(network, "input_shape", None), getattr(network, "output_shape", None)
    labelled = takes_labels(network)
    first = shape[0] if shape and labelled else shape
    if isinstance(first, tuple) and isinstance(drawn, tuple):
        if len(first) == 2 and first[1] is not None and len(drawn) > 1:
            labels = Entry("labels", (), "labels", num_classes=classes or ANY_CLASS)
            latents = Entry(LATENTS, (int(first[1]),), "points")
            return (latents, labels) if labelled else (latents,)
        if len(first) == len(drawn) == 4:
            return (Entry("images", first[1:], "image"),)
    raise ValueError(
        "A generator takes latents (batch, latent_dim), and labels (batch,) if it knows classes, "
        "or images (batch, height, width, channels), and a translator's output is an image too. "
        "For others a model declares the inputs, by `generator_inputs(name)`. "
        f"Received: {_described(network)}"
    )


def takes_labels(network: Any) -> bool:
    """Whether a network makes samples by class: its inputs are latents and labels."""
    shape = getattr(network, "input_shape", None)
    return isinstance(shape, list) and len(shape) == 2 and len(shape[0]) == 2 and len(shape[1]) == 1


def latents_in(entries: Sequence[Entry]) -> Entry | None:
    """The latents, which may be drawn, if there are any."""
    found = (entry for entry in entries if entry.name == LATENTS and len(entry.shape) == 1)
    return next((entry for entry in found if entry.kind == "points" and entry.shape[0]), None)


def classes_in(entries: Sequence[Entry]) -> int | None:
    """The number of classes of samples that are made by class; `None` if it is not known."""
    found = [entry.num_classes for entry in entries if is_drawn_class(entry)]
    return found[0] if found and found[0] != ANY_CLASS else None


def is_drawn_class(entry: Entry) -> bool:
    """Whether an entry is the class that a sample is to be of."""
    return entry.name == entry.kind == "labels"


def kind_of(entries: Sequence[Entry], output_shape: Sequence[int | None]) -> str:
    """`"generator"`: from latents; `"translator"`: from images alone to images; or `"network"`."""
    if latents_in(entries) is not None:
        return "generator"
    alone = len(entries) == 1 and entries[0].kind == "image"
    return "translator" if alone and len(output_shape) == 4 else "network"


def dtype_of(entry: Entry) -> str:
    """What a network is fed of an entry."""
    return "float32" if entry.num_classes is None else "int32"


def structured(network: Any, names: Sequence[str], arrays: Sequence[Any]) -> Any:
    """What a Keras network takes, of an array for each of its inputs.

    Args:
        network: The network.
        names: The names of the inputs.
        arrays: The arrays, or tensors, in the same order.
    """
    structure = _structure(network)
    if isinstance(structure, Mapping):
        return dict(zip(names, arrays, strict=True))
    alone = len(arrays) == 1 and not isinstance(structure, list | tuple)
    return arrays[0] if alone else list(arrays)


def shapes_of(network: Any, names: Sequence[str]) -> list[Any] | None:
    """The shapes of the inputs, the batch included; `None` where a network does not tell."""
    structure = _structure(network)
    if isinstance(structure, Mapping):
        if set(names) != set(structure):
            return None
        return [tuple(structure[name].shape) for name in names]
    shape = getattr(network, "input_shape", None)
    if isinstance(shape, tuple) and not any(isinstance(part, tuple) for part in shape):
        return [shape]
    return list(shape) if isinstance(shape, list | tuple) else None


def _structure(network: Any) -> Any:
    """How a functional model takes its inputs: its `input_shape` is a list for dicts too."""
    return getattr(network, "_inputs_struct", None)


def _agree(declared: Sequence[int | None], shape: Any) -> bool:
    """Whether a shape of samples is that of batches, where both are known."""
    if not isinstance(shape, tuple) or len(shape) != len(declared) + 1:
        return False
    return all(None in (a, b) or a == b for a, b in zip(declared, shape[1:], strict=True))


def _has_one_output(network: Any) -> bool:
    shape = getattr(network, "output_shape", None)
    return isinstance(shape, tuple) and not (shape and isinstance(shape[0], tuple))


def _described(network: Any) -> str:
    shapes = [getattr(network, f"{end}_shape", None) for end in ("input", "output")]
    return (
        f"a network {network.name!r} with inputs of shape {shapes[0]} and outputs of shape "
        f"{shapes[1]}"
    )


def trial_of(entry: Entry, count: int, side: int) -> np.ndarray:
    """So many samples of an entry, at random but the same each time; free sizes are `side`."""
    rng = np.random.default_rng(0)
    shape = (count, *(side if size is None else size for size in entry.shape))
    if is_drawn_class(entry):
        return np.zeros(shape, "int32")
    if entry.num_classes is not None:
        return rng.integers(0, entry.num_classes, shape).astype("int32")
    drawn = rng.normal(size=shape) if entry.range is None else rng.uniform(*entry.range, shape)
    return drawn.astype("float32")
