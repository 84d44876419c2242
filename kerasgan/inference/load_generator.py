"""Loads a generator, however it was saved."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import keras

import kerasgan.models  # noqa: F401  Registers the classes that a file may name.
from kerasgan.engine.adversarial_model import AdversarialModel
from kerasgan.engine.state.presets import is_preset, load_preset
from kerasgan.files import user_path
from kerasgan.inference.card import (
    build_card,
    checked_card,
    inputs_in,
    network_card,
    stored_card,
)
from kerasgan.inference.export_generator import resolve_name
from kerasgan.inference.loaded_generator import KerasNetwork, LoadedGenerator
from kerasgan.inference.saved_model import SavedModelNetwork
from kerasgan.inference.tensorflow_process import require_package
from kerasgan.model_files import load_keras_file
from kerasgan.samples.latent_distributions import Distribution, parts_of


def load_generator(
    path: str | os.PathLike,
    name: str | None = None,
    latent_distribution: Distribution | None = None,
) -> LoadedGenerator:
    """Loads a saved generator as something to call.

    `.keras` files and presets may come from anyone: no code in them is run, nothing is written, and
    what is malicious, damaged, of another architecture or of a newer version is refused. **A
    SavedModel is a program**, which TensorFlow runs when it is called, and in part when it is
    loaded. Known ways to files and other machines are refused, but load those of strangers in a
    sandbox only, or ask for a preset instead. `SECURITY.md` says what is promised.

    Args:
        path: The folder of a SavedModel (from `export_generator` or a plain `generator.export`),
            which needs TensorFlow to be installed, on any backend; a `.keras` file, of a generator
            or of a whole model; or the folder of a preset.
        name: String, which generator of a whole model with several, as `"x_to_y"`. Defaults
            to `None`.
        latent_distribution: `"normal"`, `"uniform"`, or a list of parts such as `[("normal", 62),
            ("categorical", 10)]`: how calls draw their latents. Defaults to what was saved with the
            generator; a plain `generator.export` saves nothing of it, then it is `"normal"`.

    Returns:
        A `LoadedGenerator`: `generate(n, seed=0)` returns images, `generate.from_latents(latents)`
        those of given latents, `generate.translate(images)` is for translators. `generate.inputs`
        says what a network takes, and `generate(**inputs)` takes it by name. `generate.card` says
        what it is.

    Raises:
        FileNotFoundError: If nothing is there.
        ValueError: If it is no saved generator, or one that is refused.

    Example:

    ```python
    generate = load_generator("saved_models/digits")
    generate(16, seed=0)  # (16, 32, 32, 1), float32 in [-1, 1]
    ```
    """
    generator = _load(user_path(path), name)
    if latent_distribution is not None:
        parts_of(latent_distribution, generator.latent_dim or 0)
        generator.card["latent_distribution"] = latent_distribution
    return generator


def _load(path: Path, name: str | None) -> LoadedGenerator:
    if not path.exists():
        raise FileNotFoundError(
            f"There is no saved generator at this path. Received: {str(path)!r}"
        )
    if (path / "saved_model.pb").is_file():
        return _from_saved_model(path)
    if path.is_file() and path.suffix == ".keras":
        return _from_model(load_keras_file(path, AdversarialModel), name)
    if is_preset(path):
        return _from_model(load_preset(path, AdversarialModel), name)
    raise ValueError(
        "A saved generator is a folder with saved_model.pb, a file `.keras`, or a preset's folder "
        f"with config.json and model.weights.h5. Received: {str(path)!r}"
    )


def _from_saved_model(path: Path) -> LoadedGenerator:
    require_package("tensorflow", "tensorflow")
    card = stored_card(path)
    declared = inputs_in(card, path)
    names = None if declared is None else [entry.name for entry in declared]
    network = SavedModelNetwork(path, names)
    return LoadedGenerator(network, checked_card(card, network, path))


def _from_model(model: keras.Model, name: str | None) -> LoadedGenerator:
    if isinstance(model, AdversarialModel):
        name = resolve_name(model, name)
        return _of_keras(model.inference_network(name), build_card(model, name))
    return _of_keras(model, network_card(model))


def _of_keras(network: keras.Model, card: dict[str, Any]) -> LoadedGenerator:
    names = [config["name"] for config in card["inputs"]]
    return LoadedGenerator(KerasNetwork(network, names), card)
