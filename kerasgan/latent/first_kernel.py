"""The weights that meet the latents first."""

from __future__ import annotations

import numpy as np
from keras import ops

from kerasgan.latent.latent_function import LatentFunction


def first_kernel(function: LatentFunction) -> np.ndarray:
    """The kernel of the generator's first dense layer, `(latent_dim, units)`, float64.

    Raises:
        ValueError: If the generator has none, or shows none.
    """
    for variable in function.variables:
        path = getattr(variable, "path", variable.name)
        shape = tuple(variable.shape)
        if "kernel" in path and len(shape) == 2 and shape[0] == function.latent_dim:
            return np.asarray(ops.convert_to_numpy(variable), "float64")
    raise ValueError(
        "The generator shows no dense layer on its latents, a kernel of shape "
        f"({function.latent_dim}, units). Pass the matrix that meets them first as `kernel`, or "
        f"the name of a `layer`. Received: a generator of {len(function.variables)} variables"
    )
