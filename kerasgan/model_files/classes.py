"""The classes and functions that a configuration from a stranger may name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras

from kerasgan.export import check_names
from kerasgan.model_files.error import ModelFileError
from kerasgan.model_files.reporting import clip
from kerasgan.model_files.versions import newer

# Where Keras keeps what models are made of: public names, and what it writes under private ones.
_FUNCTIONS = "activations|constraints|initializers|losses|metrics|ops|regularizers"
_CLASSES = _FUNCTIONS + "|dtype_policies|layers|models|optimizers|quantizers|random"
_WITHIN = r"(\.[a-z0-9_.]+)?"
FUNCTION_MODULES = re.compile(rf"builtins|keras(\.src)?\.({_FUNCTIONS}){_WITHIN}")
CLASS_MODULES = re.compile(
    rf"keras|keras(\.src)?\.({_CLASSES}){_WITHIN}|keras\.src\.backend\.torch\.optimizers\.\w+"
)
# They carry code, load other files, or allocate by their arguments; no generator needs them.
REFUSED = {
    *("Lambda", "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer", "FeatureSpace"),
    *("StringLookup", "IntegerLookup", "TextVectorization", "IndexLookup", "Hashing"),
    *("HashedCrossing", "Discretization", "MelSpectrogram", "STFTSpectrogram"),
    *("__lambda__", "__typespec__"),
}
PLAIN = {"__keras_tensor__", "__bytes__", "__ellipsis__", "__slice__"}
NUMBERS = re.compile(r"(u?int|float|bfloat|bool|complex)\d{0,3}")
LARGEST_INT = 2**63


def check_classes(config: dict[str, Any], path: Path, versions: Any = None) -> bool:
    """Refuses a configuration that names anything but Keras's own parts and registered classes.

    Nothing is imported or built for it, whatever Keras's own safe mode is set to.

    Args:
        config: The configuration of a model, as read from JSON.
        path: Where it is from, for messages.
        versions: Dict or `None`, the versions that wrote it.

    Returns:
        Whether only Keras's and kerasgan's classes are named, and no others that were registered.

    Raises:
        ModelFileError: If it names something else.
        ValueError: If a name of kerasgan's has come to mean another class.
    """
    check_names()
    own = True
    for part in _parts(config, path):
        name, module = part["class_name"], part.get("module")
        if name in PLAIN or (name in ("__tensor__", "__numpy__") and _is_numeric(part)):
            continue
        found = _registered(part)
        if name in REFUSED or (found is None and not _is_keras(name, module)):
            raise _refusal(part, path, versions)
        if found is not None:
            own &= found.__module__.split(".")[0] in ("keras", "kerasgan")
    return own


def _parts(config: Any, path: Path) -> Iterator[dict[str, Any]]:
    """Every description of an object within a configuration."""
    stack = [config]
    while stack:
        item = stack.pop()
        if isinstance(item, list):
            stack += item
        elif isinstance(item, dict):
            stack += item.values()
            if "class_name" in item:
                if not isinstance(item["class_name"], str):
                    raise _refusal(item, path)
                yield item
        elif isinstance(item, int) and abs(item) > LARGEST_INT:
            raise ModelFileError(
                "The configuration holds an integer that no size or seed can be. "
                f"Received: {clip(item)} in {str(path)!r}"
            )


def _registered(part: dict[str, Any]) -> Any:
    """The class or function that was registered under the name that Keras would look up."""
    if part["class_name"] == "function":
        name = part.get("config")
    else:
        name = part.get("registered_name", part["class_name"])
    return keras.saving.get_registered_object(name) if isinstance(name, str) else None


def _is_keras(name: str, module: Any) -> bool:
    if not isinstance(module, str):
        return False
    if name == "function":
        return FUNCTION_MODULES.fullmatch(module) is not None
    return name[:1].isupper() and CLASS_MODULES.fullmatch(module) is not None


def _is_numeric(part: dict[str, Any]) -> bool:
    # A dtype such as "S1000000000" would allocate by its name.
    config = part.get("config")
    dtype = config.get("dtype") if isinstance(config, dict) else None
    return isinstance(dtype, str) and NUMBERS.fullmatch(dtype) is not None


def _refusal(part: dict[str, Any], path: Path, versions: Any = None) -> ModelFileError:
    name = part["class_name"]
    received = (
        f"Received: {clip(name)!r} of module {clip(part.get('module'))!r}, registered as "
        f"{clip(part.get('registered_name'))!r}, in {str(path)!r}"
    )
    if isinstance(name, str) and name in REFUSED | {"__tensor__", "__numpy__"}:
        return ModelFileError(
            "The file holds what can carry code, reach other files or allocate any amount of "
            "memory, and is not loaded. Ask for one that is made of ordinary layers. " + received
        )
    return ModelFileError(
        "The file names a class or function that is neither Keras's nor registered. If it is your "
        "own, or of a package that you trust, import that before loading; it must be registered "
        f"by `@keras.saving.register_keras_serializable`.{newer(versions)} " + received
    )
