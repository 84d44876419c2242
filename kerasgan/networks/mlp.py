"""The multilayer perceptrons of the first GAN, for images and for points in the plane."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

import keras
from keras import layers

from kerasgan.layers.batch_normalization import BatchNormalization
from kerasgan.layers.maxout import Maxout
from kerasgan.samples.shapes import check_data_shape, check_positive_ints
from kerasgan.types import Tensor


def mlp_generator(
    data_shape: Sequence[int] = (28, 28, 1),
    latent_dim: int = 100,
    hidden_units: int = 1200,
    num_layers: int = 2,
    output_activation: str | None = None,
    init_range: float | None = None,
    normalization: str | None = None,
    name: str = "generator",
) -> keras.Model:
    """Build Goodfellow's generator: dense layers with ReLU from latents to data.

    The defaults are those of the authors' code for MNIST, except for the last activation,
    which is tanh for images in [-1, 1] (theirs are in [0, 1], with a sigmoid).

    Args:
        data_shape: tuple, `(height, width, channels)` for images or `(features,)` for
            vectors. Defaults to `(28, 28, 1)`.
        latent_dim: int, length of a latent vector. Defaults to `100`.
        hidden_units: int, units of each hidden layer. Defaults to `1200`.
        num_layers: int, number of hidden layers. Defaults to `2`.
        output_activation: str, name of the last activation. Defaults to `None`: `"tanh"` for
            images, `"linear"` for vectors.
        init_range: float, kernels start uniform in [-init_range, init_range]. Defaults to
            `None`: the authors' 0.05 for images, Glorot's range for vectors.
        normalization: `"batch"`, before each ReLU, or `None`. Defaults to `None`.
        name: str. Defaults to `"generator"`.

    Returns:
        A `keras.Model` from `(batch, latent_dim)` to `(batch, *data_shape)`, float32.

    Raises:
        ValueError: if the shape is neither a vector's nor an image's, a number is not a
            positive integer, or there is no such normalisation.

    Example:

    ```python
    generator = kerasgan.networks.mlp_generator((2,), latent_dim=8, hidden_units=64)
    points = generator(keras.random.normal((16, 8)))  # (16, 2)
    ```

    Reference:
        [Goodfellow et al., 2014](https://arxiv.org/abs/1406.2661), the authors' `mnist.yaml`.
    """
    data_shape = check_data_shape(data_shape)
    check_positive_ints(latent_dim=latent_dim, hidden_units=hidden_units, num_layers=num_layers)
    if normalization not in ("batch", None):
        raise ValueError(
            f'`normalization` must be "batch" or None. Received: normalization={normalization!r}'
        )
    is_image = len(data_shape) == 3
    init_range = 0.05 if init_range is None and is_image else init_range
    if output_activation is None:
        output_activation = "tanh" if is_image else "linear"

    latents = keras.Input((latent_dim,), name="latents")
    x = latents
    for index in range(1, num_layers + 1):
        x = layers.Dense(
            hidden_units, kernel_initializer=_uniform(init_range), name=f"hidden{index}_dense"
        )(x)
        if normalization == "batch":
            # As in DCGAN: statistics that follow a generator which changes with every step.
            norm = BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"hidden{index}_norm")
            x = norm(x)
        x = layers.ReLU(name=f"hidden{index}_relu")(x)
    x = layers.Dense(
        math.prod(data_shape), kernel_initializer=_uniform(init_range), name="output_dense"
    )(x)
    if is_image:
        x = layers.Reshape(data_shape, name="output_grid")(x)
    data = layers.Activation(output_activation, dtype="float32", name="data")(x)
    return keras.Model(latents, data, name=name)


def maxout_discriminator(
    data_shape: Sequence[int] = (28, 28, 1),
    hidden_units: int = 240,
    pieces: int = 5,
    num_layers: int = 2,
    dropout: float | None = None,
    input_dropout: float | None = None,
    init_range: float | None = None,
    name: str = "discriminator",
) -> keras.Model:
    """Build Goodfellow's discriminator: maxout layers with dropout, and one logit.

    The defaults are those of the authors' code for MNIST. For vectors there is no dropout by
    default: to hide one of two coordinates takes away what is to be judged.

    Args:
        data_shape: tuple, `(height, width, channels)` for images, which are flattened, or
            `(features,)` for vectors. Defaults to `(28, 28, 1)`.
        hidden_units: int, units of each maxout layer. Defaults to `240`.
        pieces: int, linear pieces of each unit. Defaults to `5`.
        num_layers: int, number of maxout layers. Defaults to `2`.
        dropout: float in [0, 1), part of each layer's outputs that is dropped. Defaults to
            `None`: 0.5 for images, 0 for vectors.
        input_dropout: float in [0, 1), part of the data that is dropped. Defaults to `None`:
            0.2 for images, 0 for vectors.
        init_range: float, kernels start uniform in [-init_range, init_range]. Defaults to
            `None`: the authors' 0.005 for images, Glorot's range for vectors.
        name: str. Defaults to `"discriminator"`.

    Returns:
        A `keras.Model` from `(batch, *data_shape)` to `(batch, 1)`, float32 logits.

    Raises:
        ValueError: if the shape is neither a vector's nor an image's, or a number is out of
            its range.

    Example:

    ```python
    discriminator = kerasgan.networks.maxout_discriminator((2,), hidden_units=32)
    logits = discriminator(points)  # (batch, 1)
    ```

    Reference:
        [Goodfellow et al., 2014](https://arxiv.org/abs/1406.2661), the authors' `mnist.yaml`;
        [Goodfellow et al., 2013](https://arxiv.org/abs/1302.4389) for maxout.
    """
    data_shape = check_data_shape(data_shape)
    check_positive_ints(hidden_units=hidden_units, pieces=pieces, num_layers=num_layers)
    is_image = len(data_shape) == 3
    dropout = rate_or("dropout", dropout, 0.5 if is_image else 0.0)
    input_dropout = rate_or("input_dropout", input_dropout, 0.2 if is_image else 0.0)
    init_range = 0.005 if init_range is None and is_image else init_range

    data = keras.Input(data_shape, name="data")
    x = layers.Flatten(name="flatten", data_format="channels_last")(data) if is_image else data
    x = dropout_layer(x, input_dropout, "input_dropout")
    for index in range(1, num_layers + 1):
        x = Maxout(
            hidden_units, pieces, kernel_initializer=_uniform(init_range), name=f"hidden{index}"
        )(x)
        x = dropout_layer(x, dropout, f"hidden{index}_dropout")
    x = layers.Dense(1, kernel_initializer=_uniform(init_range), name="judge")(x)
    logits = layers.Activation("linear", dtype="float32", name="logits")(x)
    return keras.Model(data, logits, name=name)


def _uniform(init_range: float | None) -> keras.initializers.Initializer:
    if init_range is None:
        return keras.initializers.GlorotUniform()
    return keras.initializers.RandomUniform(-init_range, init_range)


def rate_or(name: str, rate: float | None, default: float) -> float:
    """The rate of a dropout that an argument `name` asks for, or the default; checked."""
    rate = default if rate is None else rate
    if not 0 <= rate < 1:
        raise ValueError(f"`{name}` must be at least 0 and below 1. Received: {name}={rate}")
    return rate


def dropout_layer(x: Tensor, rate: float, name: str) -> Tensor:
    """Drops a part of x, by a random stream that is saved with the model."""
    if not rate:
        return x
    # With a seed the layer has a random stream of its own, which is saved with the model; without
    # one it draws on PyTorch from a global stream that is not. `set_random_seed` covers `random`.
    return layers.Dropout(rate, seed=random.randint(1, 10**9), name=name)(x)
