"""What a file could not give back is refused before it is written."""

from __future__ import annotations

import os
from typing import Any

import keras

# By which Keras tells objects that their description goes into such a file.
from keras.src.backend.common import global_state

from kerasgan.engine.state.model_parts import layers_within, parts_of

_FORMATS = (
    "The whole of a game is saved in Keras's own format: `gan.save('gan.keras')`. HDF5 files have "
    "no place for several networks and optimizers. Weights alone go to `gan.save_weights("
    "'gan.weights.h5')`, a folder to `gan.save_to_preset('folder')`, and a SavedModel to "
    "`kerasgan.export_generator`."
)


def check_path(path: str | os.PathLike, zipped: bool | None) -> None:
    """Refuses names of formats in which a game cannot be saved.

    Args:
        path: Where `save` is to write.
        zipped: As `keras.Model.save` takes it; `False` writes a folder, of any name.

    Raises:
        ValueError: If the file would not be a `.keras` file.
    """
    name = os.fspath(path)
    if zipped is not False and not name.endswith(".keras"):
        raise ValueError(f"{_FORMATS} Received: filepath={name!r}")


def check_callbacks(callbacks: Any) -> None:
    """Refuses, before training, Keras's checkpoints of names that `check_path` refuses.

    Args:
        callbacks: What `fit` takes as such.

    Raises:
        ValueError: If there is such a checkpoint.
    """
    given = getattr(callbacks, "callbacks", callbacks)
    for callback in keras.tree.flatten(given):
        checkpoints = isinstance(callback, keras.callbacks.ModelCheckpoint)
        if checkpoints and not callback.save_weights_only:
            check_path(callback.filepath, None)


def check_format(model: keras.Model) -> None:
    """Refuses to be described for an HDF5 file, which `keras.saving.save_model` would write.

    Raises:
        ValueError: If such a file is being written.
    """
    if global_state.get_global_attribute("use_legacy_config"):
        raise ValueError(f"{_FORMATS} Received: an HDF5 file for {model.name!r}")


def check_quantized(model: Any) -> None:
    """Refuses quantized networks that would be built anew without quantization.

    A network that was passed to a model stands in its configuration, with the dtypes of its layers.
    A ready model builds its networks by its arguments, and a moving average is a copy of its
    network.

    Args:
        model: A kerasgan model.

    Raises:
        ValueError: If there is such a network.
    """
    config = model.get_config()
    for name, part in parts_of(model):
        given = isinstance(config.get(name), dict) and "class_name" in config[name]
        if _modes(part) and not given:
            raise _refusal(model, name, part)
    for name, network in ({} if model.average is None else model.averaged()).items():
        average = model.average.networks[name]
        if _by_layer(average) != _by_layer(network):
            raise _refusal(model, name, average if _modes(average) else network)


def _by_layer(network: Any) -> list[str | None]:
    return [getattr(layer, "quantization_mode", None) for layer in layers_within(network)]


def _modes(network: Any) -> set[str]:
    return {mode for mode in _by_layer(network) if mode}


def _refusal(model: Any, name: str, network: Any) -> ValueError:
    return ValueError(
        f"A file of {type(model).__name__} could not give back its quantized network: it says how "
        "to build the model, and nothing of what was quantized afterwards. Save the model before, "
        "and the quantized network by itself, as in `gan.inference_network('generator').save("
        "'generator.keras')`, which `kerasgan.load_generator` reads. "
        f"Received: {name} quantized to {sorted(_modes(network))}"
    )
