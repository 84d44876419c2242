"""A discriminator of dense layers."""

from __future__ import annotations

from collections.abc import Sequence

import keras
from keras import layers

from kerasgan.networks.mlp import _uniform
from kerasgan.samples.shapes import check_data_shape, check_positive_ints


def mlp_discriminator(
    data_shape: Sequence[int] = (28, 28, 1),
    hidden_units: int = 240,
    num_layers: int = 2,
    activation: str = "elu",
    init_range: float | None = None,
    num_outputs: int = 1,
    name: str = "discriminator",
) -> keras.Model:
    """Build a discriminator of dense layers, and one score: f-GAN's variational function.

    The defaults are those of f-GAN for MNIST.

    Args:
        data_shape: tuple, `(height, width, channels)` for images, which are flattened, or
            `(features,)` for vectors. Defaults to `(28, 28, 1)`.
        hidden_units: int, units of each hidden layer. Defaults to `240`.
        num_layers: int, number of hidden layers. Defaults to `2`.
        activation: str, name of the hidden layers' activation. Defaults to `"elu"`.
        init_range: float, kernels start uniform in [-init_range, init_range]. Defaults to
            `None`: 0.005 for images, Glorot's range for vectors.
        num_outputs: int, more than one for features in place of a score, as MMD GAN compares.
            Defaults to `1`.
        name: str. Defaults to `"discriminator"`.

    Returns:
        A `keras.Model` from `(batch, *data_shape)` to `(batch, num_outputs)`, float32 scores.

    Raises:
        ValueError: if the shape is neither a vector's nor an image's, or a number is not a
            positive integer.

    Example:

    ```python
    discriminator = kerasgan.networks.mlp_discriminator((2,), hidden_units=32)
    scores = discriminator(points)  # (batch, 1)
    ```

    Reference:
        [Nowozin et al., 2016](https://arxiv.org/abs/1606.00709), appendix; the default widths and
        ranges have not been compared with it.
    """
    data_shape = check_data_shape(data_shape)
    check_positive_ints(hidden_units=hidden_units, num_layers=num_layers, num_outputs=num_outputs)
    is_image = len(data_shape) == 3
    init_range = 0.005 if init_range is None and is_image else init_range

    data = keras.Input(data_shape, name="data")
    x = layers.Flatten(name="flatten", data_format="channels_last")(data) if is_image else data
    for index in range(1, num_layers + 1):
        x = layers.Dense(
            hidden_units,
            activation,
            kernel_initializer=_uniform(init_range),
            name=f"hidden{index}_dense",
        )(x)
    x = layers.Dense(num_outputs, kernel_initializer=_uniform(init_range), name="judge")(x)
    scores = layers.Activation("linear", dtype="float32", name="scores")(x)
    return keras.Model(data, scores, name=name)
