"""Whether two trainings are the same one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import keras

# How a training is computed, which may differ from machine to machine.
EXECUTION = {"run_eagerly", "jit_compile", "steps_per_execution"}
# Where data lie and classes are defined may differ too; what they are may not.
PLACES = {"folder", "module"}
Difference = tuple[str, Any, Any]


def serialized(model: keras.Model) -> dict[str, Any]:
    """A model's class, arguments and compilation, as `keras.saving` reads them, as JSON values."""
    return as_json(keras.saving.serialize_keras_object(model))


def as_json(value: Any) -> Any:
    """A value as it comes back from a JSON file."""
    return json.loads(json.dumps(value))


def first_difference(old: Any, new: Any, rates: bool = True) -> Difference | None:
    """Where two configurations first differ: the place, and the values there; `None` if nowhere.

    Names that Keras has numbered, such as `dense_3`, are compared by their order only: they depend
    on what was built before in the same process.

    Args:
        old, new: JSON values.
        rates: Bool, whether learning rates count. Defaults to `True`.
    """
    ignored = EXECUTION | PLACES | (set() if rates else {"learning_rate"})
    if not (_seed_given(old) and _seed_given(new)):
        ignored |= {"data.seed"}  # One that was drawn anew in each process.
    return _compare(_numbered_anew(old), _numbered_anew(new), "", ignored)


def _seed_given(configuration: dict[str, Any]) -> bool:
    return bool((configuration.get("data") or {}).get("seed_given"))


def _compare(old: Any, new: Any, place: str, ignored: set[str]) -> Difference | None:
    if isinstance(old, dict) and isinstance(new, dict):
        pairs = [(str(key), old.get(key), new.get(key)) for key in {**old, **new}]
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = [(str(index), *pair) for index, pair in enumerate(zip(old, new, strict=True))]
    else:
        return None if old == new else (place, old, new)
    for key, left, right in pairs:
        below = f"{place}.{key}".lstrip(".")
        if key not in ignored and below not in ignored:
            difference = _compare(left, right, below, ignored)
            if difference is not None:
                return difference
    return None


def _numbered_anew(configuration: Any) -> Any:
    """A configuration whose names are numbered by their order in it."""
    names: dict[str, str] = {}
    counts: dict[str, int] = {}

    def collect(key: str, value: Any) -> Any:
        if key == "name" and isinstance(value, str) and value not in names:
            stem = re.sub(r"_\d+$", "", value)
            counts[stem] = counts.get(stem, 0) + 1
            names[value] = f"{stem}_{counts[stem]}"
        return value

    _walk(configuration, collect)
    # In lists stand references to layers, such as ["dense_3", 0, 0].
    return _walk(
        configuration,
        lambda key, v: names.get(v, v) if isinstance(v, str) and key in ("name", "[]") else v,
    )


def _walk(value: Any, change: Callable[[str, Any], Any], key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _walk(item, change, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_walk(item, change, "[]") for item in value]
    return change(key, value)
