"""The card of a saved generator: what it is, what goes in, what comes out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keras

from kerasgan.model_files import ModelFileError, check_versions, clip, read_json
from kerasgan.samples.latent_distributions import parts_of
from kerasgan.samples.shapes import is_positive_int
from kerasgan.version import __version__

CARD = "card.json"
LARGEST = 2**20  # Bytes; ours have 2,600.


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
    card = network_card(gan.inference_network(name), gan)
    card.update(
        name=name,
        model=type(gan).__name__,
        recipe=_plain(gan.get_compile_config() if gan.compiled else None),
        data=data,
        figures=_plain(figures or {}),
    )
    return card


def network_card(network: keras.Model, gan: keras.Model | None = None) -> dict[str, Any]:
    """Describes a generator network by its inputs and outputs, and its model if there is one."""
    latent_dim = latent_dim_of(network)
    return {
        "name": network.name,
        "kind": "translator" if latent_dim is None else "generator",
        "model": None,
        "kerasgan_version": __version__,
        "keras_version": keras.__version__,
        "data_shape": list(network.output_shape[1:]),
        "latent_dim": latent_dim,
        "latent_distribution": (
            None if latent_dim is None else _plain(getattr(gan, "latent_distribution", "normal"))
        ),
        "output_range": [-1.0, 1.0] if len(network.output_shape) > 2 else None,
        "parameters": int(network.count_params()),
        "classes": getattr(gan, "num_classes", None),
        "recipe": None,
        "data": "",
        "figures": {},
    }


def latent_dim_of(network: keras.Model) -> int | None:
    """The latent dimension of a generator; `None` for a translator, whose input is an image."""
    # A network that is no graph of layers has none.
    shape, output_shape = (getattr(network, f"{end}_shape", None) for end in ("input", "output"))
    first = shape[0] if shape and takes_labels(network) else shape
    if isinstance(first, tuple) and isinstance(output_shape, tuple):
        if len(first) == 2 and first[1] is not None and len(output_shape) > 1:
            return int(first[1])
        if len(first) == len(output_shape) == 4:
            return None
    raise ValueError(
        "A generator takes latents (batch, latent_dim), and labels (batch,) if it knows classes, "
        "or images (batch, height, width, channels), and a translator's output is an image too. "
        f"Received: a network {network.name!r} with inputs of shape {shape} and outputs of shape "
        f"{output_shape}"
    )


def takes_labels(network: Any) -> bool:
    """Whether a network makes samples by class: its inputs are latents and labels."""
    shape = getattr(network, "input_shape", None)
    return isinstance(shape, list) and len(shape) == 2 and len(shape[0]) == 2 and len(shape[1]) == 1


def read_card(directory: Path, network: keras.Model) -> dict[str, Any]:
    """The card beside a saved network, checked against it; without one, what the network tells.

    Raises:
        ValueError: If the card is damaged, contradicts the network, or is of a newer version.
    """
    told, path = network_card(network), directory / CARD
    if not path.is_file():
        return told
    card = read_json(path, "The card", LARGEST)
    check_versions(card, path)
    card = {**told, **card}
    classes = card["classes"]
    wrong = {
        "name": not isinstance(card["name"], str),
        "kind": card["kind"] != told["kind"],
        "latent_dim": card["latent_dim"] != told["latent_dim"],
        "latent_distribution": not _can_be_drawn(card["latent_distribution"], told["latent_dim"]),
        "classes": classes is not None and not (takes_labels(network) and is_positive_int(classes)),
        "data_shape": not _agree(card["data_shape"], told["data_shape"]),
    }
    for key in (key for key in wrong if wrong[key]):
        raise ModelFileError(
            "The card does not fit the network beside it. Take the card that was saved with it, or "
            f"remove it. Expected {key}={_expected(key, told)}. "
            f"Received: {key}={clip(repr(card[key]))} in {str(path)!r}"
        )
    return card


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
    return {"name": "a string", "classes": "the number of classes, or None"}.get(
        key, repr(told.get(key))
    )


def write_card(directory: Path, card: dict[str, Any]) -> None:
    """Writes a card beside a saved model."""
    (directory / CARD).write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")


def _plain(value: Any) -> Any:
    """The same in plain JSON, whatever NumPy numbers or paths it holds."""
    return json.loads(json.dumps(value, default=lambda item: getattr(item, "item", item.__str__)()))
