"""The plain convolutional networks of SNGAN."""

from __future__ import annotations

from collections.abc import Sequence

import keras
from keras import layers

from kerasgan.layers.batch_normalization import BatchNormalization
from kerasgan.layers.spectral_normalization import SpectralNormalization
from kerasgan.networks.dcgan import _stages, _upsample
from kerasgan.networks.residual_blocks import BATCH_NORM
from kerasgan.samples.shapes import check_positive_ints
from kerasgan.types import Tensor


def sngan_cnn_generator(
    image_shape: Sequence[int] = (32, 32, 3),
    latent_dim: int = 128,
    base_filters: int = 64,
    name: str = "generator",
) -> keras.Model:
    """Build SNGAN's convolutional generator: latents in, images in [-1, 1] out.

    A dense layer makes a grid of 4 to 7 pixels a side; transposed convolutions of size 4 with
    stride 2, batch normalisation and ReLU double it up to the image's size, where a convolution of
    size 3 and tanh make the image. The defaults are the paper's for 32×32×3, and at 48×48×3 the
    network is that for STL-10.

    The paper's table lists neither normalisation nor activation after the dense layer; here are
    both, as in reproductions of it.

    Args:
        image_shape: tuple `(size, size, channels)`. The size is 4, 5, 6 or 7 times a power of
            two, from 16 up. Defaults to `(32, 32, 3)`.
        latent_dim: int, length of a latent vector. Defaults to `128`.
        base_filters: int, filters at the image's size; each halving below doubles them. Defaults to
            `64`.
        name: str. Defaults to `"generator"`.

    Returns:
        A `keras.Model` from `(batch, latent_dim)` to `(batch, size, size, channels)`, float32.

    Raises:
        ValueError: if the shape cannot be reached, or a number is not a positive integer.

    Example:

    ```python
    generator = kerasgan.networks.sngan_cnn_generator((48, 48, 3))
    images = generator(keras.random.normal((8, 128)))  # (8, 48, 48, 3)
    ```

    Reference:
        [Miyato et al., 2018](https://arxiv.org/abs/1802.05957), table 3.
    """
    stages, start = _stages(image_shape)
    check_positive_ints(latent_dim=latent_dim, base_filters=base_filters)
    filters = base_filters * 2**stages
    latents = keras.Input((latent_dim,), name="latents")
    units = start * start * filters
    x = layers.Dense(units, kernel_initializer=_normal(), name="start_dense")(latents)
    x = layers.Reshape((start, start, filters), name="start_grid")(x)
    x = _activated(x, "start")
    for stage in range(1, stages + 1):
        filters //= 2
        x = _upsample(x, filters, 4, True, _normal, f"up{stage}")
        x = _activated(x, f"up{stage}")
    x = layers.Conv2D(
        image_shape[-1],
        3,
        padding="same",
        kernel_initializer=_normal(),
        name="output_conv",
        data_format="channels_last",
    )(x)
    images = layers.Activation("tanh", dtype="float32", name="images")(x)
    return keras.Model(latents, images, name=name)


def sngan_cnn_discriminator(
    image_shape: Sequence[int] = (32, 32, 3),
    base_filters: int = 64,
    name: str = "discriminator",
) -> keras.Model:
    """Build SNGAN's convolutional discriminator: images in, one score out.

    Convolutions of size 3, and of size 4 with stride 2, take turns, with leaky ReLU (0.1) after
    each; the image is halved down to 4 to 7 pixels a side, where one more convolution and a dense
    unit judge it. Every kernel is spectrally normalised. The defaults are the paper's for 32×32×3.

    Args:
        image_shape: tuple `(size, size, channels)`. The size is 4, 5, 6 or 7 times a power of
            two, from 16 up. Defaults to `(32, 32, 3)`.
        base_filters: int, filters at the image's size; each halving doubles them. Defaults to
            `64`.
        name: str. Defaults to `"discriminator"`.

    Returns:
        A `keras.Model` from `(batch, size, size, channels)` to `(batch, 1)`, float32 scores.

    Raises:
        ValueError: if the shape cannot be halved so, or a number is not a positive integer.

    Example:

    ```python
    discriminator = kerasgan.networks.sngan_cnn_discriminator((32, 32, 1), base_filters=16)
    scores = discriminator(images)  # (batch, 1)
    ```

    Reference:
        [Miyato et al., 2018](https://arxiv.org/abs/1802.05957), table 3.
    """
    stages, _ = _stages(image_shape)
    check_positive_ints(base_filters=base_filters)
    images = keras.Input(tuple(image_shape), name="images")
    x, filters = images, base_filters
    for stage in range(1, stages + 1):
        x = _judge(x, filters, 3, 1, f"look{stage}")
        x = _judge(x, filters, 4, 2, f"down{stage}")
        filters *= 2
    x = _judge(x, filters, 3, 1, f"look{stages + 1}")
    x = layers.Flatten(name="flatten", data_format="channels_last")(x)
    judge = layers.Dense(1, kernel_initializer=_normal(), name="judge")
    x = SpectralNormalization(judge, name="judge_sn")(x)
    scores = layers.Activation("linear", dtype="float32", name="scores")(x)
    return keras.Model(images, scores, name=name)


def _normal(shape: tuple[int, ...] = ()) -> keras.initializers.Initializer:
    return keras.initializers.RandomNormal(stddev=0.02)


def _activated(x: Tensor, name: str) -> Tensor:
    x = BatchNormalization(name=f"{name}_norm", **BATCH_NORM)(x)
    return layers.ReLU(name=f"{name}_relu")(x)


def _judge(x: Tensor, filters: int, size: int, strides: int, name: str) -> Tensor:
    convolution = layers.Conv2D(
        filters,
        size,
        strides=strides,
        padding="same",
        kernel_initializer=_normal(),
        name=f"{name}_conv",
        data_format="channels_last",
    )
    x = SpectralNormalization(convolution, name=f"{name}_sn")(x)
    return layers.LeakyReLU(negative_slope=0.1, name=f"{name}_lrelu")(x)
