"""The names under which files know kerasgan's classes: each means one class."""

from __future__ import annotations

from typing import Any, TypeVar

import keras

PACKAGE = "kerasgan"
_OURS: dict[str, Any] = {}  # By the names that stand in files.

Exported = TypeVar("Exported")


def kerasgan_export(thing: Exported) -> Exported:
    """Registers a class or function of kerasgan with Keras, so that files can name it.

    Keras's own decorator replaces whatever had the name before. This one refuses it; only what is
    defined again where it was, as when a module is reloaded, takes its own place. Classes of other
    packages are registered by `keras.saving.register_keras_serializable("their_package")`.

    Args:
        thing: A class or function; files know it as `kerasgan>` and its name.

    Raises:
        ValueError: If something else has the name.
    """
    name = f"{PACKAGE}>{thing.__name__}"  # type: ignore[attr-defined]
    holder = keras.saving.get_custom_objects().get(name)
    if holder is not None and _place(holder) != _place(thing):
        raise ValueError(
            f"The name {name!r} stands in files for one class, and is taken: choose another, or "
            'register a class of your own by `@keras.saving.register_keras_serializable("my_'
            f'package")`. Received: {_place(thing)}, where {_place(holder)} has the name'
        )
    _OURS[name] = thing
    return keras.saving.register_keras_serializable(PACKAGE)(thing)


def check_names() -> None:
    """Refuses to go on where a name of kerasgan's has come to mean another class.

    `keras.saving.register_keras_serializable("kerasgan")` brings that about, whoever calls it.
    Files would then be read as what they are not.

    Raises:
        ValueError: If a name means another class.
    """
    registered = keras.saving.get_custom_objects()
    for name, ours in _OURS.items():
        found = registered.get(name, ours)
        if found is not ours:
            raise ValueError(
                f"The name {name!r} has come to mean another class than kerasgan's own, so that "
                "files would be read as what they are not. Register yours under the name of a "
                'package of its own, `@keras.saving.register_keras_serializable("my_package")`, '
                f"and start Python anew. Received: {_place(found)} in the place of {_place(ours)}"
            )


def _place(thing: Any) -> str:
    return f"{thing.__module__}.{thing.__qualname__}"
