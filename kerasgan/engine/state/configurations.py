"""Models from their configurations, which other versions of Keras may have written."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from kerasgan.engine.state import frozen_layers
from kerasgan.model_files import without_newer_keys


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
