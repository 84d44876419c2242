"""The networks of InfoGAN."""

from __future__ import annotations

from collections.abc import Sequence

import keras
from keras import layers

from kerasgan.networks.dcgan import _batch_norm, _upsample
from kerasgan.networks.initializers import normal_initialization
from kerasgan.samples.shapes import check_image_shape, check_positive_ints
from kerasgan.types import Tensor


def infogan_generator(
    image_shape: Sequence[int] = (28, 28, 1),
    latent_dim: int = 74,
    base_filters: int = 64,
    hidden_units: int = 1024,
    name: str = "generator",
) -> keras.Model:
    """Build InfoGAN's generator for MNIST: two dense layers, two transposed convolutions.

    All but the last are batch normalised, with ReLU. It ends in tanh for images in [-1, 1], where
    the authors' has a sigmoid.

    Args:
        image_shape: tuple `(height, width, channels)`, both sides divisible by 4. Defaults to
            `(28, 28, 1)`.
        latent_dim: int, length of a latent vector, noise and codes together. Defaults to `74`.
        base_filters: int, filters at half the image's size, and half of those at a quarter.
            Defaults to `64`.
        hidden_units: int, units of the first dense layer. Defaults to `1024`.
        name: str. Defaults to `"generator"`.

    Returns:
        A `keras.Model` from `(batch, latent_dim)` to `(batch, height, width, channels)`, float32.

    Raises:
        ValueError: if a side is not divisible by 4, or a number is not a positive integer.

    Reference:
        [Chen et al., 2016](https://arxiv.org/abs/1606.03657), the authors' `regularized_gan.py`.
    """
    height, width, channels = _quartered(image_shape)
    check_positive_ints(latent_dim=latent_dim, base_filters=base_filters, hidden_units=hidden_units)
    init = normal_initialization
    units = height * width * 2 * base_filters

    latents = keras.Input((latent_dim,), name="latents")
    x = latents
    for layer, size in (("hidden", hidden_units), ("start", units)):
        kernel = init((x.shape[-1], size))
        x = layers.Dense(size, use_bias=False, kernel_initializer=kernel, name=f"{layer}_dense")(x)
        x = layers.ReLU(name=f"{layer}_relu")(_batch_norm(x, init, f"{layer}_norm"))
    x = layers.Reshape((height, width, 2 * base_filters), name="start_grid")(x)
    x = _upsample(x, base_filters, 4, False, init, "up1")
    x = layers.ReLU(name="up1_relu")(_batch_norm(x, init, "up1_norm"))
    x = _upsample(x, channels, 4, True, init, "up2")
    images = layers.Activation("tanh", dtype="float32", name="images")(x)
    return keras.Model(latents, images, name=name)


def infogan_discriminator(
    image_shape: Sequence[int] = (28, 28, 1),
    num_codes: int = 12,
    base_filters: int = 64,
    hidden_units: int = 1024,
    code_units: int = 128,
    name: str = "discriminator",
) -> keras.Model:
    """Build InfoGAN's discriminator for MNIST, and on the same features its recognition network.

    Two convolutions with stride 2 and a dense layer with leaky ReLU (0.1), all but the first
    batch normalised, serve both; the recognition network, Q of the paper, has one more layer.

    Args:
        image_shape: tuple `(height, width, channels)`, both sides divisible by 4. Defaults to
            `(28, 28, 1)`.
        num_codes: int, outputs of the recognition network. Defaults to `12`.
        base_filters: int, filters of the first convolution, and half of the second's. Defaults to
            `64`.
        hidden_units: int, units of the dense layer that both share. Defaults to `1024`.
        code_units: int, units of the recognition network's own layer. Defaults to `128`.
        name: str. Defaults to `"discriminator"`.

    Returns:
        A `keras.Model` from `(batch, height, width, channels)` to a list of logits `(batch, 1)`
        and of codes `(batch, num_codes)`, float32.

    Raises:
        ValueError: if a side is not divisible by 4, or a number is not a positive integer.

    Reference:
        [Chen et al., 2016](https://arxiv.org/abs/1606.03657), the authors' `regularized_gan.py`;
        the slope is the paper's.
    """
    _quartered(image_shape)
    check_positive_ints(
        num_codes=num_codes,
        base_filters=base_filters,
        hidden_units=hidden_units,
        code_units=code_units,
    )
    init = normal_initialization

    def dense(x: Tensor, units: int, layer: str, use_bias: bool = False) -> Tensor:
        kernel = init((x.shape[-1], units))
        return layers.Dense(units, use_bias=use_bias, kernel_initializer=kernel, name=layer)(x)

    def activated(x: Tensor, layer: str, normalized: bool = True) -> Tensor:
        x = _batch_norm(x, init, f"{layer}_norm") if normalized else x
        return layers.LeakyReLU(negative_slope=0.1, name=f"{layer}_lrelu")(x)

    images = keras.Input(tuple(image_shape), name="images")
    x = images
    for index, filters in enumerate((base_filters, 2 * base_filters)):
        layer = f"down{index + 1}"
        x = layers.Conv2D(
            filters,
            4,
            strides=2,
            padding="same",
            use_bias=index == 0,
            kernel_initializer=init((4, 4, x.shape[-1], filters)),
            name=f"{layer}_conv",
            data_format="channels_last",
        )(x)
        x = activated(x, layer, normalized=index > 0)
    x = layers.Flatten(name="flatten", data_format="channels_last")(x)
    x = activated(dense(x, hidden_units, "shared_dense"), "shared")
    y = activated(dense(x, code_units, "code_dense"), "code")
    logits, codes = dense(x, 1, "judge", True), dense(y, num_codes, "recognition", True)
    logits = layers.Activation("linear", dtype="float32", name="logits")(logits)
    codes = layers.Activation("linear", dtype="float32", name="codes")(codes)
    return keras.Model(images, [logits, codes], name=name)


def _quartered(image_shape: Sequence[int]) -> tuple[int, int, int]:
    """A quarter of height and width, and the channels."""
    height, width, channels = check_image_shape(image_shape)
    if height % 4 or width % 4:
        raise ValueError(
            "InfoGAN's networks halve images twice: both sides must be divisible by 4, such as "
            f"(28, 28, 1). Received: image_shape={tuple(image_shape)}"
        )
    return height // 4, width // 4, channels
