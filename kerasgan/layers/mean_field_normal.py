"""Independent normal distributions with learnt parameters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from kerasgan.export import kerasgan_export
from kerasgan.types import Tensor

Parameter = float | Sequence[float]


@kerasgan_export
class MeanFieldNormal(keras.layers.Layer):
    """Independent normal distributions with learnt means and standard deviations.

    Use it as the mean-field family of variational inference: it turns standard normal noise into
    draws, so that gradients reach its parameters. It computes in float32 under every dtype policy:
    half precision cannot hold the small steps of a narrow posterior.

    Args:
        units: Int, how many distributions.
        mean: Float, or one for each unit: where the means start. Defaults to `0.0`.
        scale: Float above 0, or one for each unit: where the standard deviations start. Defaults to
            `1.0`.
        **kwargs: As of `keras.layers.Layer`.

    Call arguments:
        noise: Tensor `(..., units)`, standard normal; the result is a draw of the same shape.

    Example:

    ```python
    posterior = kerasgan.layers.MeanFieldNormal(2, mean=[0.0, 1.0])
    posterior(keras.random.normal((16, 2)))  # (16, 2)
    ```

    Reference: [Kingma & Welling, 2014](https://arxiv.org/abs/1312.6114), for the draws.
    """

    def __init__(
        self, units: int, mean: Parameter = 0.0, scale: Parameter = 1.0, **kwargs: Any
    ) -> None:
        super().__init__(**{"autocast": False, **kwargs})
        self.units = units
        self.mean = mean
        self.scale = scale
        means, scales = per_unit("mean", mean, units), per_unit("scale", scale, units)
        if np.any(scales <= 0.0):
            raise ValueError(
                "`scale` holds standard deviations: they must be above 0. "
                f"Received: scale={scale!r}"
            )
        self.means = self._add("means", means)
        self.log_scales = self._add("log_scales", np.log(scales))
        self.built = True

    def _add(self, name: str, values: np.ndarray) -> keras.Variable:
        def start(shape: Any, dtype: Any = None) -> Tensor:
            return ops.convert_to_tensor(values, dtype)

        return self.add_weight((self.units,), start, "float32", autocast=False, name=name)

    def call(self, noise: Tensor) -> Tensor:
        """Draws, from standard normal noise."""
        noise = ops.cast(noise, "float32")
        return self.means + ops.exp(self.log_scales) * noise

    def divergence_from(self, mean: Tensor, scale: Tensor) -> Tensor:
        """The Kullback-Leibler divergence KL(these || fixed ones), in nats.

        Args:
            mean: Array `(units,)`, the means of the fixed ones.
            scale: Array `(units,)`, their standard deviations.

        Returns:
            A scalar, the sum over the units.
        """
        mean, scale = (ops.convert_to_tensor(value, "float32") for value in (mean, scale))
        log_ratio = self.log_scales - ops.log(scale)
        squares = ops.exp(2.0 * log_ratio) + ops.square((self.means - mean) / scale)
        return ops.sum(0.5 * (squares - 1.0) - log_ratio)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """The shape of the noise."""
        return tuple(input_shape)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        config = {"units": self.units, "mean": self.mean, "scale": self.scale}
        return {**super().get_config(), **config}


def per_unit(name: str, values: Parameter, units: int) -> np.ndarray:
    """A number for each unit, from one or from as many.

    Args:
        name: What the user calls it.
        values: Float, or a sequence of `units`.
        units: Int.

    Returns:
        A float32 array `(units,)`.

    Raises:
        ValueError: If there are neither one nor as many, or they are not finite.
    """
    array = np.asarray(values, "float32")
    if array.shape not in ((), (units,)) or not np.all(np.isfinite(array)):
        raise ValueError(
            f"`{name}` must be a finite number, or {units} of them in a list. "
            f"Received: {name}={values!r}"
        )
    return np.broadcast_to(array, (units,)).copy()
