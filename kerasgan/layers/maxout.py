"""The maxout layer."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from kerasgan.export import kerasgan_export
from kerasgan.types import Tensor


@kerasgan_export
class Maxout(keras.layers.Layer):
    """Dense layer whose units are the largest of several linear pieces.

    A unit learns its own convex activation. It was made to go with dropout, and is what the
    discriminator of the first GAN consists of.

    Args:
        units: int, number of units.
        pieces: int, number of linear pieces of each unit. Defaults to `5`.
        use_bias: bool, whether each piece has a bias. Defaults to `True`.
        kernel_initializer: Keras initializer or its name. Defaults to `"glorot_uniform"`.
        bias_initializer: Keras initializer or its name. Defaults to `"zeros"`.

    Call arguments:
        inputs: tensor `(batch, ..., features)`.

    Output shape:
        `(batch, ..., units)`.

    Raises:
        ValueError: if `units` or `pieces` is not a positive integer.

    Example:

    ```python
    Maxout(240, pieces=5)(vectors)  # (8, 784) -> (8, 240)
    ```

    Reference:
        [Goodfellow et al., 2013](https://arxiv.org/abs/1302.4389).
    """

    def __init__(
        self,
        units: int,
        pieces: int = 5,
        use_bias: bool = True,
        kernel_initializer: str | keras.initializers.Initializer = "glorot_uniform",
        bias_initializer: str | keras.initializers.Initializer = "zeros",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        for name, value in {"units": units, "pieces": pieces}.items():
            if type(value) is not int or value < 1:
                raise ValueError(f"`{name}` must be a positive integer. Received: {name}={value}")
        self.units = units
        self.pieces = pieces
        self.use_bias = use_bias
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.bias_initializer = keras.initializers.get(bias_initializer)
        self.input_spec = keras.layers.InputSpec(min_ndim=2)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Create the kernel and the bias."""
        # One matrix for all pieces, (features, units * pieces): one product instead of many.
        columns = self.units * self.pieces
        self.kernel = self.add_weight(
            name="kernel",
            shape=(input_shape[-1], columns),
            initializer=self.kernel_initializer,
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                name="bias", shape=(columns,), initializer=self.bias_initializer
            )
        self.built = True

    def call(self, inputs: Tensor) -> Tensor:
        """Return the largest piece of each unit."""
        x = ops.matmul(inputs, self.kernel)
        if self.bias is not None:
            x = ops.add(x, self.bias)
        shape = (*ops.shape(inputs)[:-1], self.units, self.pieces)
        return ops.max(ops.reshape(x, shape), axis=-1)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """`(batch, ..., units)`."""
        return (*input_shape[:-1], self.units)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {
            **super().get_config(),
            "units": self.units,
            "pieces": self.pieces,
            "use_bias": self.use_bias,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
            "bias_initializer": keras.initializers.serialize(self.bias_initializer),
        }
