"""Adversarial losses by name."""

from typing import Any

import keras

from kerasgan.losses.adversarial_loss import AdversarialLoss
from kerasgan.losses.least_squares import LeastSquares
from kerasgan.losses.minimax import Minimax
from kerasgan.losses.non_saturating import NonSaturating
from kerasgan.losses.wasserstein import Wasserstein

_BY_NAME: dict[str, type[AdversarialLoss]] = {
    "least_squares": LeastSquares,
    "minimax": Minimax,
    "non_saturating": NonSaturating,
    "wasserstein": Wasserstein,
}


def get(identifier: Any) -> AdversarialLoss:
    """The adversarial loss that a name, a configuration or an object stands for.

    Args:
        identifier: A name (`"non_saturating"`, `"minimax"`, `"least_squares"`, `"wasserstein"`), an
            `AdversarialLoss`, or the dictionary of a serialised one.

    Raises:
        ValueError: If it stands for none.

    Example:

    ```python
    kerasgan.losses.get("wasserstein")  # a kerasgan.losses.Wasserstein
    ```
    """
    if isinstance(identifier, dict):
        identifier = keras.saving.deserialize_keras_object(identifier)
    if isinstance(identifier, str) and identifier in _BY_NAME:
        return _BY_NAME[identifier]()
    if isinstance(identifier, AdversarialLoss):
        return identifier
    raise ValueError(
        f"`loss` must be a `kerasgan.losses` object or one of the names {sorted(_BY_NAME)}; a loss "
        "for labelled targets, such as those of `keras.losses`, is no adversarial game. "
        f"Received: loss={identifier!r}"
    )
