"""Penalties by name."""

from collections.abc import Callable
from typing import Any

import keras

from kerasgan.penalties.balanced_consistency import BalancedConsistency
from kerasgan.penalties.consistency import Consistency
from kerasgan.penalties.dragan import DRAGAN
from kerasgan.penalties.gradient_penalty import GradientPenalty
from kerasgan.penalties.penalty import Penalty
from kerasgan.penalties.r1 import R1
from kerasgan.penalties.r2 import R2

_KINDS: tuple[Any, ...] = (
    BalancedConsistency,
    Consistency,
    DRAGAN,
    GradientPenalty,
    R1,
    R2,
)
_BY_NAME: dict[str, Callable[[], Penalty]] = {kind.name: kind for kind in _KINDS}


def get(identifier: Any) -> Penalty:
    """The penalty that a name, a configuration or an object stands for.

    Args:
        identifier: The name under which one is logged, such as `"r1"`, for its defaults; a
            `Penalty`; or the dictionary of a serialised one.

    Raises:
        ValueError: If it stands for none.

    Example:

    ```python
    kerasgan.penalties.get("gradient_penalty")  # a kerasgan.penalties.GradientPenalty
    ```
    """
    if isinstance(identifier, dict):
        identifier = keras.saving.deserialize_keras_object(identifier)
    if isinstance(identifier, str) and identifier in _BY_NAME:
        return _BY_NAME[identifier]()
    if isinstance(identifier, Penalty):
        return identifier
    raise ValueError(
        "`penalties` must be a list of `kerasgan.penalties` objects, such as R1(10.0), or of the "
        f"names {sorted(_BY_NAME)}. Received: penalties with {identifier!r}"
    )
