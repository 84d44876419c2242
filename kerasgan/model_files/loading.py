"""Saved models from anyone, checked and loaded."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import keras

from kerasgan.model_files.archive import CONFIG, METADATA, WEIGHTS, open_archive
from kerasgan.model_files.classes import check_classes
from kerasgan.model_files.error import ModelFileError
from kerasgan.model_files.json_files import parse_json, read_json
from kerasgan.model_files.measuring import build_unallocated
from kerasgan.model_files.newer_keys import without_newer_keys
from kerasgan.model_files.paths import check_links
from kerasgan.model_files.reporting import reported
from kerasgan.model_files.unfiled import unfiled
from kerasgan.model_files.versions import check_versions
from kerasgan.model_files.weights import StoredWeights, inspect_weights


def load_keras_file(path: Path, compiled: type) -> keras.Model:
    """Loads a `.keras` file that may come from anyone.

    Args:
        path: The file.
        compiled: The class whose models are compiled as they were saved; others are not compiled.
    """
    with open_archive(path) as archive, reported("The file cannot be read", path):
        members = {name: archive.read(name) for name in archive.namelist()}
    stored = parse_json(members[CONFIG], CONFIG, path)
    config = without_newer_keys(stored)
    versions = parse_json(members.get(METADATA, b"{}"), METADATA, path)
    file = io.BytesIO(members.pop(WEIGHTS))

    def load(compile: bool) -> keras.Model:
        if config == stored:
            return keras.saving.load_model(path, compile=compile, safe_mode=True)
        return _build(config, compile, path)

    return _load(config, versions, file, path, compiled, load)


def load_folder(
    directory: Path, compiled: type, check: Callable[[dict[str, Any], dict[str, Any]], None]
) -> keras.Model:
    """Loads a folder of a configuration, weights and metadata that may come from anyone.

    Args:
        directory: The folder.
        compiled: See `load_keras_file`.
        check: Raises an error if a configuration is not what the caller takes; it is given the
            configuration and the versions that wrote it.
    """
    check_links(directory)
    config = without_newer_keys(read_json(directory / CONFIG))
    metadata = directory / METADATA
    versions = read_json(metadata) if metadata.is_file() else {}
    check_versions(versions, directory)
    check(config, versions)

    def load(compile: bool) -> keras.Model:
        return _build(config, compile, directory / WEIGHTS)

    with (directory / WEIGHTS).open("rb") as file:
        return _load(config, versions, file, directory, compiled, load)


def _build(config: dict[str, Any], compile: bool, weights: Path) -> keras.Model:
    config = config if compile else {**config, "compile_config": None}
    model = keras.saving.deserialize_keras_object(config, safe_mode=True)
    model.load_weights(weights)
    return model


def _load(
    config: dict[str, Any],
    versions: dict[str, Any],
    weights: BinaryIO,
    path: Path,
    compiled: type,
    load: Callable[[bool], keras.Model],
) -> keras.Model:
    check_versions(versions, path)
    stored = inspect_weights(weights, weights.seek(0, io.SEEK_END), path)
    weights.close()
    compiles = _is_of(config, compiled)
    if not compiles:
        config = {**config, "compile_config": None}
    own = check_classes(config, path, versions)
    _measure(config, stored, path, versions, own)
    with reported("The weights cannot be loaded into the model", path, versions):
        model = load(compiles)
    if own:  # A class of one's own may store its weights in whatever form.
        _check_filled(model, stored, path)
    return model


def _is_of(config: dict[str, Any], expected: type) -> bool:
    name = config.get("registered_name") or config.get("class_name")
    found = keras.saving.get_registered_object(name) if isinstance(name, str) else None
    return isinstance(found, type) and issubclass(found, expected)


def _measure(
    config: dict[str, Any], stored: StoredWeights, path: Path, versions: Any, own: bool
) -> None:
    with reported("The model cannot be built from its configuration", path, versions):
        try:
            model = build_unallocated(config, stored, path)
        except ModelFileError:
            raise
        except Exception as error:
            # A class of one's own may make variables of given values, which cannot wait.
            if own or "stateless scope" not in str(error):
                raise
            return
    if not isinstance(model, keras.Model):
        raise ModelFileError(
            f"The file must hold a Keras model. Received: a {type(model).__name__} in {str(path)!r}"
        )


def _check_filled(model: keras.Model, stored: StoredWeights, path: Path) -> None:
    """Keras leaves out, in silence, weights for which a model has no place."""
    left_out = unfiled(model)
    shapes = [tuple(v.shape) for v in model.variables if id(v) not in left_out]
    needed = Counter(shape for shape in shapes if len(shape) > 1)
    # Of a model that is not compiled, in files of version 0.1.
    histories = model.histories() if hasattr(model, "histories") else []
    unused = Counter(layer.shape for layer in histories if not layer.built)
    if stored.shapes not in (needed, needed + unused):
        raise ModelFileError(
            "The weights are of another architecture than the configuration. Received: weights of "
            f"shapes {sorted(stored.shapes - needed)[:3]} without a place in the model, and "
            f"shapes {sorted(needed - stored.shapes)[:3]} of the model without weights, in "
            f"{str(path)!r}"
        )
