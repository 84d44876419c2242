"""Configurations that a newer Keras wrote, for the installed one."""

from __future__ import annotations

import inspect
from functools import cache
from typing import Any

import keras

from kerasgan.model_files.classes import CLASS_MODULES


def without_newer_keys(config: Any) -> Any:
    """Leaves out of a configuration what the installed Keras does not know and nobody asked for.

    Each version of Keras gives its layers and initialisers new arguments and writes them into every
    file, also where they stand at `None` or `False`: an older version refuses the file, though it
    does just what it says. Arguments that say something are left, and refused.

    Args:
        config: The configuration of an object of Keras's, or any structure of such.

    Returns:
        An equal one, without arguments of Keras's classes that their constructors do not have and
        that are switched off, and without those that qualify one of these by their name, as
        `renorm_momentum` does `renorm`.
    """
    if isinstance(config, list | tuple):
        return type(config)(without_newer_keys(item) for item in config)
    if not isinstance(config, dict):
        return config
    config = {key: without_newer_keys(value) for key, value in config.items()}
    arguments = config.get("config")
    known = _arguments_of(config.get("module"), config.get("class_name"))
    if known is not None and isinstance(arguments, dict):
        unknown = [name for name in arguments if name not in known]
        off = [name for name in unknown if arguments[name] is None or arguments[name] is False]
        prefixes = tuple(f"{name}_" for name in off)
        left_out = {name for name in unknown if name in off or name.startswith(prefixes)}
        kept = {name: value for name, value in arguments.items() if name not in left_out}
        config["config"] = kept
    return config


def _arguments_of(module: Any, name: Any) -> frozenset[str] | None:
    """The names of a class's arguments; `None` if it is no layer or part of one of Keras's."""
    if not isinstance(module, str) or not isinstance(name, str):
        return None
    return _arguments(module, name) if CLASS_MODULES.fullmatch(module) else None


@cache
def _arguments(module: str, name: str) -> frozenset[str] | None:
    found: Any = keras
    for part in [*module.split(".")[1:], name]:
        found = getattr(found, part, None)
    # What models are made of stands in their configuration under names of its own.
    if not isinstance(found, type) or issubclass(found, keras.Model):
        return None
    makers = [vars(base)["__init__"] for base in found.__mro__ if "__init__" in vars(base)]
    return frozenset(name for make in makers for name in inspect.signature(make).parameters)
