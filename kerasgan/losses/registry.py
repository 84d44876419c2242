"""Adversarial losses by name."""

from typing import Any

import keras

from kerasgan.losses.adversarial_loss import AdversarialLoss
from kerasgan.losses.energy_margin import EnergyMargin
from kerasgan.losses.hinge import Hinge
from kerasgan.losses.kliep import KLIEP
from kerasgan.losses.least_squares import LeastSquares
from kerasgan.losses.lsdd import LSDD
from kerasgan.losses.lsif import LSIF
from kerasgan.losses.maximum_mean_discrepancy import MaximumMeanDiscrepancy
from kerasgan.losses.minimax import Minimax
from kerasgan.losses.non_saturating import NonSaturating
from kerasgan.losses.relativistic import Relativistic
from kerasgan.losses.wasserstein import Wasserstein

_BY_NAME: dict[str, type[AdversarialLoss]] = {
    "energy_margin": EnergyMargin,
    "hinge": Hinge,
    "kliep": KLIEP,
    "least_squares": LeastSquares,
    "lsdd": LSDD,
    "lsif": LSIF,
    "maximum_mean_discrepancy": MaximumMeanDiscrepancy,
    "minimax": Minimax,
    "non_saturating": NonSaturating,
    "relativistic": Relativistic,
    "wasserstein": Wasserstein,
}


def get(identifier: Any) -> AdversarialLoss:
    """The adversarial loss that a name, a configuration or an object stands for.

    Args:
        identifier: The name of a class in snake case, such as `"non_saturating"`, for its defaults;
            an `AdversarialLoss`; or the dictionary of a serialised one. An `FDivergence` has no
            name, since its divergence must be chosen.

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
