"""Models' configurations, derived from their constructors, and models from configurations."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

import keras

from kerasgan.engine.game.required import undefined
from kerasgan.engine.state import frozen_layers
from kerasgan.engine.state.model_parts import attributes_of
from kerasgan.model_files import without_newer_keys

# Arguments of every model, which stand first.
SHARED = ("seed", "name", "dtype")


def describe(model: Any, base: type) -> dict[str, Any]:
    """The arguments that make an equal model, serialised, and which layers are frozen.

    An argument that the constructor names is read from the attribute of that name, or, where the
    model makes something else of it, from `_given_<name>`. Of `**kwargs` those that were passed
    are.

    A class that writes `get_config` itself adds to what `super()` gives it: seed, name and dtype,
    and what is stored of the arguments of the class that it derives from, if that is no abstract
    one.

    Args:
        model: A kerasgan model.
        base: The class whose `get_config` this is.

    Raises:
        ValueError: If an argument is not stored, cannot be passed by name, or cannot be serialised.
    """
    above = type(model).__mro__[: type(model).__mro__.index(base) + 1]
    *writers, _ = (place for place, each in enumerate(above) if "get_config" in vars(each))
    if writers:
        arguments = _inherited(model, above[writers[-1] + 1])
    else:
        arguments = {name: _stored(model, name) for name in _names(model)}
    first = {name: arguments.pop(name) for name in SHARED if name in arguments}
    frozen = frozen_layers.find(model)
    return {
        **{name: _serialized(model, name, value) for name, value in first.items()},
        **({frozen_layers.FROZEN: frozen} if frozen else {}),
        **{name: _serialized(model, name, value) for name, value in arguments.items()},
    }


def _inherited(model: Any, cls: type) -> dict[str, Any]:
    """What a class with a `get_config` of its own gets from `cls`, the next without one."""
    taken = _parameters(type(model))
    takes_any = any(one.kind is one.VAR_KEYWORD for one in taken.values())
    maker = next(each for each in cls.__mro__ if "__init__" in vars(each))
    names = [] if undefined(maker) else list(_parameters(maker))
    return {
        name: getattr(model, attribute)
        for name in (*SHARED, *(name for name in names if takes_any or name in taken))
        if (attribute := _attribute(model, name)) is not None
    }


def _names(model: Any) -> list[str]:
    """The names by which the constructor can be given again what it was given."""
    parameters = _parameters(type(model))
    places, keywords = model.constructed_with
    by_place = [one for one in parameters.values() if one.kind is one.POSITIONAL_OR_KEYWORD]
    names = []
    for name, one in parameters.items():
        more = one.kind is one.VAR_POSITIONAL and places > len(by_place)
        if more and any(each.kind is each.VAR_KEYWORD for each in parameters.values()):
            names += _passed_on(type(model))
        elif more or one.kind is one.POSITIONAL_ONLY:
            raise ValueError(
                f"The configuration of {type(model).__name__} holds arguments by name, and its "
                "constructor takes some by their place alone. Give each a name in its signature, "
                "or define `get_config` and `from_config`. "
                f"Received: {'*' if more else ''}{name}"
            )
        if one.kind is one.VAR_KEYWORD:
            names += [key for key in (*keywords, *SHARED) if key not in parameters]
        elif one.kind is not one.VAR_POSITIONAL:
            names.append(name)
    return list(dict.fromkeys(names))


def _passed_on(cls: type) -> list[str]:
    """The arguments of the constructor that one of `(*args, **kwargs)` hands them to."""
    _, above, *_ = (each for each in cls.__mro__ if "__init__" in vars(each))
    named = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return [name for name, one in _parameters(above).items() if one.kind in named]


def _parameters(cls: type) -> dict[str, inspect.Parameter]:
    """The parameters of a class's constructor, `self` aside."""
    return dict(inspect.signature(cls.__init__.__get__(cls)).parameters)  # type: ignore[misc]


def _attribute(model: Any, name: str) -> str | None:
    """The attribute in which an argument is stored; `None` if in none."""
    if name == "dtype":
        return "dtype_policy"
    held = attributes_of(model)
    for attribute in (f"_given_{name}", name):
        if attribute in held:
            return attribute
    # TensorFlow leaves a value where it is if the class has the very same one.
    owner = next((each for each in type(model).__mro__ if name in vars(each)), object)
    found = vars(owner).get(name, len)
    holds = isinstance(found, functools.cached_property) or not inspect.isroutine(found)
    # Keras has properties of many names, such as `layers`, which are no argument's.
    return name if holds and owner.__module__.split(".")[0] != "keras" else None


def _stored(model: Any, name: str) -> Any:
    attribute = _attribute(model, name)
    if attribute is None:
        raise ValueError(
            f"The configuration of {type(model).__name__} is read from the attributes in which its "
            f"constructor stores its arguments, each under its own name: write `self.{name} = "
            f"{name}`, or define `get_config`. Received: no attribute for the argument `{name}`"
        )
    return getattr(model, attribute)


def _serialized(model: Any, name: str, value: Any) -> Any:
    try:
        _check(value)
        return keras.saving.serialize_keras_object(value)
    except Exception as error:
        raise ValueError(
            f"The argument `{name}` of {type(model).__name__} cannot be written into a "
            "configuration. Pass numbers, strings, lists, dictionaries by strings, networks and "
            "other objects of Keras, or what is registered by "
            '`@keras.saving.register_keras_serializable("my_package")`: a function, or an object '
            "whose class has a `get_config`. Or define `get_config` and `from_config` in "
            f"{type(model).__name__}. Received: {name}={value!r}"
        ) from error


def _check(value: Any) -> None:
    """Refuses what Keras would write, and not read again as what it was."""
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("JSON makes strings of all keys")
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            _check(item)
    elif hasattr(value, "__name__") and not hasattr(type(value), "get_config"):
        if not inspect.isfunction(value):  # A class, a method, or what a framework has compiled.
            raise TypeError("Keras would write its name, and not find it again")


def revived(config: Any, custom_objects: Any = None) -> Any:
    """A configuration with objects in place of their descriptions.

    Args:
        config: What `describe` returned, or a part of it.
        custom_objects: As `keras.saving.deserialize_keras_object` takes them.
    """
    if isinstance(config, list | tuple):
        return type(config)([revived(item, custom_objects) for item in config])
    if not isinstance(config, dict):
        return config  # Keras would take a string for the name of a custom object.
    if "class_name" in config and "config" in config:
        return keras.saving.deserialize_keras_object(config, custom_objects)
    return {key: revived(value, custom_objects) for key, value in config.items()}


def reads_files(from_config: Callable[..., Any]) -> Any:
    """Makes a class's `from_config` read what files hold beside the constructor's arguments.

    It passes on a configuration without arguments of Keras's classes that the installed Keras does
    not know and that are switched off, and then freezes the layers that were frozen.

    Args:
        from_config: A function `(cls, config, ...)`.

    Returns:
        A class method.
    """

    @functools.wraps(from_config)
    def read(cls: type, config: dict[str, Any], *arguments: Any, **kwargs: Any) -> Any:
        config = without_newer_keys(config)
        frozen = config.pop(frozen_layers.FROZEN, None)
        model = from_config(cls, config, *arguments, **kwargs)
        if frozen is not None:
            frozen_layers.apply(model, frozen)
        return model

    return classmethod(read)
