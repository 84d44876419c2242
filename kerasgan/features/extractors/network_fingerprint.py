"""A word for all that the features of a network depend on."""

from __future__ import annotations

import hashlib
import inspect
import json
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import keras

from kerasgan.ops.weight_fingerprint import add_weights

# Their versions tell what their code does.
KNOWN = {"abc", "builtins", "functools", "jax", "keras", "kerasgan", "tensorflow", "torch"}
CARRIERS = {  # Of others' code.
    getattr(keras.layers, name)
    for name in ("FlaxLayer", "JaxLayer", "Lambda", "TFSMLayer", "TorchModuleWrapper")
}
NO_MATTER = {"build_config", "compile_config", "shared_object_id"}  # Of a serialised network.
NAMES = {"input_layers", "keras_history", "name", "output_layers"}  # Keys under which layers stand.


def fingerprint_of(network: keras.Model, functions: list[Callable | None], words: list[Any]) -> str:
    """A word of 16 letters that changes with a network, or with what is done around it.

    It covers the configuration of all layers and how they are connected, with dtype policies; the
    values of all weights; the functions, with their arguments; and the source of classes and
    functions that are neither Keras's nor kerasgan's, as far as it can be read. Names that Keras
    gives to layers do not count: a network that is built again has the same word.

    Args:
        network: The network.
        functions: What prepares its inputs and calls it; `None` for nothing.
        words: What else is to count, such as a name.
    """
    layers = list(network._flatten_layers())
    steps = [step for layer in layers for step in getattr(layer, "operations", [layer])]
    names = {step.name: f"#{number}" for number, step in enumerate([*layers, *steps])}
    digest = hashlib.sha256(json.dumps(words).encode())
    for part in (network, *layers):
        digest.update(_path(type(part)).encode())
        digest.update(_text(_serialized(part), names).encode())
    for function in functions:
        digest.update(_text(_called(function), {}).encode())
    for code in foreign_code(network, functions):
        digest.update(_source(code).encode())
    add_weights(digest, network.weights)
    return digest.hexdigest()[:16]


def foreign_code(network: keras.Model, functions: list[Callable | None]) -> list[Any]:
    """Classes and functions that features depend on and whose version nobody tells.

    What they compute may change where neither their names nor their source do: they call others.
    """
    layers = list(network._flatten_layers())
    found = [code for layer in layers for code in (*type(layer).__mro__, *_functions(layer))]
    for function in functions:
        while isinstance(function, partial):
            function = function.func
        owner = getattr(function, "__self__", None)
        found += [type(owner if owner is not None else function), function]
    unlike = (code for code in found if inspect.isroutine(code) or inspect.isclass(code))
    return list(dict.fromkeys(code for code in unlike if _is_foreign(code)))


def _functions(layer: Any) -> Iterator[Any]:
    """Those that a layer was given, such as activations."""
    for value in vars(layer).values():
        if inspect.isfunction(value):
            yield value


def _source(code: Any) -> str:
    try:
        return inspect.getsource(code)
    except (OSError, TypeError):  # In an interpreter there is none.
        compiled = getattr(code, "__code__", None)
        # The names of what it calls and its constants, but for functions within, which have places.
        told = [compiled.co_code.hex(), compiled.co_names, compiled.co_consts] if compiled else []
        return repr([x for part in told for x in part if not inspect.iscode(x)])


def _is_foreign(code: Any) -> bool:
    root = (getattr(code, "__module__", None) or "").partition(".")[0]
    return root not in KNOWN or code in CARRIERS


def _path(code: Any) -> str:
    return f"{code.__module__}.{code.__qualname__}"


def _serialized(layer: Any) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # That a lambda would not be safe to load.
            return keras.saving.serialize_keras_object(layer)
    except Exception:  # A class of the user's that cannot be saved: its layers are looked at too.
        return None


def _called(function: Any) -> Any:
    """What a function is, and with which arguments; networks are looked at by themselves."""
    if isinstance(function, partial):
        given: dict[Any, Any] = dict(enumerate(function.args))
        given.update(function.keywords)
        told = {key: repr(x) for key, x in given.items() if not isinstance(x, keras.Model)}
        return [_called(function.func), told]
    if function is None:
        return None
    return _path(function if hasattr(function, "__qualname__") else type(function))


def _text(tree: Any, names: dict[str, str]) -> str:
    return json.dumps(_plain(tree, names), sort_keys=True, default=repr)


def _plain(tree: Any, names: dict[str, str], named: bool = False) -> Any:
    """The tree without what does not matter, and with numbers for names of layers."""
    if isinstance(tree, dict):
        if tree.get("class_name") == "__lambda__":  # Its bytes vary; its source counts instead.
            tree = {**tree["config"], "code": "__lambda__"}
        kept = {key: value for key, value in tree.items() if key not in NO_MATTER}
        return {str(key): _plain(value, names, key in NAMES) for key, value in kept.items()}
    if isinstance(tree, list | tuple):
        return [_plain(value, names, named) for value in tree]
    return names.get(tree, tree) if named and isinstance(tree, str) else tree
