"""Checks of what scores of disentanglement take."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras import ops


def check_codes_and_factors(codes: Any, factors: Any) -> tuple[np.ndarray, np.ndarray]:
    """Codes as float64 `(n, codes)` and factors as integers `(n, factors)`.

    Raises:
        ValueError: If shapes or types do not fit, or a factor is always the same.
    """
    codes = np.asarray(ops.convert_to_numpy(codes), "float64")
    factors = np.asarray(ops.convert_to_numpy(factors))
    factors = factors[:, None] if factors.ndim == 1 else factors
    shapes = f"shapes {codes.shape} and {factors.shape}"
    if codes.ndim != 2 or factors.ndim != 2 or len(codes) != len(factors) or not codes.size:
        raise ValueError(
            "`codes` must be of shape (n, codes) and `factors` of shape (n, factors). "
            f"Received: {shapes}"
        )
    if factors.dtype.kind not in "iub":
        raise ValueError(
            "`factors` must be integers. Put numbers into bins first, as by `np.digitize`. "
            f"Received: factors of dtype {factors.dtype}"
        )
    if not np.isfinite(codes).all():
        raise ValueError("`codes` must be finite. Received: codes with NaN or infinity")
    constant = np.flatnonzero(factors.min(axis=0) == factors.max(axis=0))
    if len(constant):
        raise ValueError(
            "A factor that is always the same cannot be found in codes: leave it out. "
            f"Received: factors[:, {constant[0]}], always {factors[0, constant[0]]}"
        )
    return codes, factors
