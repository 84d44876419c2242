"""Presets: a model as a folder of three files, which can be read, compared and shared."""

from __future__ import annotations

import datetime
import json
import os
from pathlib import Path
from typing import Any

import keras

from kerasgan.files import new_directory, require_space, write_json
from kerasgan.version import __version__

CONFIG = "config.json"
METADATA = "metadata.json"
WEIGHTS = "model.weights.h5"


def save_preset(model: keras.Model, directory: str | os.PathLike) -> Path:
    """Writes a model as a preset, in the three files that KerasHub uses too.

    `config.json` holds the class and its arguments, `metadata.json` the versions, the number of
    parameters and the date, `model.weights.h5` the weights; of a compiled model also how it was
    compiled and the state of its training, so that the loaded one goes on exactly. The folder
    appears complete or not at all; a preset that stood there is replaced.

    Args:
        model: A kerasgan model.
        directory: Folder to write.

    Returns:
        The folder, as a `pathlib.Path`.
    """
    metadata = {
        "keras_version": keras.__version__,
        "kerasgan_version": __version__,
        "parameter_count": int(model.count_params()),
        "date_saved": datetime.datetime.now().strftime("%Y-%m-%d@%H:%M:%S"),
    }
    with new_directory(directory, replaces=(CONFIG, WEIGHTS)) as temporary:
        require_space(temporary, model)
        write_json(temporary / CONFIG, keras.saving.serialize_keras_object(model))
        write_json(temporary / METADATA, metadata)
        model.save_weights(temporary / WEIGHTS)
    return Path(directory)


def load_preset(directory: str | os.PathLike, expected_class: type | None = None) -> keras.Model:
    """Reads a model from a preset.

    No code from the folder is run: the class is looked up among kerasgan's own models before
    anything is built, and Keras's safe mode refuses what could carry code.

    Args:
        directory: Folder that `save_preset` wrote.
        expected_class: The class that the model must be of. Defaults to any kerasgan model.

    Returns:
        The model, with its weights.
    """
    directory = Path(directory)
    missing = [name for name in (CONFIG, WEIGHTS) if not (directory / name).is_file()]
    if missing:
        raise FileNotFoundError(
            f"A preset is a folder with {CONFIG}, {METADATA} and {WEIGHTS}. "
            f"Missing: {', '.join(missing)}. Received: {str(directory)!r}"
        )
    config = _read_config(directory / CONFIG)
    _check_class(config, expected_class, directory)
    model = keras.saving.deserialize_keras_object(config, safe_mode=True)
    model.load_weights(directory / WEIGHTS)
    return model


def is_preset(path: str | os.PathLike) -> bool:
    """Whether a path is a folder with the files of a preset."""
    return all((Path(path) / name).is_file() for name in (CONFIG, WEIGHTS))


def _read_config(path: Path) -> dict[str, Any]:
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise ValueError(f"{CONFIG} is not valid JSON: {error}. Received: {str(path)!r}") from error
    if not isinstance(config, dict) or "class_name" not in config:
        raise ValueError(
            f"{CONFIG} does not describe a Keras model: it has no `class_name`. "
            f"Received: {str(path)!r}"
        )
    return config


def _check_class(config: dict[str, Any], expected_class: type | None, directory: Path) -> None:
    from kerasgan.engine.adversarial_model import AdversarialModel

    registered_name = config.get("registered_name") or config["class_name"]
    found = keras.saving.get_registered_object(registered_name)
    ours = isinstance(found, type) and issubclass(found, AdversarialModel)
    # Both names are read when the model is built: they must mean the same class.
    if not ours or config["class_name"] != found.__name__:
        raise ValueError(
            "A preset must hold a registered kerasgan model. A class of your own must be imported "
            "before. "
            f"Received: class {config['class_name']!r}, registered as {registered_name!r}, in "
            f"{str(directory)!r}"
        )
    if expected_class is not None and not issubclass(found, expected_class):
        raise ValueError(
            f"The preset holds another model than {expected_class.__name__}. Load it with "
            f"`{found.__name__}.from_preset`. Received: {registered_name!r} in {str(directory)!r}"
        )
