"""Presets: a model as a folder of three files, which can be read, compared and shared."""

from __future__ import annotations

import datetime
import os
from pathlib import Path
from typing import Any

import keras

from kerasgan.files import new_directory, require_space, user_path, write_json
from kerasgan.model_files import ModelFileError, clip, load_folder, newer
from kerasgan.version import __version__

CONFIG = "config.json"
METADATA = "metadata.json"
WEIGHTS = "model.weights.h5"


def save_preset(
    model: keras.Model, directory: str | os.PathLike, training_state: bool = True
) -> Path:
    """Writes a model as a preset, in the three files that KerasHub uses too.

    `config.json` holds the class and its arguments, `metadata.json` the versions, the number of
    parameters and the date, `model.weights.h5` the weights; of a compiled model also how it was
    compiled and the state of its training, so that the loaded one goes on exactly. The folder
    appears complete or not at all; a preset that stood there is replaced.

    Args:
        model: A kerasgan model.
        directory: Folder to write.
        training_state: Bool, whether to write what only training needs: see
            `AdversarialModel.save_to_preset`. Defaults to `True`.

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
        config = keras.saving.serialize_keras_object(model)
        if not training_state:
            config.pop("compile_config", None)
        write_json(temporary / CONFIG, config)
        write_json(temporary / METADATA, metadata)
        model.save_weights(temporary / WEIGHTS)
        if not training_state:
            _leave_out_training(config, temporary / WEIGHTS)
    return user_path(directory)


def _leave_out_training(config: dict[str, Any], weights: Path) -> None:
    """Writes weights anew as a model has them that was never compiled."""
    model = keras.saving.deserialize_keras_object(config)
    model.load_weights(weights)
    model.save_weights(weights)


def load_preset(
    directory: str | os.PathLike, base: type, expected_class: type | None = None
) -> keras.Model:
    """Reads a model from a preset.

    The folder may come from anyone: no code from it is run, nothing is written, and the model is
    measured against the file of weights before it is allocated. See `SECURITY.md`.

    Args:
        directory: Folder that `save_preset` wrote.
        base: The class of all kerasgan models: others are refused.
        expected_class: The class that the model must be of. Defaults to any kerasgan model.

    Returns:
        The model, with its weights.

    Raises:
        FileNotFoundError: If files are missing.
        ValueError: If the files are damaged, malicious, of another architecture or of a newer
            version.
    """
    directory = user_path(directory)
    missing = [name for name in (CONFIG, WEIGHTS) if not (directory / name).is_file()]
    if missing:
        raise FileNotFoundError(
            f"A preset is a folder with {CONFIG}, {METADATA} and {WEIGHTS}. "
            f"Missing: {', '.join(missing)}. Received: {str(directory)!r}"
        )

    def check(config: dict[str, Any], versions: dict[str, Any]) -> None:
        _check_class(config, versions, base, expected_class, directory)

    return load_folder(directory, base, check)


def is_preset(path: str | os.PathLike) -> bool:
    """Whether a path is a folder with the files of a preset."""
    return all((user_path(path) / name).is_file() for name in (CONFIG, WEIGHTS))


def _check_class(
    config: dict[str, Any],
    versions: dict[str, Any],
    base: type,
    expected_class: type | None,
    directory: Path,
) -> None:
    class_name = config.get("class_name")
    registered_name = config.get("registered_name") or class_name
    known = isinstance(registered_name, str)
    found: Any = keras.saving.get_registered_object(registered_name) if known else None
    ours = isinstance(found, type) and issubclass(found, base)
    # Both names are read when the model is built: they must mean the same class.
    if not ours or class_name != found.__name__:
        raise ModelFileError(
            "A preset must hold a registered kerasgan model. A class of your own must be imported "
            f"before.{newer(versions)} "
            f"Received: class {clip(class_name)!r}, registered as {clip(registered_name)!r}, in "
            f"{str(directory)!r}"
        )
    if expected_class is not None and not issubclass(found, expected_class):
        raise ValueError(
            f"The preset holds another model than {expected_class.__name__}. Load it with "
            f"`{found.__name__}.from_preset`. Received: {registered_name!r} in {str(directory)!r}"
        )
