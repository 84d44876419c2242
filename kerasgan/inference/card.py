"""The card of a saved generator: what it is, what goes in, what comes out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import keras

from kerasgan.inference.inputs import (
    SIZE_MULTIPLE,
    classes_in,
    inputs_of,
    kind_of,
    latents_in,
)
from kerasgan.model_files import ModelFileError, check_versions, clip, read_json
from kerasgan.samples.entry import Entry
from kerasgan.samples.latent_distributions import parts_of
from kerasgan.samples.shapes import is_positive_int
from kerasgan.version import __version__

CARD = "card.json"
LARGEST = 2**20  # Bytes; ours have 2,600.
LARGEST_MULTIPLE = 1024  # Pixels; images are padded to it.


def build_card(
    gan: keras.Model,
    name: str,
    data: str = "",
    figures: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Describes one generator of a model, in plain JSON.

    Args:
        gan: A kerasgan model.
        name: String, name of the generator, a key of `gan.generators`.
        data: String, what it was trained on. Defaults to `""`.
        figures: Dict of what was measured, such as `{"fid": 12.3}`. Defaults to `None`.
    """
    inputs = gan.generator_inputs(name)
    card = network_card(gan.inference_network(name), gan, inputs)
    card.update(
        name=name,
        model=type(gan).__name__,
        recipe=_plain(gan.get_compile_config() if gan.compiled else None),
        data=data,
        figures=_plain(figures or {}),
    )
    return card


def network_card(
    network: Any,
    gan: keras.Model | None = None,
    inputs: Sequence[Entry] | None = None,
    classes: int | None = None,
) -> dict[str, Any]:
    """Describes a generator network by its inputs and outputs, and its model if there is one.

    Args:
        network: The network.
        gan: The model that it is of. Defaults to `None`.
        inputs: What its inputs are, where it is declared. Defaults to `None`: see `inputs_of`.
        classes: Int, the number of classes, where nothing is declared. Defaults to `None`.
    """
    classes = getattr(gan, "num_classes", None) or classes
    entries = inputs_of(network, inputs, classes)
    latents, kind = latents_in(entries), kind_of(entries, network.output_shape)
    multiple = SIZE_MULTIPLE if inputs is None and kind == "translator" else 1
    return {
        "name": network.name,
        "kind": kind,
        "model": None,
        "kerasgan_version": __version__,
        "keras_version": keras.__version__,
        "inputs": [entry.to_config() for entry in entries],
        "size_multiple": multiple if inputs is None else getattr(gan, "size_multiple", 1),
        "data_shape": list(network.output_shape[1:]),
        "latent_dim": None if latents is None else latents.shape[0],
        "latent_distribution": (
            None if latents is None else _plain(getattr(gan, "latent_distribution", "normal"))
        ),
        "output_range": [-1.0, 1.0] if len(network.output_shape) > 2 else None,
        "parameters": int(network.count_params()),
        "classes": classes_in(entries),
        "recipe": None,
        "data": "",
        "figures": {},
    }


def stored_card(directory: Path) -> dict[str, Any]:
    """The card beside a saved network as it stands there; empty where there is none.

    Raises:
        ValueError: If it is damaged, or of a newer version.
    """
    path = directory / CARD
    if not path.is_file():
        return {}
    card = read_json(path, "The card", LARGEST)
    check_versions(card, path)
    return card


def inputs_in(card: Mapping[str, Any], directory: Path) -> tuple[Entry, ...] | None:
    """What a stored card declares; `None` for cards of before 0.2, and without any.

    Raises:
        ValueError: If it declares no entries.
    """
    if card.get("inputs") is None:
        return None
    try:
        entries = tuple(Entry.from_config(config) for config in card["inputs"])
    except (TypeError, ValueError) as error:
        raise _does_not_fit("inputs", "a list of entries", card, directory) from error
    if not entries:
        raise _does_not_fit("inputs", "a list of entries", card, directory)
    return entries


def checked_card(card: Mapping[str, Any], network: Any, directory: Path) -> dict[str, Any]:
    """A stored card, checked against the network beside it; without one, what the network tells.

    Raises:
        ValueError: If the card contradicts the network.
    """
    declared, classes = inputs_in(card, directory), card.get("classes")
    known = int(classes) if classes is not None and is_positive_int(classes) else None
    try:
        told = network_card(network, None, declared, known)
    except ValueError as error:
        if declared is None:
            raise
        expected = f"entries for inputs of shape {network.input_shape}"
        raise _does_not_fit("inputs", expected, card, directory) from error
    card = {**told, **card}
    multiple = card["size_multiple"]
    wrong = {
        "name": not isinstance(card["name"], str),
        "kind": card["kind"] != told["kind"],
        "latent_dim": card["latent_dim"] != told["latent_dim"],
        "latent_distribution": not _can_be_drawn(card["latent_distribution"], told["latent_dim"]),
        "classes": card["classes"] != told["classes"],
        "data_shape": not _agree(card["data_shape"], told["data_shape"]),
        "size_multiple": not is_positive_int(multiple) or multiple > LARGEST_MULTIPLE,
    }
    for key in (key for key in wrong if wrong[key]):
        raise _does_not_fit(key, _expected(key, told), card, directory)
    return card


def _does_not_fit(
    key: str, expected: str, card: Mapping[str, Any], directory: Path
) -> ModelFileError:
    return ModelFileError(
        "The card does not fit the network beside it. Take the card that was saved with it, or "
        f"remove it. Expected {key}={expected}. "
        f"Received: {key}={clip(repr(card[key]))} in {str(directory / CARD)!r}"
    )


def _agree(shape: Any, other: list) -> bool:
    """Whether two shapes are equal where both are known."""
    if not isinstance(shape, list) or len(shape) != len(other):
        return False
    return all(
        a is None or (type(a) is int and a > 0 and b in (None, a))
        for a, b in zip(shape, other, strict=True)
    )


def _can_be_drawn(distribution: Any, latent_dim: int | None) -> bool:
    if latent_dim is None:
        return distribution is None
    try:
        return bool(parts_of(distribution, latent_dim))
    except ValueError:
        return False


def _expected(key: str, told: dict[str, Any]) -> str:
    if key == "latent_distribution" and told["latent_dim"]:
        return f"'normal', 'uniform' or parts of {told['latent_dim']} together"
    words = {
        "name": "a string",
        "classes": "the number of classes, or None",
        "size_multiple": f"an int from 1 to {LARGEST_MULTIPLE}",
    }
    return words.get(key, repr(told.get(key)))


def write_card(directory: Path, card: dict[str, Any]) -> None:
    """Writes a card beside a saved model."""
    (directory / CARD).write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")


def _plain(value: Any) -> Any:
    """The same in plain JSON, whatever NumPy numbers or paths it holds."""
    return json.loads(json.dumps(value, default=lambda item: getattr(item, "item", item.__str__)()))
