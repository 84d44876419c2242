"""The dense networks of generative moment matching: a generator, and an autoencoder."""

from __future__ import annotations

import math
from collections.abc import Sequence

import keras
from keras import layers

from kerasgan.networks.mlp import dropout_layer
from kerasgan.samples.shapes import check_data_shape, check_positive_ints
from kerasgan.types import Tensor


def gmmn_generator(
    data_shape: Sequence[int] = (28, 28, 1),
    latent_dim: int = 10,
    units: Sequence[int] = (64, 256, 256, 1024),
    output_activation: str | None = None,
    name: str = "generator",
) -> keras.Model:
    """Build the generator of a moment matching network: dense layers with ReLU.

    The defaults are those of the authors' code for MNIST, except for the last activation, which is
    tanh for images in [-1, 1] (theirs are in [0, 1], with a sigmoid).

    Args:
        data_shape: tuple, `(height, width, channels)` for images or `(features,)` for vectors.
            Defaults to `(28, 28, 1)`.
        latent_dim: int, length of a latent vector. Defaults to `10`.
        units: sequence of int, units of the hidden layers. Defaults to `(64, 256, 256, 1024)`.
        output_activation: str, name of the last activation. Defaults to `None`: `"tanh"` for
            images, `"linear"` for vectors.
        name: str. Defaults to `"generator"`.

    Returns:
        A `keras.Model` from `(batch, latent_dim)` to `(batch, *data_shape)`, float32.

    Raises:
        ValueError: if the shape is neither a vector's nor an image's, or a number is not a positive
            integer.

    Example:

    ```python
    generator = kerasgan.networks.gmmn_generator((2,), latent_dim=4, units=(64, 64))
    points = generator(keras.random.uniform((16, 4), -1, 1))  # (16, 2)
    ```

    Reference:
        [Li et al., 2015](https://arxiv.org/abs/1502.02761), the authors' `train.py`.
    """
    data_shape = check_data_shape(data_shape)
    latents = keras.Input((_checked(latent_dim=latent_dim),), name="latents")
    x = _hidden(latents, units, "relu")
    return keras.Model(latents, _data(x, data_shape, output_activation), name=name)


def gmmn_encoder(
    data_shape: Sequence[int] = (28, 28, 1),
    code_dim: int = 32,
    units: Sequence[int] = (1024,),
    dropout: Sequence[float] | None = None,
    name: str = "encoder",
) -> keras.Model:
    """Build the encoder whose codes a moment matching network learns to make.

    Dense layers with sigmoids, as in the authors' code for MNIST; each drops some of its inputs.
    Images in [-1, 1] are first scaled to [0, 1], where what is dropped is black.

    Args:
        data_shape: tuple, `(height, width, channels)` for images or `(features,)` for vectors.
            Defaults to `(28, 28, 1)`.
        code_dim: int, length of a code. Defaults to `32`.
        units: sequence of int, units of the hidden layers. Defaults to `(1024,)`.
        dropout: sequence of floats in [0, 1), the part of the data and of each hidden layer that is
            dropped. Defaults to `None`: 0.2 and then 0.5 for images, 0 for vectors.
        name: str. Defaults to `"encoder"`.

    Returns:
        A `keras.Model` from `(batch, *data_shape)` to codes `(batch, code_dim)`, float32 in [0, 1].

    Raises:
        ValueError: if the shape is neither a vector's nor an image's, or a number is out of its
            range.

    Reference:
        [Li et al., 2015](https://arxiv.org/abs/1502.02761), the authors' `train.py`.
    """
    data_shape = check_data_shape(data_shape)
    is_image = len(data_shape) == 3
    if dropout is None:
        dropout = (0.2, *(0.5 for _ in units)) if is_image else (0.0,) * (len(units) + 1)
    _check_dropout(dropout, units)

    data = keras.Input(data_shape, name="data")
    x = data
    if is_image:
        x = layers.Rescaling(0.5, 0.5, name="to_unit_range")(
            layers.Flatten(name="flatten", data_format="channels_last")(x)
        )
    x = dropout_layer(x, dropout[0], "input_dropout")
    x = _hidden(x, units, "sigmoid", dropout[1:])
    x = layers.Dense(_checked(code_dim=code_dim), name="code_dense")(x)
    codes = layers.Activation("sigmoid", dtype="float32", name="codes")(x)
    return keras.Model(data, codes, name=name)


def gmmn_decoder(
    data_shape: Sequence[int] = (28, 28, 1),
    code_dim: int = 32,
    units: Sequence[int] = (1024,),
    name: str = "decoder",
) -> keras.Model:
    """Build the decoder that turns codes into data: `gmmn_encoder` in the other direction.

    Args:
        data_shape: tuple, `(height, width, channels)` for images or `(features,)` for vectors.
            Defaults to `(28, 28, 1)`.
        code_dim: int, length of a code. Defaults to `32`.
        units: sequence of int, units of the encoder's hidden layers, which come here in the reverse
            order. Defaults to `(1024,)`.
        name: str. Defaults to `"decoder"`.

    Returns:
        A `keras.Model` from `(batch, code_dim)` to `(batch, *data_shape)`, float32; images are in
        [-1, 1].

    Raises:
        ValueError: if the shape is neither a vector's nor an image's, or a number is not a positive
            integer.

    Reference:
        [Li et al., 2015](https://arxiv.org/abs/1502.02761), the authors' `train.py`.
    """
    data_shape = check_data_shape(data_shape)
    codes = keras.Input((_checked(code_dim=code_dim),), name="codes")
    x = _hidden(codes, tuple(reversed(units)), "sigmoid")
    return keras.Model(codes, _data(x, data_shape, None), name=name)


def _hidden(
    x: Tensor, units: Sequence[int], activation: str, dropout: Sequence[float] | None = None
) -> Tensor:
    rates = [0.0] * len(units) if dropout is None else dropout
    for index, (width, rate) in enumerate(zip(units, rates, strict=True), start=1):
        check_positive_ints(units=width)
        x = layers.Dense(width, activation, name=f"hidden{index}_dense")(x)
        x = dropout_layer(x, rate, f"hidden{index}_dropout")
    return x


def _data(x: Tensor, data_shape: tuple[int, ...], activation: str | None) -> Tensor:
    is_image = len(data_shape) == 3
    x = layers.Dense(math.prod(data_shape), name="output_dense")(x)
    if is_image:
        x = layers.Reshape(data_shape, name="output_grid")(x)
    activation = activation or ("tanh" if is_image else "linear")
    return layers.Activation(activation, dtype="float32", name="data")(x)


def _checked(**size: int) -> int:
    check_positive_ints(**size)
    return next(iter(size.values()))


def _check_dropout(dropout: Sequence[float], units: Sequence[int]) -> None:
    if len(dropout) != len(units) + 1 or not all(0 <= rate < 1 for rate in dropout):
        raise ValueError(
            "`dropout` must be numbers from 0 to below 1, one for the data and one for each hidden "
            f"layer. Received: dropout={dropout}, units={units}"
        )
